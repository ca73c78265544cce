package act

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/policy"
)

func TestAnActAndItsEntryAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hooked := false
	result, err := w.gate.Do(t.Context(), rapporteur, save(), func(ctx context.Context, tx *Tx) error {
		tx.Digest(bytes.Repeat([]byte{7}, 32))
		tx.SetItem("rep-1")
		tx.AfterCommit(func() { hooked = len(w.notes()) == 1 })
		if d, ok := tx.Resource.(policy.Dossier); !ok || d.Rapporteur != "med-12" {
			t.Errorf("resource = %#v", tx.Resource)
		}
		return write("a")(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !hooked {
		t.Error("the hook did not run after the commit")
	}
	w.wantNotes("a")
	got := w.lastEntry(1)
	want := audit.Entry{ID: result.Entry, At: instant.Truncate(time.Microsecond), Subject: rapporteur.Reference, Session: "s-1", Role: "MEDECIN",
		Action: "report.save", ObjectKind: "dossier", Object: "d-1", Item: "rep-1", Decision: audit.Allow, Rule: "ALLOW_RAPPORTEUR",
		Policy: w.engine.Digest(), Outcome: audit.Done, RequestID: "req-1", Digests: [][]byte{bytes.Repeat([]byte{7}, 32)}, Retention: audit.Procedure}
	if !bytes.Equal(got.Canonical(), want.Canonical()) {
		t.Errorf("entry:\n%s\nwant:\n%s", got.Canonical(), want.Canonical())
	}
	if result.Status != 200 || !result.At.Equal(got.At) || result.Replayed {
		t.Errorf("result = %+v", result)
	}
}

func TestACreationNamesItsObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.ReadOnly = true
	result, err := w.gate.Do(t.Context(), rapporteur, a, func(_ context.Context, tx *Tx) error {
		tx.SetObject("dossier", "d-2")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e := w.lastEntry(1)
	if e.Object != "d-2" || result.Object.ID != "d-2" || result.Status != 201 {
		t.Errorf("entry object %q, result %+v", e.Object, result)
	}
	if e.Retention != audit.Access {
		t.Errorf("retention = %s", e.Retention)
	}
}

func TestADeniedActChangesNothingAndLeavesItsEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.Load = signedDossier
	called := false
	_, err := w.gate.Do(t.Context(), rapporteur, a, func(context.Context, *Tx) error { called = true; return nil })
	e := wantError(t, err, Conflict, "REPORT_ALREADY_SIGNED")
	if !e.Visible || called {
		t.Errorf("visible = %t, fn called = %t", e.Visible, called)
	}
	wantEntry(t, w.lastEntry(1), audit.Deny, audit.Refused, "REPORT_ALREADY_SIGNED")
}

func TestWhoMayNotKnowTheObjectIsNotToldTheRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, denied := w.gate.Do(t.Context(), stranger, save(), write("a"))
	wantEntry(t, w.lastEntry(1), audit.Deny, audit.Refused, "NOT_ASSIGNED")

	absent := save()
	absent.Load = func(context.Context, pgx.Tx) (any, error) { return nil, ErrNotFound }
	_, missing := w.gate.Do(t.Context(), stranger, absent, write("a"))
	wantEntry(t, w.lastEntry(2), audit.None, audit.Refused, "NOT_FOUND")

	// The two answers are the same to the last byte.
	if a, b := *wantError(t, denied, Missing, ""), *wantError(t, missing, Missing, ""); a != b {
		t.Errorf("the answers differ: %+v, %+v", a, b)
	}
	w.wantNotes()
}

func TestNoRowInLoadIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		var id string
		err := tx.QueryRow(ctx, "SELECT n.id FROM probe.notes n").Scan(&id)
		return nil, err
	}
	_, err := w.gate.Do(t.Context(), rapporteur, a, write("a"))
	wantError(t, err, Missing, "")
}

