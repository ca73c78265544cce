package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

func TestStraightLine(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "")
	d, err := store.GetDossier(t.Context(), app, id)
	if err != nil {
		t.Fatal(err)
	}
	if d.Policy.State != "AVIS_TRANSMIS" || !d.Policy.Issued || d.Policy.Closed || d.Policy.Rapporteur != rapporteur {
		t.Errorf("projection: %+v", d.Policy)
	}
	if c := d.Policy.Composition; c == nil || !slices.Equal(c.Signed, members) || !c.Settled || !slices.Equal(c.Answered, members) {
		t.Errorf("composition: %+v", c)
	}
	if got := outbox(t, app.Query); !slices.Equal(got, []string{"N0", "N1", "N3", "N6"}) {
		t.Errorf("outbox: %v", got)
	}
	view, err := store.ViewOf(d, at(60))
	if err != nil {
		t.Fatal(err)
	}
	if view.Referral != referral || len(view.Deadlines) == 0 || len(view.Events) != 15 || view.Version != len(steps()) {
		t.Errorf("view: %+v", view)
	}
	if _, err := json.Marshal(view); err != nil {
		t.Error(err)
	}
}

func outbox(t testing.TB, query func(context.Context, string, ...any) (pgx.Rows, error)) []string {
	t.Helper()
	rows, err := query(t.Context(), "SELECT r.code FROM medical.releases r ORDER BY r.seq")
	if err != nil {
		t.Fatal(err)
	}
	codes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestOutboxHoldsCanonicalReleases(t *testing.T) {
	t.Parallel()
	app := world(t)
	play(t, app, "")
	for want := int64(1); want <= 4; want++ {
		next, err := store.NextUndelivered(t.Context(), app)
		if err != nil {
			t.Fatal(err)
		}
		r, err := release.Decode[release.Release](next.Body)
		if err != nil || r.Seq != want || next.Seq != want {
			t.Fatalf("release %d: %v (%d)", want, err, r.Seq)
		}
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error { return store.MarkDelivered(ctx, tx, next.Seq, at(56)) })
	}
	if _, err := store.NextUndelivered(t.Context(), app); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("empty outbox: %v", err)
	}
	if n, err := store.Undelivered(t.Context(), app); n != 0 || err != nil {
		t.Errorf("undelivered: %d %v", n, err)
	}
}

func TestReleaseNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	app := world(t)
	ids := make([]string, 6)
	for i := range ids {
		ids[i] = store.NewID()
		n := newDossier(ids[i])
		n.Group, n.Referrals[0].ID = store.NewID(), store.NewID()
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error { return store.CreateDossier(ctx, tx, n) })
	}
	abandon := errors.New("abandoned")
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() {
			err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
				_, err := store.AppendEvents(t.Context(), tx, id, steps()[0].events, store.With{})
				if err == nil && i%3 == 0 {
					return abandon // its number goes back
				}
				return err
			})
			if err != nil && !errors.Is(err, abandon) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var n, last int64
	if err := app.QueryRow(t.Context(), "SELECT count(*), max(r.seq) FROM medical.releases r").Scan(&n, &last); err != nil {
		t.Fatal(err)
	}
	if n != 4 || last != 4 {
		t.Errorf("%d releases, last number %d", n, last)
	}
}

func TestSecondReferralOfAGroup(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "referral")
	other := store.NewID()
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
		return store.AddReferral(ctx, tx, id, store.Referral{ID: other, Requester: "rep-1", Prefecture: "75"}, at(1))
	})
	if got, err := store.DossierOfReferral(t.Context(), app, other); got != id || err != nil {
		t.Errorf("dossier of the second referral: %s %v", got, err)
	}
	if got := outbox(t, app.Query); !slices.Equal(got, []string{"N0", "N0"}) {
		t.Errorf("outbox: %v", got)
	}
}

func TestACertificateAfterTheReportMovesNoDate(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "answer med-02")
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
		_, err := store.AppendEvents(ctx, tx, id, []medical.Event{event(46, "sec-01", "", medical.CertificatRecu{Accepted: true})}, store.With{})
		return err
	})
}

func TestAnOpinionIsNotSentWithoutItsBody(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "signature med-03")
	err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
		_, err := store.AppendEvents(t.Context(), tx, id, issueEvents(), approval(2)(t))
		return err
	})
	if !errors.Is(err, store.ErrIncomplete) {
		t.Errorf("got %v", err)
	}
}

