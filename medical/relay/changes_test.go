package relay

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"cloison/audit"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

func change(seq int64, referral string, fill func(e *release.ReferralEvent)) release.ReferralEvent {
	e := release.ReferralEvent{Seq: seq, At: release.InstantOf(start)}
	fill(&e)
	return e
}

func correction(referral, before, after string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Correction = release.EventCorrection, &release.Correction{Referral: referral, AGDREF: &release.AGDREFCorrection{Old: before, New: after}}
	}
}

func transfer(referral, to string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Transfer = release.EventTransfer, &release.Transfer{Referral: referral, Prefecture: to}
	}
}

func liberty(referral string, status release.Liberty) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Liberty = release.EventLiberty, &release.LibertyChange{Referral: referral, Liberty: status}
	}
}

func withdrawal(referral string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Withdrawal = release.EventWithdrawal, &release.Withdrawal{Referral: referral, Reason: release.ClosedCancelled}
	}
}

func decision(referral string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Decision = release.EventDecision, &release.PrefectDecision{Referral: referral, Outcome: release.Refused}
	}
}

func appeal(referral string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Appeal = release.EventAppeal, &release.Appeal{Referral: referral}
	}
}

func closing(referral string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.AppealClosed = release.EventAppealClosed, &release.AppealClosing{Referral: referral, Outcome: release.AppealRejected}
	}
}

func attestationAsked(referral string) func(*release.ReferralEvent) {
	return func(e *release.ReferralEvent) {
		e.Type, e.Attestation = release.EventAttestation, &release.AttestationRequest{Referral: referral}
	}
}

func (z *zone) loaded(t *testing.T, dossier string) store.Dossier {
	t.Helper()
	d, err := store.GetDossier(t.Context(), z.Pool, dossier)
	must(t, err)
	return d
}

func types(d store.Dossier) string {
	var list []string
	for _, e := range d.Case.Events {
		list = append(list, string(e.Type))
	}
	return strings.Join(list, " ")
}

// TestChangesAreAppliedInOrder: each becomes its event, once, after the one before; what is told of a number stays sealed.
func TestChangesAreAppliedInOrder(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
	for i, fill := range []func(*release.ReferralEvent){
		correction(id, "9975100017", "9975100071"), transfer(id, "69"), decision(id), appeal(id), closing(id),
	} {
		z.peer.refer(t, change(int64(i+2), id, fill))
	}
	did, err := z.takeReferrals(t.Context())
	if !did || err != nil {
		t.Fatal(err)
	}
	z.cursor(t, store.CursorReferrals, 6)
	d := z.loaded(t, z.dossier(t, id))
	if got := types(d); got != "SAISINE_RECUE AGDREF_CORRIGE CHANGEMENT_PREFECTURE DECISION_PREFET RECOURS_DEPOSE JUGEMENT" {
		t.Errorf("events: %s", got)
	}
	if d.Referrals[0].Prefecture != "69" || d.Case.Events[2].Data != (medical.ChangementPrefecture{Referral: id, PrefectureOld: "75", PrefectureNew: "69"}) {
		t.Errorf("prefecture: %+v", d.Referrals)
	}
	for _, number := range []string{"9975100017", "9975100071"} { // found by both: papers bear the old one
		tag, err := z.World.Keys.Index(t.Context(), store.TagAGDREF, number)
		must(t, err)
		if list, err := store.FindByTag(t.Context(), z.Pool, store.TagAGDREF, tag); err != nil || len(list) != 1 {
			t.Errorf("%s finds %v %v", number, list, err)
		}
	}
	if strings.Contains(z.clear(t), "99751000") {
		t.Error("a number stands in clear")
	}
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Object: d.ID})
	must(t, err)
	if len(entries) != 6 || len(entries[len(entries)-1].Digests)+len(entries[0].Digests) == 0 {
		t.Errorf("%d entries", len(entries))
	}
}

// clear is every clear column of what the relay wrote.
func (z *zone) clear(t *testing.T) string {
	t.Helper()
	var all string
	const columns = `SELECT concat(
		(SELECT string_agg(e.data::text, ' ') FROM medical.events e), (SELECT string_agg(r.body, ' ') FROM medical.releases r),
		(SELECT string_agg(concat(p.type, p.code, p.referral), ' ') FROM medical.referral_events p),
		(SELECT string_agg(concat(k.kind, k.id), ' ') FROM medical.records k))`
	must(t, z.owner.QueryRow(t.Context(), columns).Scan(&all))
	return all
}

