package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/dev/postgres"
	"cloison/migrations"
)

// BenchmarkAppend is P6: entries appended, numbered and under a signed head, by several writers, beside pgbench's single-row INSERT and COMMIT by as many
// clients, on one PostgreSQL with fsync on. The last row is how long an entry waits for its signed head under 64 writers.
func BenchmarkAppend(b *testing.B) {
	l := newDurableLog(b)
	for range b.N {
		var rows []row
		var p99 time.Duration
		for _, writers := range []int{1, 8, 64} {
			appended, waited := l.append(b, writers)
			rows = append(rows, atLeast("P6", fmt.Sprintf("append and integrate, %d writers; pgbench INSERT", writers), appended, l.pgbench(b, writers), "1/s", 0.7))
			p99 = waited
		}
		rows = append(rows, atMost("head", "commit to signed head, p99, 64 writers; one second", ms(p99), 1000, "ms", 1))
		publish(b, "append", rows)
	}
}

// durableLog is a medical database on a cluster of its own, whose commits are on disk.
type durableLog struct {
	dir, url string
	pool     *pgxpool.Pool
}

func newDurableLog(b *testing.B) *durableLog {
	b.Helper()
	dir, err := os.MkdirTemp("", "cloison-bench-") // a short path for the socket
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	cluster, err := postgres.Start(b.Context(), postgres.Options{Dir: dir, Fsync: true, Trust: true, MaxConnections: 200})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(cluster.Stop)
	if err := postgres.Prepare(b.Context(), dir, nil); err != nil {
		b.Fatal(err)
	}
	if err := migrations.Up(b.Context(), cluster.URL(postgres.OwnerRole, "cloison_medical"), "medical"); err != nil {
		b.Fatal(err)
	}
	l := &durableLog{dir: dir, url: cluster.URL("cloison_medical", "cloison_medical")}
	if l.pool, err = db.Open(b.Context(), db.Options{URL: l.url, MaxConns: 64}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(l.pool.Close)
	owner, err := pgx.Connect(b.Context(), cluster.URL(postgres.Superuser, "cloison_medical"))
	if err != nil {
		b.Fatal(err)
	}
	defer owner.Close(context.WithoutCancel(b.Context()))
	if _, err := owner.Exec(b.Context(), "CREATE TABLE public.plain (id uuid PRIMARY KEY, at timestamptz NOT NULL, body text NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	return l
}

// append has writers append for a while beside the integrator, and answers entries a second, until the last is under a signed head, and how long one in a
// hundred waited for its head.
func (l *durableLog) append(b *testing.B, writers int) (rate float64, p99 time.Duration) {
	b.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	origin := fmt.Sprintf("cloison.bench%d.medical", writers)
	key := keyfile.NewSigner(private)
	log, err := checkpoint.NewVerifier(origin, key.Public())
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	var served sync.WaitGroup
	served.Go(func() {
		err := audit.ServeIntegrator(ctx, audit.IntegratorOptions{URL: l.url, Signer: audit.NewOwnSigner(origin, key), Log: log, Clock: clock.Machine{},
			Alarm: slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil))})
		if err != nil {
			b.Error(err)
		}
	})
	l.warm(b, writers)
	before := l.signed(b)
	machine := clock.Machine{}
	begin := machine.Now()
	var mu sync.Mutex
	committed := map[string]time.Time{}
	var writing sync.WaitGroup
	for range writers {
		writing.Go(func() {
			for machine.Now().Sub(begin) < *seconds {
				e := entryAt(machine.Now())
				if err := db.InTx(ctx, l.pool, func(tx pgx.Tx) error { return audit.Append(ctx, tx, e) }); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				committed[e.ID] = machine.Now()
				mu.Unlock()
			}
		})
	}
	writing.Wait()
	for tick := time.NewTicker(5 * time.Millisecond); l.signed(b) < before+int64(len(committed)); <-tick.C {
	}
	took := machine.Now().Sub(begin)
	stop()
	served.Wait()
	return float64(len(committed)) / took.Seconds(), l.waited(b, committed)
}