func TestListIsNarrowed(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "college")
	for name, c := range map[string]struct {
		scope  store.Scope
		filter store.ListFilter
		seen   bool
	}{
		"rapporteur":       {store.Scope{Physician: rapporteur}, store.ListFilter{}, true},
		"member":           {store.Scope{Physician: members[0]}, store.ListFilter{}, true},
		"other physician":  {store.Scope{Physician: "med-01"}, store.ListFilter{}, false},
		"territory":        {store.Scope{Directions: []string{"DT-LYON", "DT-PARIS"}}, store.ListFilter{}, true},
		"other territory":  {store.Scope{Directions: []string{"DT-LYON"}}, store.ListFilter{}, false},
		"nobody":           {store.Scope{}, store.ListFilter{}, false},
		"auditor":          {store.Scope{All: true}, store.ListFilter{}, true},
		"by referral":      {store.Scope{All: true}, store.ListFilter{Referral: referral}, true},
		"another referral": {store.Scope{All: true}, store.ListFilter{Referral: group}, false},
		"past the last":    {store.Scope{All: true}, store.ListFilter{After: "1000"}, false},
		"no cursor":        {store.Scope{All: true}, store.ListFilter{After: "x"}, false},
	} {
		list, err := store.ListDossiers(t.Context(), app, c.scope, c.filter)
		if err != nil {
			t.Fatal(err)
		}
		if seen := len(list) == 1 && list[0].ID == id; seen != c.seen {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error { return store.LoadDecisions(ctx, tx, decisions(t)) }) // again: nothing changes
	more := decisions(t)
	more[0].Lines = append(more[0].Lines, release.DecisionLine{Line: 15, RPPS: "99790000014", FamilyName: "NOM", GivenName: "Prénom", ValidFrom: "2026-06-01", Person: "med-14"})
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error { return store.LoadDecisions(ctx, tx, more) })
	changed := decisions(t)
	changed[0].Lines[0].FamilyName = "AUTRE"
	err := db.InTx(t.Context(), owner, func(tx pgx.Tx) error { return store.LoadDecisions(t.Context(), tx, changed) })
	if !errors.Is(err, store.ErrDecisionChanged) {
		t.Errorf("changed decision: %v", err)
	}
	other := decisions(t)
	other[0].Ref = "DEC-2099-01"
	if err := db.InTx(t.Context(), app, func(tx pgx.Tx) error { return store.LoadDecisions(t.Context(), tx, other[:1]) }); err == nil {
		t.Error("the program entered a decision")
	}
	got, err := store.ListedOn(t.Context(), app, decision, "COLLEGE", []string{"med-02", "med-99", "med-14", "nobody", "med-02"}, "2026-03-01")
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ listed, expired bool }{{true, false}, {false, true}, {false, false}, {false, false}, {true, false}}
	for i, w := range want {
		if got[i].Listed != w.listed || got[i].Expired != w.expired {
			t.Errorf("%d: %+v", i, got[i])
		}
	}
	if refs, err := store.DecisionsInForce(t.Context(), app, "COLLEGE", "2026-03-01"); err != nil || !slices.Equal(refs, []string{decision}) {
		t.Errorf("in force: %v %v", refs, err)
	}
}

func TestCursorsMoveByOne(t *testing.T) {
	t.Parallel()
	app := world(t)
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
		if seq, err := store.LockCursor(ctx, tx, store.CursorReferrals); seq != 0 || err != nil {
			t.Errorf("cursor: %d %v", seq, err)
		}
		return store.AdvanceCursor(ctx, tx, store.CursorReferrals, 1)
	})
	if seq, err := store.Cursor(t.Context(), app, store.CursorReferrals); seq != 1 || err != nil {
		t.Errorf("cursor: %d %v", seq, err)
	}
}

func TestAMalformedIDNamesNothing(t *testing.T) {
	t.Parallel()
	app := world(t)
	for _, id := range []string{"", "x", "../..", "11111111-1111-4111-8111-11111111111G", referral + " "} {
		if _, err := store.GetDossier(t.Context(), app, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("dossier %q: %v", id, err)
		}
		if _, err := store.GetDocument(t.Context(), app, id, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("document %q: %v", id, err)
		}
		if _, err := store.GetRecord(t.Context(), app, id, store.KindReport, "report", 0); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("record %q: %v", id, err)
		}
	}
}

func TestStateNamesAreTheDomains(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "referral")
	for _, s := range []medical.StateName{medical.StateRequested, medical.StateCertificateHanded, medical.StateCertificateReceived, medical.StateCertificateMissing,
		medical.StateToAssign, medical.StateRapporteurAssigned, medical.StateReportInProgress, medical.StateReportSigned, medical.StateReportTransmitted,
		medical.StateCollegeComposed, medical.StateOpinionInProgress, medical.StateOpinionIssued, medical.StateOpinionSent, medical.StateClosed,
		medical.StateDropped, medical.StateLitigation, medical.StatePurged, medical.StateSignalled, medical.StateAuthorDesignated, medical.StateComplement} {
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE medical.dossiers SET state = $2, version = version + 1 WHERE id = $1", id, string(s))
			return err
		})
	}
	for _, e := range medical.EventTypes() {
		var known bool
		err := app.QueryRow(t.Context(), `SELECT pg_get_constraintdef(c.oid) LIKE '%''' || $1 || '''%' FROM pg_catalog.pg_constraint c WHERE c.conname = 'event_type'`, string(e)).Scan(&known)
		if err != nil || !known {
			t.Errorf("event type %s is not in the constraint: %v", e, err)
		}
	}
}