// TestACorrectedNumberIsAnsweredAndTheOpinionStays: N0 says so, to who is in charge; the opinion that left is the same.
func TestACorrectedNumberIsAnsweredAndTheOpinionStays(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	dossier, id, seq := z.issued(t)
	var before, after string
	const body = "SELECT r.body FROM medical.releases r WHERE r.seq = $1"
	must(t, z.Pool.QueryRow(t.Context(), body, seq).Scan(&before))
	must(t, z.takeChange(t.Context(), change(2, id, correction(id, "9975100017", "9975100071"))))
	must(t, z.Pool.QueryRow(t.Context(), body, seq).Scan(&after))
	if before != after {
		t.Error("the opinion changed")
	}
	var last string
	must(t, z.Pool.QueryRow(t.Context(), body, seq+1).Scan(&last))
	n, err := release.Decode[release.Release]([]byte(last))
	if err != nil || n.Notice.Code != release.ReferralAnswered || *n.Notice.Fields.TechnicalCode != release.AGDREFCorrected || n.Notice.Referral != id {
		t.Errorf("N0: %s %v", last, err)
	}
	if d := z.loaded(t, dossier); d.Policy.State != "AVIS_TRANSMIS" {
		t.Errorf("state %s", d.Policy.State)
	}
}

// TestWhatChangesTheAuthorWaitsForAPerson: a status of liberty and a withdrawal are kept and change nothing.
func TestWhatChangesTheAuthorWaitsForAPerson(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	must(t, z.takeReferral(t.Context(), referral(1, id, store.NewID(), "patient")))
	dossier := z.dossier(t, id)
	before := z.loaded(t, dossier)
	must(t, z.takeChange(t.Context(), change(2, id, liberty(id, release.Retained))))
	future := change(3, id, withdrawal(id))
	future.At = "2199-01-01T00:00:00Z"
	must(t, z.takeChange(t.Context(), future))
	after := z.loaded(t, dossier)
	if after.Version != before.Version || after.Policy.State != before.Policy.State || types(after) != types(before) || after.Case.LibertyAt(start) != medical.Free {
		t.Errorf("something changed: %s %+v", types(after), after.Policy)
	}
	pending, err := store.FindPending(t.Context(), z.Pool, dossier)
	must(t, err)
	if len(pending) != 2 || pending[0].Type != store.PendingLiberty || pending[0].Code != "RETENTION" || pending[0].Confirmed != nil ||
		pending[1].Type != store.PendingWithdrawal || pending[1].At.After(start) {
		t.Errorf("pending: %+v", pending)
	}
	if n, err := store.Undelivered(t.Context(), z.Pool); n != 1 || err != nil {
		t.Errorf("%d releases wait: only N0 does", n)
	}
}

// A status has the day that the prefecture gives it, within the life of the dossier: an opinion given meanwhile shows whether it was known in time.
func TestAStatusCountsFromTheDayThatIsGiven(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	must(t, z.takeReferral(t.Context(), referral(1, id, store.NewID(), "patient")))
	received := z.loaded(t, z.dossier(t, id)).ReceivedAt
	z.Clock.Set(received.Add(72 * time.Hour))
	for i, c := range []struct{ from, want time.Time }{
		{received.Add(time.Hour), received.Add(time.Hour)},
		{received.Add(-48 * time.Hour), received},
		{received.Add(96 * time.Hour), received.Add(72 * time.Hour)},
	} {
		e := change(int64(i+2), id, liberty(id, release.Retained))
		from := release.InstantOf(c.from)
		e.At, e.Liberty.From = release.InstantOf(received.Add(71*time.Hour)), &from
		must(t, z.takeChange(t.Context(), e))
		pending, err := store.FindPending(t.Context(), z.Pool, z.dossier(t, id))
		must(t, err)
		if len(pending) != i+1 || !pending[i].At.Equal(c.want) {
			t.Errorf("dated %s: %+v, want %s", c.from, pending, c.want)
		}
	}
}

// TestAGapOfChangesWaits, and a change that was applied is not applied again.
func TestAGapOfChangesWaits(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
	z.peer.refer(t, change(3, id, decision(id)))
	if _, err := z.takeReferrals(t.Context()); !errors.Is(err, errGap) || !alarming(err) {
		t.Errorf("a gap: %v", err)
	}
	z.cursor(t, store.CursorReferrals, 1)
	must(t, z.takeChange(t.Context(), change(2, id, appeal(id))))
	if err := z.takeChange(t.Context(), change(2, id, appeal(id))); !errors.Is(err, errGap) {
		t.Errorf("applied twice: %v", err)
	}
	if got := types(z.loaded(t, z.dossier(t, id))); got != "SAISINE_RECUE RECOURS_DEPOSE" {
		t.Errorf("events: %s", got)
	}
}