func TestAFailedActLeavesItsEntry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fn             func(context.Context, *Tx) error
		kind           Kind
		rule           string
		decision       string
		outcome, trace string
	}{
		"broken": {func(context.Context, *Tx) error { return errors.New("the disk is gone") }, Internal, "", audit.Allow, audit.Failed, "INTERNAL"},
		"panic":  {func(context.Context, *Tx) error { panic("CNRY-inside") }, Internal, "", audit.Allow, audit.Failed, "INTERNAL"},
		"sealed": {func(context.Context, *Tx) error { return NewError(Sealed, "") }, Sealed, "", audit.Allow, audit.Failed, "SEALED"},
		"timeout": {func(context.Context, *Tx) error { return context.DeadlineExceeded }, Unavailable, "", audit.Allow, audit.Failed,
			"UNAVAILABLE"},
		"domain rule":  {func(context.Context, *Tx) error { return Deny("Q4_REQUIRED") }, Invalid, "Q4_REQUIRED", audit.Deny, audit.Refused, "Q4_REQUIRED"},
		"unknown rule": {func(context.Context, *Tx) error { return Deny("NO_SUCH_RULE") }, Internal, "", audit.Allow, audit.Failed, "INTERNAL"},
		"step-up": {func(context.Context, *Tx) error { return NewError(StepUpRequired, "") }, StepUpRequired, "", audit.Deny, audit.Refused,
			"STEP_UP_REQUIRED"},
		"mapped constraint":   {write("held"), Conflict, "ALREADY_SIGNED", audit.Deny, audit.Refused, "ALREADY_SIGNED"},
		"unmapped constraint": {write("unmapped"), Internal, "", audit.Allow, audit.Failed, "INTERNAL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if _, err := w.owner.Exec(t.Context(), "INSERT INTO probe.notes (id) VALUES ('held')"); err != nil {
				t.Fatal(err)
			}
			_, err := w.gate.Do(t.Context(), rapporteur, save(), func(ctx context.Context, tx *Tx) error {
				if err := write("a")(ctx, tx); err != nil {
					return err
				}
				tx.SetObject("dossier", "d-9")
				tx.Digest(make([]byte, 32))
				return c.fn(ctx, tx)
			})
			e := wantError(t, err, c.kind, c.rule)
			if bytes.Contains([]byte(e.Error()), []byte("CNRY")) {
				t.Errorf("the value of the panic is in the error: %v", e)
			}
			w.wantNotes("held")
			entry := w.lastEntry(1)
			wantEntry(t, entry, c.decision, c.outcome, c.trace)
			if entry.Object != "d-1" || len(entry.Digests) != 0 {
				t.Errorf("the entry speaks of what was rolled back: %+v", entry)
			}
		})
	}
}

// No entry, no act: the insert is refused by PostgreSQL, so nothing at all happens, and the person is told only that the service is away.
func TestNoEntryNoAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.owner.Exec(t.Context(), "REVOKE INSERT ON audit.entries FROM cloison_medical"); err != nil {
		t.Fatal(err)
	}
	hooked := false
	_, err := w.gate.Do(t.Context(), rapporteur, save(), func(ctx context.Context, tx *Tx) error {
		tx.AfterCommit(func() { hooked = true })
		return write("a")(ctx, tx)
	})
	wantError(t, err, Unavailable, "")
	w.wantNotes()
	w.lastEntry(0)
	if hooked {
		t.Error("a hook ran")
	}
	_, err = w.gate.Do(t.Context(), stranger, save(), write("a"))
	wantError(t, err, Unavailable, "") // not even the refusal is told
	if _, err := w.gate.Read(t.Context(), rapporteur, read()); !IsKind(err, Unavailable) {
		t.Errorf("Read without a record = %v, want unavailable", err)
	}
	if err := w.gate.Refuse(t.Context(), rapporteur, save(), "unknown_field"); !IsKind(err, Unavailable) {
		t.Errorf("Refuse without a record = %v, want unavailable", err)
	}
}

type brokenPolicy struct{ *policy.Engine }

func (brokenPolicy) Decide(context.Context, policy.Query) (policy.Decision, error) {
	return policy.Decision{Allow: true}, errors.New("no decision")
}

func TestNoDecisionNoAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gate := w.gateWith(brokenPolicy{w.engine})
	_, err := gate.Do(t.Context(), rapporteur, save(), write("a"))
	wantError(t, err, Unavailable, "")
	w.wantNotes()
	wantEntry(t, w.lastEntry(1), audit.None, audit.Failed, "UNAVAILABLE")
	if _, err := gate.Read(t.Context(), rapporteur, read()); !IsKind(err, Unavailable) {
		t.Errorf("Read = %v, want unavailable", err)
	}
}

