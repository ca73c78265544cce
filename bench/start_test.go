package bench

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"cloison/crypto/keyholder"
	"cloison/internal/dev/pgtest"
	"cloison/internal/dev/postgres"
	"cloison/medical/vault/vaulttest"
)

// startedDossiers each have a line of keyholder's file; one that lived has more: its openings, and a signed head a second while anybody works.
const startedDossiers = 100_000

// BenchmarkStart is P13: keyholder's start after a kill, and its unseal up to the first answer that needs the keys, beside the start of a PostgreSQL that was
// killed while it wrote as many rows.
func BenchmarkStart(b *testing.B) {
	for range b.N {
		_, app := pgtest.Database(b, "medical")
		w := vaulttest.New(b, app, time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC))
		var g errgroup.Group
		g.SetLimit(64)
		var made keyholder.Keys
		for i := range startedDossiers {
			g.Go(func() error {
				keys, err := w.Keys.CreateDossier(b.Context(), fmt.Sprintf("d-%d", i))
				if i == 0 {
					made = keys
				}
				return err
			})
		}
		must(b, g.Wait())
		database := killedDatabase(b)
		start := timed(func() { w.Keys.Restart(b) })
		serving := timed(func() {
			w.Keys.Unseal(b)
			_, err := w.Keys.Check(b.Context(), []keyholder.RewrapItem{{Dossier: "d-0", Compartment: "medical", Wrapped: made.Medical.Wrapped}})
			must(b, err)
		})
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		publish(b, "start", []row{
			atMost("P13", fmt.Sprintf("keyholder killed, to ready, %d lines | PostgreSQL killed, to ready", startedDossiers), ms(start), ms(database), "ms", 2),
			atMost("P13", fmt.Sprintf("unseal to serving, %d dossiers | the same", startedDossiers), ms(serving), ms(database), "ms", 2),
		})
	}
}

// killedDatabase is how long PostgreSQL takes from its start to an answer, after a kill.
func killedDatabase(b *testing.B) time.Duration {
	b.Helper()
	dir, err := os.MkdirTemp("", "pg")
	must(b, err)
	b.Cleanup(func() { os.RemoveAll(dir) })
	o := postgres.Options{Dir: dir, Fsync: true}
	cluster, err := postgres.Start(b.Context(), o)
	must(b, err)
	conn, err := pgx.Connect(b.Context(), cluster.URL(postgres.Superuser, "postgres"))
	must(b, err)
	_, err = conn.Exec(b.Context(), fmt.Sprintf("CREATE TABLE kept AS SELECT i, repeat('x', 4000) AS wrapped FROM generate_series(1, %d) i", 2*startedDossiers))
	must(b, err)
	must(b, syscall.Kill(cluster.PID(), syscall.SIGKILL))
	<-cluster.Done()
	took := timed(func() { cluster, err = postgres.Start(b.Context(), o) })
	must(b, err)
	cluster.Stop()
	return took
}