// TestAForgedChangeIsPassedOver: an event of a referral that is not here, and one whose content breaks a closed rule; the next is applied.
func TestAForgedChangeIsPassedOver(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	spoiled := change(3, id, liberty(id, "LIBRE, suivi pour VIH"))
	z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
	z.peer.refer(t, change(2, sameID, decision(sameID)))
	z.peer.refer(t, spoiled)
	z.peer.refer(t, change(4, id, decision(id)))
	if did, err := z.takeReferrals(t.Context()); !did || err != nil {
		t.Fatalf("did %t, %v", did, err)
	}
	z.cursor(t, store.CursorReferrals, 4)
	if got := types(z.loaded(t, z.dossier(t, id))); got != "SAISINE_RECUE DECISION_PREFET" {
		t.Errorf("events: %s", got)
	}
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Rule: "REFERRAL_QUARANTINED"})
	if err != nil || len(entries) != 2 || strings.Contains(z.log.String(), "VIH") || strings.Count(z.log.String(), "ALARM") != 2 {
		t.Errorf("entries: %+v %v", entries, err)
	}
}

// TestAnotherShapeOfAChangeWaits: what is no lawful form of a known type is not passed over: a later version may know it.
func TestAnotherShapeOfAChangeWaits(t *testing.T) {
	t.Parallel()
	id := store.NewID()
	b, err := release.Canonical(change(2, id, transfer(id, "69")))
	must(t, err)
	for name, item := range map[string]string{
		"free text beside":   strings.Replace(string(b), `"prefecture":"69"`, `"prefecture":"69","note":"x"`, 1),
		"two bodies":         strings.Replace(string(b), `"appeal":null`, `"appeal":{"referral":"`+id+`"}`, 1),
		"the body of others": strings.Replace(string(b), `"type":"TRANSFER"`, `"type":"DECISION"`, 1),
	} {
		if item == string(b) {
			t.Fatalf("%s: nothing was changed", name)
		}
		z := newZone(t)
		z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
		z.peer.refer(t, json.RawMessage(item))
		if _, err := z.takeReferrals(t.Context()); err == nil || !alarming(err) {
			t.Errorf("%s: %v", name, err)
		}
		z.cursor(t, store.CursorReferrals, 1)
	}
}

// TestAnAttestationNeedsItsAppeal: asked without one it is passed over with an alarm; with one, it says how the procedure went.
func TestAnAttestationNeedsItsAppeal(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	dossier, id, seq := z.issued(t)
	if err := z.takeChange(t.Context(), change(2, id, attestationAsked(id))); !errors.Is(err, errUnasked) || !hopeless(err) {
		t.Fatalf("without an appeal: %v", err)
	}
	_, err := z.owner.Exec(t.Context(), `INSERT INTO identity.people (id, reference, login, role, given_name, family_name, issuer, subject, national_id)
		VALUES ('med-12', gen_random_uuid(), 'm.douze', 'MEDECIN', 'Rachid', 'FICTIVEAU', 'psc', 's-12', '99790000012')`)
	must(t, err)
	must(t, z.takeChange(t.Context(), change(2, id, appeal(id))))
	must(t, z.takeChange(t.Context(), change(3, id, attestationAsked(id))))
	var body string
	must(t, z.Pool.QueryRow(t.Context(), "SELECT r.body FROM medical.releases r WHERE r.seq = $1 AND r.kind = 'attestation'", seq+1).Scan(&body))
	r, err := release.Decode[release.Release]([]byte(body))
	must(t, err)
	a := r.Attestation
	if *a.Rapporteur != "99790000012" || len(a.Signatures) != 3 || a.Signatures[0].SignedOn == nil || a.Request != 3 || *a.OpinionVersion != 1 || a.ReportTransmittedOn == nil {
		t.Errorf("attestation: %+v", a)
	}
	if strings.Contains(body, "FICTIVEAU") || strings.Contains(body, "med-") {
		t.Error("a name or a directory id crosses")
	}
	for range seq + 1 { // policy lets it through, as it is
		if did, err := z.handOver(t.Context()); !did || err != nil {
			t.Fatal(err)
		}
	}
	must(t, z.takeChange(t.Context(), change(4, id, closing(id))))
	if err := z.takeChange(t.Context(), change(5, id, attestationAsked(id))); !errors.Is(err, errUnasked) {
		t.Errorf("once the court has ruled: %v", err)
	}
	if d := z.loaded(t, dossier); d.Case.Events[len(d.Case.Events)-1].Type != medical.EvJudged {
		t.Errorf("events: %s", types(d))
	}
}