func entryAt(at time.Time) audit.Entry {
	return audit.Entry{ID: audit.NewID(), At: at, Subject: audit.NewID(), Session: audit.NewID(), Role: "MEDECIN", Purpose: "INSTRUCTION",
		Action: "report.save", ObjectKind: "dossier", Object: audit.NewID(), Decision: audit.Allow, Rule: "ALLOW_RAPPORTEUR",
		Policy: strings.Repeat("0a", 32), Outcome: audit.Done, RequestID: audit.NewID(), Retention: audit.Procedure}
}

// warm has each connection append once, all at the same time: pgbench connects before it counts, too.
func (l *durableLog) warm(b *testing.B, writers int) {
	b.Helper()
	var all, there sync.WaitGroup
	there.Add(writers)
	for range writers {
		all.Go(func() {
			err := db.InTx(b.Context(), l.pool, func(tx pgx.Tx) error {
				err := audit.Append(b.Context(), tx, entryAt(clock.Machine{}.Now()))
				there.Done()
				there.Wait()
				return err
			})
			if err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	for tick := time.NewTicker(5 * time.Millisecond); l.signed(b) < l.entries(b); <-tick.C {
	}
}

func (l *durableLog) entries(b *testing.B) (count int64) {
	b.Helper()
	if err := l.pool.QueryRow(context.WithoutCancel(b.Context()), "select count(*) from audit.entries").Scan(&count); err != nil {
		b.Fatal(err)
	}
	return count
}

func (l *durableLog) signed(b *testing.B) (size int64) {
	b.Helper()
	if err := l.pool.QueryRow(context.WithoutCancel(b.Context()), "select coalesce(max(c.size), 0) from audit.checkpoints c").Scan(&size); err != nil {
		b.Fatal(err)
	}
	return size
}

func (l *durableLog) waited(b *testing.B, committed map[string]time.Time) time.Duration {
	b.Helper()
	rows, err := l.pool.Query(context.WithoutCancel(b.Context()), `
select l.entry::text, (select c.at from audit.checkpoints c where c.size > l.position order by c.size limit 1) from audit.leaves l`)
	if err != nil {
		b.Fatal(err)
	}
	var all []time.Duration
	var entry string
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&entry, &at}, func() error {
		if end, ours := committed[entry]; ours {
			all = append(all, at.Sub(end))
		}
		return nil
	})
	if err != nil || len(all) != len(committed) {
		b.Fatalf("%d of %d entries have a head, %v", len(all), len(committed), err)
	}
	slices.Sort(all)
	return all[len(all)*99/100]
}

var transactionsPerSecond = regexp.MustCompile(`tps = ([0-9.]+)`)

// pgbench inserts rows of the size of an entry.
func (l *durableLog) pgbench(b *testing.B, clients int) float64 {
	b.Helper()
	bin, err := postgres.Find("")
	if err != nil {
		b.Fatal(err)
	}
	script := filepath.Join(b.TempDir(), "insert.sql")
	sql := "insert into public.plain (id, at, body) values (gen_random_uuid(), now(), repeat('x', 400));\n"
	if err := os.WriteFile(script, []byte(sql), 0o644); err != nil {
		b.Fatal(err)
	}
	said, err := exec.CommandContext(b.Context(), filepath.Join(bin, "pgbench"), "-n", "-f", script, "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", strconv.Itoa(max(1, int(seconds.Seconds()))), "-h", filepath.Join(l.dir, "run"), "-U", postgres.Superuser, "cloison_medical").CombinedOutput()
	found := transactionsPerSecond.FindSubmatch(said)
	if err != nil || found == nil {
		b.Fatalf("pgbench: %v\n%s", err, said)
	}
	rate, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return rate
}
