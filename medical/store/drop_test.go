package store_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
)

// TestADossierEndsForEveryReasonWhileACollegeSits: what the domain lets end, the database does too; and its retention runs from then on.
func TestADossierEndsForEveryReasonWhileACollegeSits(t *testing.T) {
	t.Parallel()
	app := world(t)
	id := play(t, app, "college")
	for _, reason := range []string{"RETRAIT", "DECES", "SAISINE_ANNULEE", "DOUBLON", "MAUVAISE_SAISINE"} {
		var after store.Dossier
		err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
			d, err := store.LoadDossier(t.Context(), tx, id)
			if err != nil {
				return err
			}
			list, err := d.Case.DropSignalled(reason, referral)
			if err != nil {
				return err
			}
			var events []medical.Event
			for _, data := range list {
				events = append(events, event(60, "system", medical.StageOpinion, data))
			}
			if after, err = store.AppendEvents(t.Context(), tx, id, events, store.With{}); err != nil {
				return err
			}
			return context.Canceled // the next reason ends it anew
		})
		if after.Policy.State != string(medical.StateDropped) || after.Case.RetainedUntil() == nil || after.Policy.Composition.Open {
			t.Errorf("%s: state %s, %v", reason, after.Policy.State, err)
		}
	}
}
