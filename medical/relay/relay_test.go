package relay

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault/vaulttest"
	"cloison/release"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var start = time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)

type zone struct {
	*vaulttest.World
	*Relay
	owner *pgxpool.Pool
	peer  *peer
	log   *bytes.Buffer
}

func newZone(t *testing.T) *zone {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	z := &zone{owner: owner, World: vaulttest.New(t, app, start), peer: newPeer(t), log: &bytes.Buffer{}}
	z.Relay = z.relay(t, z.peer.key.Public().(ed25519.PublicKey))
	return z
}

func (z *zone) relay(t *testing.T, ackKeys ...ed25519.PublicKey) *Relay {
	t.Helper()
	r, err := New(Options{URL: z.peer.URL, Client: z.peer.client(t, peerName), Gate: z.Gate, Pool: z.Pool, Vault: z.Vault, Keys: z.Keys, AckKeys: ackKeys,
		Log: slog.New(slog.NewTextHandler(z.log, nil))})
	must(t, err)
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// referral is one of a group.
func referral(seq int64, id, group, requester string) release.ReferralEvent {
	day := release.Date("2026-01-16")
	usage := "Épouse D'Arc"
	return release.ReferralEvent{Seq: seq, Type: release.EventReferral, At: release.InstantOf(start), Referral: &release.Referral{
		ID: id, Version: 1, Group: group, Kind: release.KindFirst, Prefecture: "75", Channel: release.ChannelANEF, RequestRegisteredOn: &day,
		CertificateAvailableOn: &day, AGDREF: "9975100017", ReferenceCountry: release.Country{Role: release.Origin, Country: "CIV"}, Requester: requester,
		LibertyHistory: []release.LibertyPeriod{{Status: release.Free}},
		Civil: release.Civil{LegalRepresentatives: []release.LegalRepresentative{}, Patient: release.Patient{ID: "patient", FamilyName: "KOFFIGAN-N'DRI", UsageName: &usage,
			GivenNames: []string{"Adjoua"}, Sex: "F", BirthDate: "1987-05-14", BirthPlace: "Bouaké", BirthCountry: "CIV", Nationality: "CIV", Language: "fr",
			Address: "7 passage des Trois-Couronnes-Noires, 75018 Paris", IdentityDocuments: []release.IdentityDocument{}}},
	}}
}

func (z *zone) dossier(t *testing.T, referral string) string {
	t.Helper()
	id, err := store.DossierOfReferral(t.Context(), z.Pool, referral)
	must(t, err)
	return id
}

func (z *zone) cursor(t *testing.T, name string, want int64) {
	t.Helper()
	if seq, err := store.Cursor(t.Context(), z.Pool, name); seq != want || err != nil {
		t.Errorf("cursor %s is %d (%v), want %d", name, seq, err, want)
	}
}

func TestAReferralBecomesADossier(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
	did, err := z.takeReferrals(t.Context())
	if !did || err != nil {
		t.Fatalf("took nothing: %v", err)
	}
	z.cursor(t, store.CursorReferrals, 1)
	d, err := store.GetDossier(t.Context(), z.Pool, z.dossier(t, id))
	must(t, err)
	if d.Policy.State != "CERTIFICAT_VIERGE_REMIS" || d.Case.Direction != "DT-PARIS" || len(d.Case.Events) != 1 || d.Case.Linked || d.Case.Renewal {
		t.Errorf("dossier: %+v", d.Policy)
	}
	next, err := store.NextUndelivered(t.Context(), z.Pool)
	must(t, err)
	if n, err := release.Decode[release.Release](next.Body); err != nil || n.Notice.Code != release.ReferralAnswered || n.Notice.Referral != id {
		t.Errorf("N0: %s %v", next.Body, err)
	}
	z.found(t, d.ID)
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Object: d.ID})
	must(t, err)
	if len(entries) != 1 || entries[0].Subject != "relay" || len(entries[0].Digests) != 2 || entries[0].Outcome != "DONE" {
		t.Errorf("entries: %+v", entries)
	}
}

// found: by number, and by either name written another way.
func (z *zone) found(t *testing.T, dossier string) {
	t.Helper()
	for _, q := range []struct{ class, value string }{
		{store.TagAGDREF, "9975100017"}, {store.TagName, store.NameValue("Koffigan N’dri", "1987-05-14")}, {store.TagName, store.NameValue("epouse d arc", "1987-05-14")},
	} {
		tag, err := z.World.Keys.Index(t.Context(), q.class, q.value)
		must(t, err)
		if list, err := store.FindByTag(t.Context(), z.Pool, q.class, tag); err != nil || !slices.Contains(list, dossier) {
			t.Errorf("%s finds %v: %v", q.class, list, err)
		}
	}
}