// TestACorrectedPersonIsFoundByTheNewName, and nothing of the old one is lost.
func TestACorrectedPersonIsFoundByTheNewName(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	first := referral(1, id, store.NewID(), "patient")
	must(t, z.takeReferral(t.Context(), first))
	civil := first.Referral.Civil
	civil.Patient.FamilyName, civil.Patient.UsageName = "KOFFIGAN", nil
	must(t, z.takeChange(t.Context(), change(2, id, func(e *release.ReferralEvent) {
		e.Type, e.Correction = release.EventCorrection, &release.Correction{Referral: id, Civil: &civil}
	})))
	for _, name := range []string{"KOFFIGAN", "KOFFIGAN-N'DRI"} {
		tag, err := z.World.Keys.Index(t.Context(), store.TagName, store.NameValue(name, "1987-05-14"))
		must(t, err)
		if list, err := store.FindByTag(t.Context(), z.Pool, store.TagName, tag); err != nil || len(list) != 1 {
			t.Errorf("%s finds %v %v", name, list, err)
		}
	}
	records, err := store.FindRecords(t.Context(), z.Pool, z.dossier(t, id), store.KindCorrection)
	if err != nil || len(records) != 1 {
		t.Errorf("corrections: %+v %v", records, err)
	}
}

// A corrected birth date or list of representatives changes who is written to, and until when (invariant 14).
func TestACorrectedPersonIsAMinorOrNot(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	first := referral(1, id, store.NewID(), "patient")
	must(t, z.takeReferral(t.Context(), first))
	dossier := z.dossier(t, id)
	civil := first.Referral.Civil
	for seq, one := range []struct {
		birth release.Date
		reps  []release.LegalRepresentative
		minor bool
	}{
		{release.Date(start.AddDate(-17, 0, 0).Format(time.DateOnly)), []release.LegalRepresentative{parent("rep-1"), parent("rep-2")}, true},
		{"1987-05-14", nil, false},
	} {
		civil.Patient.BirthDate, civil.LegalRepresentatives = one.birth, one.reps
		must(t, z.takeChange(t.Context(), change(int64(seq+2), id, func(e *release.ReferralEvent) {
			e.Type, e.Correction = release.EventCorrection, &release.Correction{Referral: id, Civil: &civil}
		})))
		c := z.loaded(t, dossier).Case
		if c.Minor() != one.minor || (c.MajorityOn != nil) != one.minor || len(c.Representatives) != len(one.reps) {
			t.Errorf("born %s: minor %v, of age on %v, represented by %v", one.birth, c.Minor(), c.MajorityOn, c.Representatives)
		}
	}
}

// TestAPurgedDossierTakesNothingMore: what a prefecture still tells of it is passed over, and holds back nobody: there is no key to seal it for,
// and what found the person is gone.
func TestAPurgedDossierTakesNothingMore(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id, group, next := store.NewID(), store.NewID(), store.NewID()
	must(t, z.takeReferral(t.Context(), referral(1, id, group, "patient")))
	dossier := z.dossier(t, id)
	z.append(t, dossier, store.With{}, medical.Cloture{ReasonCode: "AVIS_TRANSMIS"})
	z.appendAt(t, start.AddDate(5, 0, 0), dossier, "system", store.With{}, medical.PurgeEvaluee{PurgeDecision: medical.PurgeAuthorised}, medical.PurgeExecutee{})
	_, err := z.Pool.Exec(t.Context(), "SELECT medical.destroy($1::uuid)", dossier)
	must(t, err)
	purged := types(z.loaded(t, dossier))
	// The peer numbers what it is asked for from the cursor on: the first item stands for the referral applied above.
	z.peer.refer(t, referral(1, id, group, "patient"))
	for i, fill := range []func(*release.ReferralEvent){correction(id, "9975100017", "9975100071"), appeal(id), attestationAsked(id)} {
		z.peer.refer(t, change(int64(i+2), id, fill))
	}
	z.peer.refer(t, referral(5, store.NewID(), group, "patient"))
	z.peer.refer(t, referral(6, next, store.NewID(), "patient"))
	if did, err := z.takeReferrals(t.Context()); !did || err != nil {
		t.Fatalf("did %t, %v", did, err)
	}
	z.cursor(t, store.CursorReferrals, 6)
	z.dossier(t, next)
	if got := types(z.loaded(t, dossier)); got != purged {
		t.Errorf("events: %s", got)
	}
	var left int
	must(t, z.Pool.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM medical.search_tags t WHERE t.dossier = $1::uuid) + (SELECT count(*) FROM medical.records r WHERE r.dossier = $1::uuid)", dossier).Scan(&left))
	if left != 0 || strings.Count(z.log.String(), "ALARM") != 4 {
		t.Errorf("%d rows; %s", left, z.log.String())
	}
}

func parent(id string) release.LegalRepresentative {
	return release.LegalRepresentative{ID: id, FamilyName: "KOFFIGAN", GivenNames: []string{"Afi"}, Quality: "MERE", Basis: "autorité parentale", Nationality: "CIV", Language: "fr",
		Address: "3 rue d'Essai, 75011 Paris", AGDREF: "9975100099", IdentityDocuments: []release.IdentityDocument{}}
}
