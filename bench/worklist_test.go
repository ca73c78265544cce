package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
)

// TestWorklistAndDossier is row P9 at the size of a territory: the worklist and the dossier, as acts (policy, entry, commit), with few
// dossiers and with many.
func TestWorklistAndDossier(t *testing.T) {
	few, many := 5, 10
	if *figuresFile != "" {
		few, many = 100, 1000
	}
	z := newZone(t)
	var atFew, atMany []measure
	z.fill(t, few)
	atFew = z.measures(t)
	z.fill(t, many)
	atMany = z.measures(t)
	var figures []figure
	for i, what := range []string{"worklist of a rapporteur, 25 lines", "worklist of a secretariat, 25 lines", "worklist, last page", "tasks of a secretariat", "dossier"} {
		figures = append(figures, compared("P9", fmt.Sprintf("%s, of %d", what, many), atMany[i], fmt.Sprintf("the same, of %d", few), atFew[i], 1.5))
	}
	report(t, figures)
}

type zone struct {
	pool  *pgxpool.Pool
	gate  *act.Gate
	last  string // id of the last dossier
	count int
}

var start = time.Date(2026, 1, 16, 9, 0, 0, 0, time.UTC)

func newZone(t *testing.T) *zone {
	t.Helper()
	_, app := pgtest.Database(t, "medical")
	rules, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	gate := act.New(act.Options{Pool: app, Policy: rules, Clock: clock.Machine{}, Zone: "medical", Location: paris, Constraints: store.Constraints})
	return &zone{pool: app, gate: gate}
}

// fill brings the zone to n dossiers, each as the relay and then the desk make it: report transmitted, some with an open task, in eight
// territories and of twenty rapporteurs.
func (z *zone) fill(t *testing.T, n int) {
	t.Helper()
	day := medical.Date{Year: 2026, Month: 1, Day: 16}
	places := []struct{ direction, prefecture string }{{"DT-PARIS", "75"}, {"DT-LYON", "69"}, {"DT-LILLE", "59"}, {"DT-BORDEAUX", "33"},
		{"DT-MARSEILLE", "13"}, {"DT-STRASBOURG", "67"}, {"DT-BOBIGNY", "93"}, {"DT-CAYENNE", "973"}}
	for ; z.count < n; z.count++ {
		id, place := store.NewID(), places[z.count%len(places)]
		rapporteur := fmt.Sprintf("med-%02d", z.count%20)
		err := db.InTx(t.Context(), z.pool, func(tx pgx.Tx) error {
			err := store.CreateDossier(t.Context(), tx, store.NewDossier{ID: id, Group: store.NewID(), Channel: "ANEF", ReceivedAt: start,
				Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: place.prefecture}},
				Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: place.direction, Prefecture: place.prefecture, RequestRegisteredOn: &day,
					CertificateAvailableOn: &day, Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
					Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}})
			if err != nil {
				return err
			}
			events := []medical.Event{{At: start, Actor: "system", Data: medical.SaisineRecue{}}}
			for i, data := range []medical.EventData{medical.CertificatRecu{Accepted: true, SentOn: &day}, medical.RapporteurDesigne{Rapporteur: rapporteur},
				medical.ComplementDemande{Ref: "cmp-1", DueOn: day.AddDays(15)}, medical.RapportSigne{}, medical.RapportTransmis{}} {
				events = append(events, medical.Event{At: start.AddDate(0, 0, i+1), Actor: "sec-01", Stage: medical.StageReport, Data: data})
			}
			d, err := store.AppendEvents(t.Context(), tx, id, events, store.With{})
			if err != nil {
				return err
			}
			if z.count%5 == 0 {
				_, err = store.RaiseTasks(t.Context(), tx, d, start.AddDate(1, 0, 0))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		z.last = id
	}
}

func (z *zone) measures(t *testing.T) []measure {
	t.Helper()
	physician := act.Subject{ID: "med-03", Reference: store.NewID(), Session: store.NewID(), Role: "MEDECIN", Profession: "10", Habilitated: true}
	clerk := act.Subject{ID: "sec-01", Reference: store.NewID(), Session: store.NewID(), Role: "SECRETARIAT_MEDICAL",
		Directions: []string{"DT-PARIS", "DT-LYON", "DT-LILLE", "DT-BORDEAUX", "DT-MARSEILLE", "DT-STRASBOURG", "DT-BOBIGNY", "DT-CAYENNE"}}
	last := fmt.Sprint(max(0, z.count-25))
	list := func(who act.Subject, s store.Scope, after string) func() {
		return func() {
			z.do(t, who, act.Act{Action: "dossier.list", Object: act.Object{Kind: "portal"}}, func(ctx context.Context, tx *act.Tx) error {
				page, err := store.ListDossiers(ctx, tx, s, store.ListFilter{After: after})
				if err == nil && len(page) == 0 && after == "" {
					return fmt.Errorf("an empty worklist measures nothing")
				}
				return err
			})
		}
	}
	return []measure{
		sampled(t, list(physician, store.Scope{Physician: physician.ID}, "")),
		sampled(t, list(clerk, store.Scope{Directions: clerk.Directions}, "")),
		sampled(t, list(clerk, store.Scope{Directions: clerk.Directions}, last)),
		sampled(t, func() {
			z.do(t, clerk, act.Act{Action: "task.list", Object: act.Object{Kind: "portal"}}, func(ctx context.Context, tx *act.Tx) error {
				_, err := store.ListTasks(ctx, tx, store.Scope{Directions: clerk.Directions}, store.TaskFilter{})
				return err
			})
		}),
		sampled(t, func() {
			var d store.Dossier
			a := act.Act{Action: "dossier.get", Object: act.Object{Kind: "dossier", ID: z.last}, Load: func(ctx context.Context, tx pgx.Tx) (any, error) {
				var err error
				d, err = store.LoadDossier(ctx, tx, z.last)
				return d.Policy, err
			}}
			z.do(t, clerk, a, func(_ context.Context, tx *act.Tx) error {
				_, err := store.ViewOf(d, tx.Now)
				return err
			})
		}),
	}
}

func (z *zone) do(t *testing.T, who act.Subject, a act.Act, fn func(context.Context, *act.Tx) error) {
	t.Helper()
	if _, err := z.gate.Do(t.Context(), who, a, fn); err != nil {
		t.Fatal(err)
	}
}