func TestReferralsOfAGroupShareADossier(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	one, two, group := store.NewID(), store.NewID(), store.NewID()
	z.peer.refer(t, referral(1, one, group, "patient"))
	z.peer.refer(t, referral(2, two, group, "patient"))
	_, err := z.takeReferrals(t.Context())
	must(t, err)
	if z.dossier(t, one) != z.dossier(t, two) {
		t.Error("two dossiers")
	}
	for range 2 {
		did, err := z.handOver(t.Context())
		if !did || err != nil {
			t.Fatal(err)
		}
	}
	if len(z.peer.taken) != 2 {
		t.Errorf("%d releases", len(z.peer.taken))
	}
	applicants, err := store.FindRecords(t.Context(), z.Pool, z.dossier(t, one), store.KindApplicant)
	if err != nil || len(applicants) != 2 {
		t.Errorf("applicants: %+v %v", applicants, err)
	}
}

// TestWhatIsNotAppliedWaits: a gap, another type, another form of the same value. What came before it is applied; nothing passes over it.
func TestWhatIsNotAppliedWaits(t *testing.T) {
	t.Parallel()
	second := referral(2, store.NewID(), store.NewID(), "patient")
	third := second
	third.Seq = 3
	b, err := json.Marshal(second)
	must(t, err)
	for name, item := range map[string]any{
		"gap":           third,
		"other type":    json.RawMessage(`{"seq":2,"type":"WITHDRAWAL","at":"2026-01-16T14:20:00Z","referral":null}`),
		"other order":   json.RawMessage(`{"type":"REFERRAL",` + string(b[1:])),
		"unknown field": json.RawMessage(`{"note":"x",` + string(b[1:])),
	} {
		z := newZone(t)
		z.peer.refer(t, referral(1, store.NewID(), store.NewID(), "patient"))
		z.peer.refer(t, item)
		did, err := z.takeReferrals(t.Context())
		if !did || err == nil || !alarming(err) {
			t.Errorf("%s: did %t, %v", name, did, err)
		}
		z.cursor(t, store.CursorReferrals, 1)
		if _, err := z.takeReferrals(t.Context()); err == nil {
			t.Errorf("%s: passed over", name)
		}
		// No act was begun for what cannot be applied: trying again leaves no entry.
		if entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{}); err != nil || len(entries) != 1 {
			t.Errorf("%s: %d entries, %v", name, len(entries), err)
		}
	}
}

// TestSealedKeyholderHoldsTheCursor: nothing is lost and no entry piles up while it is sealed.
func TestSealedKeyholderHoldsTheCursor(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
	z.World.Keys.Restart(t)
	if _, err := z.takeReferrals(t.Context()); !errors.Is(err, errSealed) {
		t.Errorf("sealed: %v", err)
	}
	z.cursor(t, store.CursorReferrals, 0)
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{})
	if err != nil || len(entries) != 0 {
		t.Errorf("entries: %+v %v", entries, err)
	}
	z.World.Keys.Unseal(t)
	_, err = z.takeReferrals(t.Context())
	must(t, err)
	z.dossier(t, id)
}

func TestAReferralIsAppliedOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	e := referral(1, store.NewID(), store.NewID(), "patient")
	must(t, z.takeReferral(t.Context(), e))
	if err := z.takeReferral(t.Context(), e); !errors.Is(err, errGap) {
		t.Errorf("applied twice: %v", err)
	}
	z.cursor(t, store.CursorReferrals, 1)
	if n, err := store.Undelivered(t.Context(), z.Pool); n != 1 || err != nil {
		t.Errorf("%d releases %v", n, err)
	}
}

func TestReleasesLeaveInOrderAndWait(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for seq := int64(1); seq <= 3; seq++ {
		must(t, z.takeReferral(t.Context(), referral(seq, store.NewID(), store.NewID(), "patient")))
	}
	z.peer.answer(503)
	if did, err := z.handOver(t.Context()); did || err == nil || alarming(err) {
		t.Errorf("unavailable: %v", err)
	}
	z.peer.answer(409)
	if did, err := z.handOver(t.Context()); did || !alarming(err) {
		t.Errorf("refused: %v", err)
	}
	z.peer.answer(0)
	for range 3 {
		_, err := z.handOver(t.Context())
		must(t, err)
	}
	if did, err := z.handOver(t.Context()); did || err != nil {
		t.Errorf("empty outbox: %t %v", did, err)
	}
	for i, body := range z.peer.taken {
		if r, err := release.Decode[release.Release](body); err != nil || r.Seq != int64(i+1) {
			t.Errorf("release %d: %v", i, err)
		}
	}
}

