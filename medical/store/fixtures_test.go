package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

const (
	referral   = "11111111-1111-4111-8111-111111111111"
	group      = "22222222-2222-4222-8222-222222222222"
	rapporteur = "med-12"
	decision   = "DEC-2026-01"
)

var members = []string{"med-02", "med-03", "med-06"}

// at is the n-th day after the referral.
func at(n int) time.Time { return time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC).AddDate(0, 0, n) }

// decisions lists med-01 to med-12, med-99 whose listing ended in January, and med-98 whose listing ends on the eve of the issue.
func decisions(t testing.TB) []release.CompositionDecision {
	t.Helper()
	terms := []release.DecisionTerms{{Ref: decision, Kind: "COLLEGE", SignedOn: "2025-12-15", PublishedOn: "2025-12-19", ValidFrom: "2026-01-01"}}
	var persons []release.ListedPerson
	for i := 1; i <= 12; i++ {
		persons = append(persons, release.ListedPerson{ID: fmt.Sprintf("med-%02d", i), RPPS: fmt.Sprintf("997900%05d", i), FamilyName: "NOM", GivenName: "Prénom",
			Listings: []release.Listing{{Decision: decision, ValidFrom: "2026-01-01"}}})
	}
	end := release.Date("2026-01-31")
	persons = append(persons, release.ListedPerson{ID: "med-99", RPPS: "99790000099", FamilyName: "NOM", GivenName: "Prénom",
		Listings: []release.Listing{{Decision: decision, ValidFrom: "2026-01-01", ValidTo: &end}}})
	eve := release.Date("2026-03-11") // of the issue
	persons = append(persons, release.ListedPerson{ID: "med-98", RPPS: "99790000098", FamilyName: "NOM", GivenName: "Prénom",
		Listings: []release.Listing{{Decision: decision, ValidFrom: "2026-01-01", ValidTo: &eve}}})
	built, err := release.BuildDecisions(terms, persons)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// newDossier is the clear part of case-01.
func newDossier(id string) store.NewDossier {
	day := medical.Date{Year: 2026, Month: 1, Day: 16}
	return store.NewDossier{ID: id, Group: group, Channel: "ANEF", ReceivedAt: at(0),
		Referrals: []store.Referral{{ID: referral, Requester: "patient", Prefecture: "75"}},
		Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75",
			Country:             medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
			RequestRegisteredOn: &day, CertificateAvailableOn: &day,
			Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}}
}

func event(day int, actor string, stage medical.Stage, data medical.EventData) medical.Event {
	return medical.Event{At: at(day), Actor: actor, Stage: stage, Data: data}
}

// step is one act of the straight line of case-01.
type step struct {
	name   string
	events []medical.Event
	with   func(t testing.TB) store.With
}

func approval(n int) func(testing.TB) store.With {
	return func(testing.TB) store.With {
		return store.With{Approval: &store.Approval{ID: fmt.Sprintf("approval-%d", n), StepUp: fmt.Sprintf("step-up-%d", n), At: at(53)}}
	}
}

func steps() []step {
	list := []step{
		{name: "referral", events: []medical.Event{event(0, "system", "", medical.SaisineRecue{})}},
		{name: "certificate", events: []medical.Event{event(10, "sec-01", "", medical.CertificatRecu{Accepted: true})}},
		{name: "rapporteur", events: []medical.Event{event(12, "sec-01", medical.StageReport, medical.RapporteurDesigne{Rapporteur: rapporteur})}},
		{name: "report", events: []medical.Event{event(39, rapporteur, medical.StageReport, medical.RapportSigne{})}},
		{name: "transmission", events: []medical.Event{event(40, rapporteur, medical.StageReport, medical.RapportTransmis{})}},
		{name: "college", events: []medical.Event{event(41, "sec-01", medical.StageOpinion, medical.CollegeDesigne{Composition: 1, DecisionRef: decision, Members: members})}},
	}
	for i, m := range members {
		list = append(list, step{name: "answer " + m, events: []medical.Event{event(45+i, m, medical.StageOpinion, medical.ReponseMembre{Composition: 1, Round: 1})}})
	}
	list = append(list, step{name: "settlement", events: []medical.Event{event(52, members[1], medical.StageOpinion, medical.Synthese{Composition: 1, Round: 1})}})
	for i, m := range members[:2] {
		list = append(list, step{name: "signature " + m, with: approval(i),
			events: []medical.Event{event(54, m, medical.StageOpinion, medical.Signature{Composition: 1})}})
	}
	return append(list, step{name: "issue", events: issueEvents(), with: func(t testing.TB) store.With {
		with := approval(2)(t)
		with.Opinions = []release.Opinion{opinion(t, referral)}
		return with
	}})
}

func issueEvents() []medical.Event {
	return []medical.Event{
		event(55, members[2], medical.StageOpinion, medical.Signature{Composition: 1}),
		event(55, "system", medical.StageOpinion, medical.AvisEmis{Composition: 1, Version: 1}),
		event(55, "system", medical.StageOpinion, medical.AvisTransmis{Version: 1}),
	}
}

func opinion(t testing.TB, referral string) release.Opinion {
	t.Helper()
	gravity, treatment, months := release.GravityPossible, release.TreatmentUnreachable, 12
	digest, err := decisions(t)[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	u := release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referral, 1), Referral: referral, ReferralVersion: 1, Version: 1, Receiver: "75", Kind: release.KindFirst,
		Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: &release.Stage{}, StageOpinion: &release.Stage{}, CareNeeded: release.CareIsNeeded, ExceptionalGravity: &gravity,
		TreatmentAvailable: &treatment, DurationMonths: &months, Outcome: release.Favourable,
		Decision: release.DecisionRef{Ref: decision, Digest: digest}, Authors: []int{2, 3, 6}}}
	return release.Opinion{Unsealed: u, Seal: release.NewSeal(strings.Repeat("ab", 16), make([]byte, 1600))}
}

// world is a database of the medical zone, as the program's role, with the decisions entered by its owner.
func world(t testing.TB) *pgxpool.Pool {
	t.Helper()
	_, app := ownedWorld(t)
	return app
}

func ownedWorld(t testing.TB) (owner, app *pgxpool.Pool) {
	t.Helper()
	owner, app = pgtest.Database(t, "medical")
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error { return store.LoadDecisions(ctx, tx, decisions(t)) })
	return owner, app
}

func inTx(t testing.TB, app *pgxpool.Pool, fn func(context.Context, pgx.Tx) error) {
	t.Helper()
	if err := db.InTx(t.Context(), app, func(tx pgx.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// play makes a dossier and does the steps up to and including the one named; all of them when it is "".
func play(t testing.TB, app *pgxpool.Pool, last string) (id string) {
	t.Helper()
	id = store.NewID()
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) error { return store.CreateDossier(ctx, tx, newDossier(id)) })
	for _, s := range steps() {
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
			with := store.With{}
			if s.with != nil {
				with = s.with(t)
			}
			_, err := store.AppendEvents(ctx, tx, id, s.events, with)
			return err
		})
		if s.name == last {
			return id
		}
	}
	return id
}
