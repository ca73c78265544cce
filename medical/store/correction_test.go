package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

func correctionEvent(day int) medical.Event {
	return event(day, members[0], medical.StageOpinion, medical.CompositionClose{Composition: 1, ReasonCode: medical.ReasonRectified, Motive: "REPONSE_ERRONEE"})
}

// secondVersion are the steps of a corrected opinion, from the designation of its authors to its issue.
func secondVersion(t *testing.T) []step {
	list := []step{{name: "college 2", events: []medical.Event{event(61, "sec-01", medical.StageOpinion, medical.CollegeDesigne{Composition: 2, DecisionRef: decision, Members: members})}}}
	for _, m := range members {
		list = append(list, step{name: "answer 2 " + m, events: []medical.Event{event(62, m, medical.StageOpinion, medical.ReponseMembre{Composition: 2, Round: 1})}})
	}
	list = append(list, step{name: "settlement 2", events: []medical.Event{event(63, members[1], medical.StageOpinion, medical.Synthese{Composition: 2, Round: 1})}})
	for i, m := range members[:2] {
		list = append(list, step{name: "signature 2 " + m, with: approval(10 + i), events: []medical.Event{event(64, m, medical.StageOpinion, medical.Signature{Composition: 2})}})
	}
	return append(list, step{name: "issue 2", with: func(t testing.TB) store.With {
		with := approval(12)(t)
		second, before := opinion(t, referral), release.OpinionID(referral, 1)
		second.ID, second.Version, second.Replaces = release.OpinionID(referral, 2), 2, &before
		with.Opinions = []release.Opinion{second}
		return with
	}, events: []medical.Event{
		event(65, members[2], medical.StageOpinion, medical.Signature{Composition: 2}),
		event(65, "system", medical.StageOpinion, medical.AvisEmis{Composition: 2, Version: 2}),
		event(65, "system", medical.StageOpinion, medical.AvisTransmis{Version: 2}),
	}})
}

// Invariant 4: a corrected opinion is another version, signed by all, released beside the first, which keeps every row it had.
func TestACorrectedOpinionIsAnotherVersion(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "")
	var d store.Dossier
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) (err error) {
		d, err = store.AppendEvents(ctx, tx, id, []medical.Event{correctionEvent(60)}, store.With{})
		return err
	})
	if d.Policy.Issued || d.Policy.Composition.Open || d.Policy.State != "RAPPORT_TRANSMIS" {
		t.Errorf("the correction has begun: %+v", d.Policy)
	}
	for _, s := range secondVersion(t) {
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
			with := store.With{}
			if s.with != nil {
				with = s.with(t)
			}
			if s.name == "settlement 2" {
				defer func() { d, _ = store.LoadDossier(ctx, tx, id) }()
			}
			_, err := store.AppendEvents(ctx, tx, id, s.events, with)
			return err
		})
	}
	months := 12
	bodies, err := store.OpinionBodies(t.Context(), app, d, medical.Answers{Q1: "NECESSITE", Q4Months: &months}, at(64))
	if err != nil || bodies[0].Version != 2 || bodies[0].Replaces == nil || *bodies[0].Replaces != release.OpinionID(referral, 1) {
		t.Errorf("the body that was signed does not name what it replaces: %+v, %v", bodies, err)
	}
	for what, want := range map[string]int{
		"SELECT count(*) FROM medical.opinions WHERE dossier = $1::uuid":                       2,
		"SELECT count(*) FROM medical.releases WHERE dossier = $1::uuid AND kind = 'opinion'":  2,
		"SELECT count(*) FROM medical.signatures WHERE dossier = $1::uuid AND composition = 1": 3,
		"SELECT count(*) FROM medical.void_signatures WHERE dossier = $1::uuid":                0,
	} {
		var got int
		if err := app.QueryRow(t.Context(), what, id).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, want %d (%v)", what, got, want, err)
		}
	}
}

// Each way to touch a signed opinion is refused by the database alone, whatever the program does.
func TestTheDatabaseAloneKeepsASignedOpinion(t *testing.T) {
	t.Parallel()
	app, other, third := world(t), world(t), world(t) // one dossier of these steps in each
	standing, corrected, early := play(t, app, ""), play(t, other, ""), play(t, third, "settlement")
	inTx(t, other, func(ctx context.Context, tx pgx.Tx) error {
		_, err := store.AppendEvents(ctx, tx, corrected, []medical.Event{correctionEvent(60)}, store.With{})
		return err
	})
	const compose = `INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur)
		VALUES ('%s', 2, 'COLLEGE3', 'DEC-2026-01', '2026-03-20T00:00:00Z', '2026-03-20', 'med-12')`
	const void = `INSERT INTO medical.void_signatures (dossier, approval, at, reason) VALUES ('%[1]s', (SELECT s.approval FROM medical.signatures s
		WHERE s.dossier = '%[1]s' AND s.composition = 1 LIMIT 1), '2026-03-20T00:00:00Z', 'CORPS_MODIFIE')`
	const end = `INSERT INTO medical.composition_closures (dossier, composition, at, reason) VALUES ('%s', 1, '2026-03-20T00:00:00Z', '%s')`
	for name, x := range map[string]struct {
		pool            *pgxpool.Pool
		sql, constraint string
	}{
		"another composition without a correction":    {app, fmt.Sprintf(compose, standing), "opinion_immutable"},
		"a round in the composition that signed":      {other, fmt.Sprintf(`INSERT INTO medical.rounds (dossier, composition, round, opened_at) VALUES ('%s', 1, 2, '2026-03-20T00:00:00Z')`, corrected), "opinion_immutable"},
		"a signature of the issued opinion made void": {app, fmt.Sprintf(void, standing), "opinion_immutable"},
		"the same once it is corrected":               {other, fmt.Sprintf(void, corrected), "opinion_immutable"},
		"its composition replaced":                    {app, fmt.Sprintf(end, standing, "MEMBRE_INDISPONIBLE"), "opinion_corrected"},
		"a correction of what was not issued":         {third, fmt.Sprintf(end, early, "AVIS_RECTIFICATIF"), "opinion_corrected"},
		"a version skipped":                           {other, fmt.Sprintf(`INSERT INTO medical.opinions (dossier, version, composition, issued_at, issued_on) VALUES ('%s', 3, 1, '2026-03-12T00:00:00Z', '2026-03-12')`, corrected), "opinion_follows"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := x.pool.Exec(t.Context(), x.sql)
			if got, _ := db.Constraint(err); got != x.constraint {
				t.Errorf("refused by %q, want %s: %v", got, x.constraint, err)
			}
		})
	}
}