// issued is a dossier whose opinion has left, and the number of its release.
func (z *zone) issued(t *testing.T) (dossier, referralID string, seq int64) {
	t.Helper()
	referralID = store.NewID()
	must(t, z.takeReferral(t.Context(), referral(1, referralID, store.NewID(), "patient")))
	dossier = z.dossier(t, referralID)
	members := []string{"med-02", "med-03", "med-06"}
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error {
		var lines []release.DecisionLine
		for i, m := range members {
			lines = append(lines, release.DecisionLine{Line: i + 1, RPPS: "9979000000" + string(rune('1'+i)), FamilyName: "NOM", GivenName: "Prénom", ValidFrom: "2026-01-01", Person: m})
		}
		return store.LoadDecisions(t.Context(), tx, []release.CompositionDecision{{Ref: "DEC-2026-01", Kind: "COLLEGE", SignedOn: "2025-12-15", PublishedOn: "2025-12-19",
			ValidFrom: "2026-01-01", Lines: lines}})
	}))
	z.append(t, dossier, store.With{},
		medical.CertificatRecu{Accepted: true}, medical.RapporteurDesigne{Rapporteur: "med-12"}, medical.RapportSigne{}, medical.RapportTransmis{},
		medical.CollegeDesigne{Composition: 1, DecisionRef: "DEC-2026-01", Members: members})
	for _, m := range members {
		z.appendAs(t, dossier, m, store.With{}, medical.ReponseMembre{Composition: 1, Round: 1})
	}
	z.appendAs(t, dossier, members[0], store.With{}, medical.Synthese{Composition: 1, Round: 1})
	for _, m := range members {
		z.appendAs(t, dossier, m, store.With{Approval: &store.Approval{ID: "approval-" + m, StepUp: "step-up-" + m, At: start}}, medical.Signature{Composition: 1})
	}
	z.append(t, dossier, store.With{Opinions: []release.Opinion{opinion(t, referralID)}}, medical.AvisEmis{Composition: 1, Version: 1}, medical.AvisTransmis{Version: 1})
	must(t, z.Pool.QueryRow(t.Context(), "SELECT r.seq FROM medical.releases r WHERE r.kind = 'opinion'").Scan(&seq))
	return dossier, referralID, seq
}

func (z *zone) append(t *testing.T, dossier string, with store.With, data ...medical.EventData) {
	t.Helper()
	z.appendAs(t, dossier, "system", with, data...)
}

func (z *zone) appendAs(t *testing.T, dossier, actor string, with store.With, data ...medical.EventData) {
	t.Helper()
	z.appendAt(t, start, dossier, actor, with, data...)
}

func (z *zone) appendAt(t *testing.T, at time.Time, dossier, actor string, with store.With, data ...medical.EventData) {
	t.Helper()
	must(t, db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
		var events []medical.Event
		for _, d := range data {
			events = append(events, medical.Event{At: at, Actor: actor, Data: d})
		}
		_, err := store.AppendEvents(t.Context(), tx, dossier, events, with)
		return err
	}))
}

func opinion(t *testing.T, referral string) release.Opinion {
	t.Helper()
	gravity, treatment, months := release.GravityPossible, release.TreatmentUnreachable, 12
	u := release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referral, 1), Referral: referral, ReferralVersion: 1, Version: 1, Receiver: "75", Kind: release.KindFirst,
		Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: &release.Stage{}, StageOpinion: &release.Stage{}, CareNeeded: release.CareIsNeeded, ExceptionalGravity: &gravity,
		TreatmentAvailable: &treatment, DurationMonths: &months, Outcome: release.Favourable,
		Decision: release.DecisionRef{Ref: "DEC-2026-01", Digest: strings.Repeat("0", 64)}, Authors: []int{1, 2, 3}}}
	return release.Opinion{Unsealed: u, Seal: release.NewSeal(strings.Repeat("ab", 16), make([]byte, 1600))}
}

func TestTheLastAcknowledgementCloses(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	dossier, id, seq := z.issued(t)
	z.peer.acknowledge(t, z.peer.key, release.AcknowledgementBody{Seq: 1, Referral: id, Release: seq, Version: 1, On: "2026-03-13", At: release.InstantOf(start)})
	did, err := z.takeAcknowledgements(t.Context())
	if !did || err != nil {
		t.Fatal(err)
	}
	z.cursor(t, store.CursorAcknowledgements, 1)
	d, err := store.GetDossier(t.Context(), z.Pool, dossier)
	must(t, err)
	last := d.Case.Events[len(d.Case.Events)-2:]
	if d.Policy.State != "CLOS" || !d.Policy.Closed || last[0].Type != medical.EvAcknowledged || last[1].Type != medical.EvClosed {
		t.Errorf("dossier: %+v %+v", d.Policy, last)
	}
	// The same again, under the next number: a zone that was restored has it given again. It is passed over, and changes nothing.
	z.peer.acknowledge(t, z.peer.key, release.AcknowledgementBody{Seq: 2, Referral: id, Release: seq, Version: 1, On: "2026-03-13", At: release.InstantOf(start)})
	if _, err := z.takeAcknowledgements(t.Context()); err != nil {
		t.Errorf("a second acknowledgement: %v", err)
	}
	again, err := store.GetDossier(t.Context(), z.Pool, dossier)
	must(t, err)
	if len(again.Case.Events) != len(d.Case.Events) {
		t.Errorf("%d events, then %d", len(d.Case.Events), len(again.Case.Events))
	}
	z.cursor(t, store.CursorAcknowledgements, 2)
}

func TestForgedAcknowledgementIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	_, id, seq := z.issued(t)
	_, stranger, err := ed25519.GenerateKey(nil)
	must(t, err)
	z.peer.acknowledge(t, stranger, release.AcknowledgementBody{Seq: 1, Referral: id, Release: seq, Version: 1, On: "2026-03-13", At: release.InstantOf(start)})
	for range 2 {
		if _, err := z.takeAcknowledgements(t.Context()); !errors.Is(err, release.ErrSignature) || !alarming(err) {
			t.Errorf("got %v", err)
		}
	}
	z.cursor(t, store.CursorAcknowledgements, 0)
	var entries int
	must(t, z.Pool.QueryRow(t.Context(), "select count(*) from audit.entries where action = 'acknowledgement.receive' and outcome = 'REFUSED' and rule = 'ACKNOWLEDGEMENT_SIGNATURE' and object = '1'").Scan(&entries))
	if entries != 1 {
		t.Errorf("%d entries say that it was refused, want one for both tries", entries)
	}
}

func TestAcknowledgementOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	_, id, seq := z.issued(t)
	z.peer.acknowledge(t, z.peer.key, release.AcknowledgementBody{Seq: 1, Referral: id, Release: seq - 1, Version: 1, On: "2026-03-13", At: release.InstantOf(start)})
	if _, err := z.takeAcknowledgements(t.Context()); !alarming(err) {
		t.Errorf("got %v", err)
	}
	z.cursor(t, store.CursorAcknowledgements, 0)
}

func TestPeerMustBeNamed(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.o.Client = z.peer.client(t, "someone.else.example")
	if _, err := z.takeReferrals(t.Context()); err == nil {
		t.Error("a peer of another name was believed")
	}
	stranger := newAuthority(t)
	z.o.Client = NewClient(stranger.issue(t, "relay.medical.example"), z.peer.ca.pool, peerName)
	if _, err := z.takeReferrals(t.Context()); err == nil {
		t.Error("the peer took a stranger's certificate")
	}
	z.o.Client = NewClient(z.peer.ca.issue(t, "relay.medical.example"), stranger.pool, peerName)
	if _, err := z.takeReferrals(t.Context()); err == nil {
		t.Error("a peer of another authority was believed")
	}
	wildcard := newPeerNamed(t, "*.server.example")
	z.o.URL, z.o.Client = wildcard.URL, wildcard.client(t, peerName)
	if _, err := z.takeReferrals(t.Context()); err == nil {
		t.Error("a wildcard was taken for the name")
	}
}

func TestPlainHTTPIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	o := z.o
	o.URL = "http://127.0.0.1:1"
	if _, err := New(o); err == nil {
		t.Error("an http URL was taken")
	}
}

// TestRunCarriesAndStops: a referral comes in, its N0 goes out, and the end of the context ends all three flows.
func TestRunCarriesAndStops(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { z.Run(ctx); close(ended) }()
	z.peer.refer(t, referral(1, store.NewID(), store.NewID(), "patient"))
	<-z.peer.arrived
	z.Wake()
	z.Wake() // never blocks
	stop()
	<-ended
}

// Of a minor, and of a minor alone, the day of majority stays in clear; the birth date itself is sealed with the rest.
func TestTheMajorityOfAMinorAloneIsInClear(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	adult, minor := store.NewID(), store.NewID()
	z.peer.refer(t, referral(1, adult, store.NewID(), "patient"))
	young := referral(2, minor, store.NewID(), "patient")
	young.Referral.Civil.Patient.BirthDate = "2008-02-29"
	z.peer.refer(t, young)
	_, err := z.takeReferrals(t.Context())
	must(t, err)
	for id, want := range map[string]string{adult: "", minor: "2026-02-28"} {
		d, err := store.GetDossier(t.Context(), z.Pool, z.dossier(t, id))
		must(t, err)
		got := ""
		if d.Case.MajorityOn != nil {
			got = d.Case.MajorityOn.String()
		}
		if got != want {
			t.Errorf("majority %q, want %q", got, want)
		}
	}
}
