package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

// Two secretaries at once, each with a page that shows no outcome: the second meets the constraint, whatever the programs believed.
func TestARequestHasOneReferenceOneOutcomeAndOneDefault(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "rapporteur")
	due := medical.Date{Year: 2026, Month: 2, Day: 28}
	send := func(data medical.EventData) error {
		return db.InTx(t.Context(), app, func(tx pgx.Tx) error {
			_, err := store.AppendEvents(t.Context(), tx, id, []medical.Event{event(13, "sec-01", medical.StageReport, data)}, store.With{})
			return err
		})
	}
	for _, data := range []medical.EventData{medical.ExamensDemandes{Ref: "exa-1", DueOn: due}, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: at(20)},
		medical.Absence{Ref: "conv-1"}, medical.DefautConstate{Ref: "conv-1"}, medical.DefautConstate{Defaut: "IDENTITE_NON_JUSTIFIEE"}, medical.ConvocationAnnulee{Ref: "conv-1"}} {
		if err := send(data); err != nil {
			t.Fatalf("%T: %v", data, err)
		}
	}
	for name, c := range map[string]struct {
		data medical.EventData
		rule string
	}{
		"the same reference": {medical.ComplementDemande{Ref: "exa-1", DueOn: due}, "REQUEST_REF_TAKEN"},
		"a second outcome":   {medical.Presence{Ref: "conv-1"}, "REQUEST_CLOSED"},
		"a second default":   {medical.DefautConstate{Ref: "conv-1"}, "DEFAULT_ALREADY_FOUND"},
	} {
		broke, _ := db.Constraint(send(c.data))
		if store.Constraints[broke] != c.rule {
			t.Errorf("%s: constraint %q, want rule %s", name, broke, c.rule)
		}
	}
}

// TestANoticeIsRepeatedNoMoreThanIsTaken: the other zone refuses a notice too many for good, and a release that is refused holds back those of the
// whole country. However often a person is summoned in vain, it is told ten times.
func TestANoticeIsRepeatedNoMoreThanIsTaken(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "rapporteur")
	for n := range release.MostRepeats + 2 {
		ref := fmt.Sprintf("conv-%d", n+1)
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
			var events []medical.Event
			for _, data := range []medical.EventData{medical.ConvocationEnvoyee{Ref: ref, AppointmentAt: at(20)},
				medical.Absence{Ref: ref, Cause: "DEFAUT_DEMANDEUR"}, medical.DefautConstate{Ref: ref, Defaut: "DEMANDEUR_ABSENT", Cause: "DEFAUT_DEMANDEUR"}} {
				events = append(events, event(21, "sec-01", medical.StageReport, data))
			}
			_, err := store.AppendEvents(ctx, tx, id, events, store.With{})
			return err
		})
	}
	var told int
	err := app.QueryRow(t.Context(), "SELECT count(*) FROM medical.releases r WHERE r.dossier = $1 AND r.code = 'N4'", id).Scan(&told)
	if err != nil || told != release.MostRepeats {
		t.Errorf("told %d times: %v", told, err)
	}
}

// Invariant 14: who represents is an id and nothing else, alone in the database.
func TestARepresentativeStandsInClearAsAnIDOnly(t *testing.T) {
	t.Parallel()
	app := world(t)
	create := func(minor bool, representatives ...string) (string, error) {
		n := newDossier(store.NewID())
		n.Group, n.Case.MinorAtReferral, n.Case.Representatives = n.ID, minor, representatives
		n.Referrals = nil
		return n.ID, db.InTx(t.Context(), app, func(tx pgx.Tx) error { return store.CreateDossier(t.Context(), tx, n) })
	}
	for name, c := range map[string]struct {
		minor           bool
		representatives []string
		constraint      string
	}{
		"nobody":        {true, nil, ""},
		"a name":        {true, []string{"Mme Nom"}, "dossier_representatives"},
		"two":           {true, []string{"rep-1", "rep-2"}, ""},
		"an adult":      {false, nil, ""},
		"an adult's":    {false, []string{"rep-1"}, ""},
		"a name second": {false, []string{"rep-1", "Nom"}, "dossier_representatives"},
	} {
		id, err := create(c.minor, c.representatives...)
		if broke, _ := db.Constraint(err); broke != c.constraint || c.constraint == "" && err != nil {
			t.Errorf("%s: constraint %q, want %q (%v)", name, broke, c.constraint, err)
		}
		if c.constraint != "" {
			continue
		}
		inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
			d, err := store.LoadDossier(ctx, tx, id)
			if d.Case.Minor() != c.minor || len(d.Case.Representatives) != len(c.representatives) {
				t.Errorf("%s: kept as %t, %v", name, d.Case.Minor(), d.Case.Representatives)
			}
			return err
		})
	}
}