// The client hangs up: rolled back, and the entry stands all the same, even where the connection was lost with the query.
func TestAClientThatHangsUpLeavesAnEntry(t *testing.T) {
	t.Parallel()
	for name, hangUp := range map[string]func(w *world, ctx context.Context, cancel func(), tx *Tx) error{
		"between two queries": func(_ *world, ctx context.Context, cancel func(), _ *Tx) error {
			cancel()
			return ctx.Err()
		},
		"in the middle of a query": func(w *world, ctx context.Context, cancel func(), tx *Tx) error {
			// The owner holds a lock that the act waits for; once it waits, the client goes.
			held, err := w.owner.Begin(context.Background())
			if err != nil {
				return err
			}
			defer held.Rollback(context.Background())
			if _, err := held.Exec(ctx, "SELECT pg_catalog.pg_advisory_xact_lock(1)"); err != nil {
				return err
			}
			go func() {
				defer cancel()
				for waiting := false; !waiting; {
					if err := held.QueryRow(ctx, waitingForALock).Scan(&waiting); err != nil {
						w.t.Error(err)
						return
					}
				}
			}()
			_, err = tx.Exec(ctx, "SELECT pg_catalog.pg_advisory_xact_lock(1)")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx, cancel := context.WithCancel(t.Context())
			_, err := w.gate.Do(ctx, rapporteur, save(), func(ctx context.Context, tx *Tx) error {
				if err := write("a")(ctx, tx); err != nil {
					return err
				}
				return hangUp(w, ctx, cancel, tx)
			})
			wantError(t, err, Unavailable, "")
			w.wantNotes()
			wantEntry(t, w.lastEntry(1), audit.Allow, audit.Failed, "UNAVAILABLE")
		})
	}
}

type recorder struct {
	*policy.Engine
	asked policy.Query
}

func (r *recorder) Decide(ctx context.Context, q policy.Query) (policy.Decision, error) {
	r.asked = q
	return r.Engine.Decide(ctx, q)
}

func TestTheGateGivesTheSurroundings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := &recorder{Engine: w.engine}
	a := save()
	a.Purpose = "INSTRUCTION"
	a.Context = policy.Context{On: "1999-01-01", Zone: "server", Purpose: "COLLEGE", Open: "civil", Members: []policy.Member{{ID: "x"}}}
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := dossier(ctx, tx)
		return Loaded{Resource: resource, Members: []policy.Member{{ID: "med-03", Listed: true}}, Person: &policy.Member{ID: "med-12"}}, err
	}
	if _, err := w.gateWith(r).Do(t.Context(), rapporteur, a, write("a")); err != nil {
		t.Fatal(err)
	}
	c := r.asked.Context
	// 23:30 UTC is the next day in Paris. The caller's own On, Zone and Purpose do not count.
	if c.On != "2026-03-03" || c.Zone != "medical" || c.Purpose != "INSTRUCTION" || c.Open != "civil" {
		t.Errorf("context = %+v", c)
	}
	if len(c.Members) != 1 || c.Members[0].ID != "med-03" || c.Person == nil || c.Person.ID != "med-12" {
		t.Errorf("context = %+v", c)
	}
	if _, ok := r.asked.Resource.(policy.Dossier); !ok {
		t.Errorf("resource = %#v", r.asked.Resource)
	}
}

// An address can be typed by anybody: what is not an opaque id never reaches an entry.
func TestNoFreeTextEntersAnEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.Object = Object{Kind: "dossier", ID: "M. Durand, diabète", Item: "<script>"}
	a.Purpose, a.RequestID = "par curiosité", "deux mots"
	if _, err := w.gate.Do(t.Context(), rapporteur, a, write("a")); err != nil {
		t.Fatal(err)
	}
	e := w.lastEntry(1)
	if e.Object != "malformed" || e.Item != "malformed" || e.RequestID != "malformed" || e.Purpose != "UNKNOWN" {
		t.Errorf("entry = %+v", e)
	}
}

func TestARefusalBeforePolicyIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.gate.Refuse(t.Context(), rapporteur, save(), "unknown_field"); err != nil {
		t.Fatal(err)
	}
	wantEntry(t, w.lastEntry(1), audit.None, audit.Refused, "UNKNOWN_FIELD")
	if err := w.gate.Refuse(t.Context(), rapporteur, save(), "du texte libre"); err != nil {
		t.Fatal(err)
	}
	wantEntry(t, w.lastEntry(2), audit.None, audit.Refused, "INVALID")
}

func TestTheRelayActsByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := Act{Action: "referral.receive", RequestID: "req-9"}
	if _, err := w.gate.Do(t.Context(), System("relay"), a, write("a")); err != nil {
		t.Fatal(err)
	}
	e := w.lastEntry(1)
	wantEntry(t, e, audit.Allow, audit.Done, "ALLOW_SYSTEM")
	if e.Subject != "relay" || e.Session != "" || e.Role != "SYSTEM" {
		t.Errorf("entry = %+v", e)
	}
	_, err := w.gate.Do(t.Context(), System("sweep"), a, write("b"))
	wantError(t, err, Forbidden, "ROLE_NOT_ALLOWED")
}
