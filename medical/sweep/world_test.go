package sweep_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/internal/jobs"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/sweep"
	"cloison/medical/vault"
	"cloison/medical/vault/vaulttest"
	"cloison/release"
)

// zone is a medical zone whose sweeps are run by hand.
type zone struct {
	*vaulttest.World
	owner  *pgxpool.Pool
	sweeps []jobs.Sweep
}

var start = time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)

func newZone(t *testing.T) *zone {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	z := &zone{World: vaulttest.New(t, app, start), owner: owner}
	z.sweeps = newSweeps(z)
	return z
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// round runs every sweep at an instant, as a job does, and answers the counts that are not zero.
func (z *zone) round(t *testing.T, at time.Time) string {
	t.Helper()
	z.Clock.Set(at)
	counts := map[string]int{}
	for _, s := range z.sweeps {
		n, err := s.Run(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if n > 0 {
			counts[s.Name] = n
		}
	}
	return fmt.Sprint(counts)
}

// open makes a dossier with its keys and one sealed record; change is its clear part.
func (z *zone) open(t *testing.T, change func(*medical.Case)) string {
	t.Helper()
	id, day := store.NewID(), medical.Date{Year: 2026, Month: 1, Day: 16}
	c := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", RequestRegisteredOn: &day,
		Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"}, Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}
	change(&c)
	a := act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: store.NewID()}}
	_, err := z.Gate.Do(t.Context(), act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
		tx.SetObject("dossier", id)
		n := store.NewDossier{ID: id, Group: store.NewID(), Channel: "ANEF", ReceivedAt: tx.Now, Case: c,
			Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}}}
		if err := store.CreateDossier(ctx, tx, n); err != nil {
			return err
		}
		if err := z.Vault.CreateKeys(ctx, tx, id); err != nil {
			return err
		}
		_, err := z.Vault.SealRecord(ctx, tx, vault.Sealing{Dossier: id, Compartment: store.Medical, Kind: store.KindCertificate, ID: "certificate",
			Author: "relay", Plain: []byte(`{}`)})
		return err
	})
	must(t, err)
	z.append(t, id, "system", medical.SaisineRecue{})
	return id
}

// append adds events now.
func (z *zone) append(t *testing.T, id, actor string, data ...medical.EventData) {
	t.Helper()
	must(t, db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
		for _, d := range data {
			stage := medical.StageNone
			switch d.(type) {
			case medical.RapporteurDesigne, medical.ComplementDemande, medical.RapportSigne, medical.RapportTransmis:
				stage = medical.StageReport
			case medical.CollegeDesigne, medical.CompositionClose:
				stage = medical.StageOpinion
			}
			e := medical.Event{At: z.Clock.Now(), Actor: actor, Stage: stage, Data: d}
			if _, err := store.AppendEvents(t.Context(), tx, id, []medical.Event{e}, store.With{}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (z *zone) dossier(t *testing.T, id string) store.Dossier {
	t.Helper()
	d, err := store.GetDossier(t.Context(), z.Pool, id)
	must(t, err)
	return d
}

// tasks of a dossier, one line each: code, ref, and the event that answered it.
func (z *zone) tasks(t *testing.T, id string) []string {
	t.Helper()
	lines := []string{}
	for _, task := range z.dossier(t, id).Tasks {
		line := task.Code
		if task.Ref != "" {
			line += " " + task.Ref
		}
		if task.DoneCode != nil {
			line += " " + *task.DoneCode + " " + *task.DoneBy
		}
		lines = append(lines, line)
	}
	return lines
}

func (z *zone) wantTasks(t *testing.T, id string, want ...string) {
	t.Helper()
	if got := z.tasks(t, id); !slices.Equal(got, want) {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// entries counts what the sweeps left in the log.
func (z *zone) entries(t *testing.T, action string) int {
	t.Helper()
	all, err := audit.Find(t.Context(), z.Pool, audit.Filter{Subject: "sweep", Limit: 200})
	must(t, err)
	n := 0
	for _, e := range all {
		if action == "" || e.Action == action {
			n++
		}
	}
	return n
}

// listed enters a decision that lists med-01 to med-03 to the end of January, and others for good.
func (z *zone) listed(t *testing.T) {
	t.Helper()
	end := release.Date("2026-01-31")
	terms := []release.DecisionTerms{{Ref: "DEC-2026-01", Kind: "COLLEGE", SignedOn: "2025-12-15", PublishedOn: "2025-12-19", ValidFrom: "2026-01-01"}}
	var persons []release.ListedPerson
	for i := 1; i <= 6; i++ {
		l := release.Listing{Decision: "DEC-2026-01", ValidFrom: "2026-01-01"}
		if i == 1 {
			l.ValidTo = &end
		}
		persons = append(persons, release.ListedPerson{ID: fmt.Sprintf("med-%02d", i), RPPS: fmt.Sprintf("997900%05d", i), FamilyName: "NOM", GivenName: "Prénom",
			Listings: []release.Listing{l}})
	}
	decisions, err := release.BuildDecisions(terms, persons)
	must(t, err)
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error { return store.LoadDecisions(t.Context(), tx, decisions) }))
}

func newSweeps(z *zone) []jobs.Sweep {
	return sweep.List(sweep.Options{Gate: z.Gate, Pool: z.Pool, Clock: z.Clock, Keys: z.Keys, Files: z.Vault})
}
