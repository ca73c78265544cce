package audit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

const origin = "testclock.cloison.test.server"

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// ownLog is a signer of the log of a test, and who checks it.
func ownLog(t testing.TB) (*audit.OwnSigner, note.Verifier) {
	t.Helper()
	key := newKey(t)
	verifier, err := checkpoint.NewVerifier(origin, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return audit.NewOwnSigner(origin, key), verifier
}

func integrate(t testing.TB, pool *pgxpool.Pool) int {
	t.Helper()
	total := 0
	for {
		taken, err := audit.Integrate(t.Context(), pool)
		if err != nil {
			t.Fatal(err)
		}
		if total += taken; taken == 0 {
			return total
		}
	}
}

// integrateAll gives every committed entry its position. The cluster is shared: another test's transaction may hold the last ones back for an instant.
func integrateAll(t testing.TB, pool *pgxpool.Pool) {
	t.Helper()
	for waiting := int64(1); waiting > 0; {
		integrate(t, pool)
		waiting = count(t, pool, "select count(*) from audit.entries e where not exists (select from audit.leaves l where l.entry = e.id)")
	}
}

func signHead(t testing.TB, pool *pgxpool.Pool, signer audit.Signer, log note.Verifier) audit.Head {
	t.Helper()
	h, err := audit.SignHead(t.Context(), pool, signer, log, noon)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Writers that commit in any order, and roll back: every committed entry gets one position, and none is skipped or doubled.
func TestEveryEntryHasOneLeaf(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "medical")
	app := pgtest.Open(t, names.RoleURL)
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 150 {
				err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
					if err := audit.Append(t.Context(), tx, entry()); err != nil {
						return err
					}
					if (i+w)%5 == 0 {
						return errors.New("rolled back")
					}
					return nil
				})
				if err != nil && (i+w)%5 != 0 {
					t.Error(err)
				}
			}
		})
	}
	// Integrated meanwhile, by two replicas.
	stop := make(chan struct{})
	var integrators sync.WaitGroup
	for range 2 {
		pool := pgtest.Open(t, names.RoleURL)
		integrators.Go(func() {
			for {
				if _, err := audit.Integrate(context.WithoutCancel(t.Context()), pool); err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	integrators.Wait()
	integrateAll(t, app)
	for what, sql := range map[string]string{
		"entries":           "select count(*) from audit.entries",
		"leaves":            "select count(*) from audit.leaves",
		"positions":         "select max(position) + 1 from audit.leaves",
		"entries with leaf": "select count(*) from audit.leaves l join audit.entries e on e.id = l.entry and e.xid = l.xid and e.seq = l.seq",
	} {
		if got := count(t, app, sql); got != 480 {
			t.Errorf("%s: %d, want 480", what, got)
		}
	}
}

// An entry whose transaction began before another's and commits after it must not be passed over.
func TestAnEntryThatCommitsLateIsNotLost(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	early, err := app.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Rollback(context.Background(), early)
	first := entry()
	if err := audit.Append(t.Context(), early, first); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, app, entry())
	if got := integrate(t, app); got != 0 {
		t.Errorf("%d entries were given a position while one before was not committed", got)
	}
	if err := early.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	for integrate(t, app) == 0 { // the cluster is shared
	}
	for count(t, app, "select count(*) from audit.leaves") < 2 {
		integrate(t, app)
	}
	var position int64
	if err := app.QueryRow(t.Context(), "select position from audit.leaves where entry = $1", first.ID).Scan(&position); err != nil || position != 0 {
		t.Errorf("the first entry has position %d, %v", position, err)
	}
}

func count(t testing.TB, q audit.Querier, sql string) (n int64) {
	t.Helper()
	if err := q.QueryRow(context.WithoutCancel(t.Context()), sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Tiles, roots and proofs agree with a second implementation of the hashing (oracle_test.go) at sizes around the edges of tiles.
func TestTreeAgreesWithASecondImplementation(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	var leaves [][32]byte
	for _, step := range []int{1, 2, 252, 1, 1, 254, 1, 1} {
		fill(t, app, step)
		leaves = oracleLeaves(t, app)
		size := int64(len(leaves))
		root, err := audit.Root(t.Context(), app, size)
		if err != nil || root != oracleRoot(leaves) {
			t.Fatalf("root of %d: %v", size, err)
		}
		for _, at := range []int64{0, size / 2, size - 1} {
			proof, err := audit.ProveInclusion(t.Context(), app, size, at)
			if err != nil || !oracleIncluded(proof, size, at, leaves[at], root) {
				t.Errorf("inclusion of %d in %d: %v", at, size, err)
			}
		}
	}
	size := int64(len(leaves))
	for _, level := range []int{0, 1} {
		for width := 1; width <= 256; width += 51 {
			tile, err := audit.Tile(t.Context(), app, level, 0, width)
			if level == 1 && width > int(size>>8) {
				if !errors.Is(err, audit.ErrNoTile) {
					t.Errorf("a tile that is not there: %v", err)
				}
				continue
			}
			if err != nil || string(tile) != string(oracleTile(leaves, level, 0, width)) {
				t.Errorf("tile %d/0 of %d: %v", level, width, err)
			}
		}
	}
}

// Full tiles of the second level, without inserting 65,536 entries one by one.
func TestTheSecondLevelOfTiles(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	const many = 1<<16 + 300
	fill(t, app, many)
	leaves := oracleLeaves(t, app)
	root, err := audit.Root(t.Context(), app, many)
	if err != nil || root != oracleRoot(leaves) {
		t.Fatalf("root: %v", err)
	}
	if got := count(t, app, "select count(*) from audit.nodes where level = 2"); got != 1 {
		t.Errorf("%d nodes of the second level", got)
	}
	tile, err := audit.Tile(t.Context(), app, 2, 0, 1)
	if err != nil || string(tile) != string(oracleTile(leaves, 2, 0, 1)) {
		t.Errorf("tile 2/0: %v", err)
	}
}

// fill makes n entries by one statement, and integrates them.
func fill(t testing.TB, app *pgxpool.Pool, n int) {
	t.Helper()
	_, err := app.Exec(t.Context(), `
insert into audit.entries (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id,
	digests, bytes, retention)
select pg_catalog.gen_random_uuid(), timestamptz '2026-03-02 09:00:00Z' + pg_catalog.make_interval(secs => g), pg_catalog.gen_random_uuid()::text, 's-' || g,
	'MEDECIN', 'INSTRUCTION', 'report.save', 'dossier', 'd-' || g % 100, '', 'ALLOW', 'ALLOW_RAPPORTEUR', pg_catalog.repeat('0a', 32), 'DONE', '', pg_catalog.gen_random_uuid()::text,
	case when g % 3 = 0 then array[pg_catalog.decode(pg_catalog.repeat('ab', 32), 'hex')] else '{}' end, 0,
	case when g % 2 = 0 then 'ACCESS' else 'PROCEDURE' end
from pg_catalog.generate_series(1, $1::int) g`, n)
	if err != nil {
		t.Fatal(err)
	}
	for taken := 0; taken < n; {
		taken += integrate(t, app)
	}
}

func TestHeadsFollowOneAnother(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	signer, log := ownLog(t)
	if _, err := audit.SignHead(t.Context(), app, signer, log, noon); !errors.Is(err, audit.ErrNoHead) {
		t.Errorf("an empty log: %v", err)
	}
	fill(t, app, 3)
	first := signHead(t, app, signer, log)
	if again := signHead(t, app, signer, log); string(again.Note) != string(first.Note) {
		t.Error("the same log was signed twice")
	}
	fill(t, app, 300)
	second := signHead(t, app, signer, log)
	proof, err := audit.ProveConsistency(t.Context(), app, second.Size, first.Size)
	if err != nil || !oracleConsistent(proof, first.Size, second.Size, first.Root, second.Root) {
		t.Errorf("the second head does not continue the first: %v", err)
	}
	opened, err := checkpoint.Open(second.Note, log)
	if err != nil || opened.Size != 303 || opened.Root != second.Root {
		t.Errorf("the note: %+v, %v", opened, err)
	}
}

// Before anything is signed, it is compared with what was: a rewritten leaf, a shorter log, a second root of one size.
func TestARewrittenLogIsNotSigned(t *testing.T) {
	t.Parallel()
	for name, rewrite := range map[string]string{
		"a leaf changed": "update audit.leaves set hash = pg_catalog.sha256('x') where position = 1",
		"cut short":      "delete from audit.leaves where position >= 2",
	} {
		names := pgtest.New(t, "server")
		app, super := pgtest.Open(t, names.RoleURL), pgtest.Open(t, names.SuperURL)
		signer, log := ownLog(t)
		fill(t, app, 3)
		signHead(t, app, signer, log)
		if _, err := super.Exec(t.Context(), rewrite); err != nil {
			t.Fatal(err)
		}
		if name == "a leaf changed" {
			fill(t, app, 2)
		}
		if _, err := audit.SignHead(t.Context(), app, signer, log, noon); !errors.Is(err, audit.ErrRewritten) {
			t.Errorf("%s: %v", name, err)
		}
		// Without what the database remembers, the signer itself refuses.
		if _, err := super.Exec(t.Context(), "delete from audit.checkpoints"); err != nil {
			t.Fatal(err)
		}
		if _, err := audit.SignHead(t.Context(), app, signer, log, noon); name == "cut short" && !errors.Is(err, audit.ErrRewritten) {
			t.Errorf("%s, signer alone: %v", name, err)
		}
	}
}

// The role of the program adds to the log and changes nothing in it.
func TestTheProgramCannotRewriteTheLog(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	for _, table := range []string{"leaves", "nodes", "checkpoints", "cosignatures", "witnessed"} {
		for _, sql := range []string{"delete from audit." + table, "truncate audit." + table, "drop table audit." + table} {
			if _, err := app.Exec(t.Context(), sql); refusedFor(err) != "42501" {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
	for _, sql := range []string{"update audit.leaves set hash = hash", "update audit.nodes set hash = hash", "update audit.checkpoints set root = root"} {
		if _, err := app.Exec(t.Context(), sql); refusedFor(err) != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
