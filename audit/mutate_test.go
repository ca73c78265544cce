package audit_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

var mutations = flag.Int("mutations", 60, "how many random changes of the log TestEveryMutationIsFound draws")

// A mutation changes the past as PostgreSQL's superuser, in a transaction that is never committed, and says which entry is the first bad one.
type mutation struct {
	name string
	do   func(*mutator) (first int64)
}

type mutator struct {
	t    *testing.T
	tx   pgx.Tx
	rand *rand.Rand
	size int64
}

func (m *mutator) exec(sql string, args ...any) {
	m.t.Helper()
	tag, err := m.tx.Exec(context.WithoutCancel(m.t.Context()), sql, args...)
	if err != nil {
		m.t.Fatalf("%s %v: %v", sql, args, err)
	}
	if tag.RowsAffected() == 0 {
		m.t.Fatalf("%s %v: changed nothing", sql, args)
	}
}

func (m *mutator) at() int64 { return m.rand.Int64N(m.size) }

// Each column of an entry, and what it becomes. Constraints are dropped first: a superuser is not held by them.
var columns = map[string]string{
	"xid": "(e.xid::text::numeric + 1)::text::xid8", "seq": "e.seq + 1000000", "id": "pg_catalog.gen_random_uuid()", "at": "e.at + interval '1 microsecond'",
	"subject": "'someone'", "session": "e.session || 'x'", "role": "e.role || 'X'", "purpose": "e.purpose || 'X'", "action": "e.action || 'x'",
	"object_kind": "e.object_kind || 'x'", "object": "e.object || 'x'", "item": "e.item || 'x'", "decision": "'DENY'", "rule": "e.rule || 'X'",
	"policy": "pg_catalog.reverse(e.policy)", "outcome": "'REFUSED'", "intent": "e.intent || 'x'", "request_id": "e.request_id || 'x'",
	"digests": "e.digests || pg_catalog.decode('00', 'hex')", "bytes": "e.bytes + 1",
	"retention": "case e.retention when 'ACCESS' then 'PROCEDURE' else 'ACCESS' end",
}

const ofPosition = ` where e.id = (select l.entry from audit.leaves l where l.position = $1)`

func mutationsOf() []mutation {
	var all []mutation
	for column, value := range columns {
		all = append(all, mutation{"flip " + column, func(m *mutator) int64 {
			at := m.at()
			m.exec("update audit.entries e set "+column+" = "+value+ofPosition, at)
			return at
		}})
	}
	return append(all, []mutation{
		{"delete an entry", func(m *mutator) int64 {
			at := m.at()
			m.exec("delete from audit.entries e"+ofPosition, at)
			return at
		}},
		{"insert an entry in the past", func(m *mutator) int64 {
			at := m.opening()
			m.exec(`insert into audit.entries (xid, seq, id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy,
				outcome, intent, request_id, digests, bytes, retention)
				select e.xid, e.seq - 1, pg_catalog.gen_random_uuid(), e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item,
				e.decision, e.rule, e.policy, e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention from audit.entries e`+ofPosition, at)
			return at
		}},
		{"swap two entries", func(m *mutator) int64 {
			a, b := m.at(), m.at()
			for a == b {
				b = m.at()
			}
			m.exec(`update audit.entries e set request_id = other.request_id from audit.entries other
				where e.id in (select l.entry from audit.leaves l where l.position in ($1, $2)) and other.id in (select l.entry from audit.leaves l where l.position in ($1, $2))
				and other.id <> e.id`, a, b)
			return min(a, b)
		}},
		{"swap the places of two entries", func(m *mutator) int64 {
			a, b := m.at(), m.at()
			for a == b {
				b = m.at()
			}
			m.exec(`update audit.entries e set seq = other.seq, xid = other.xid from audit.entries other
				where e.id in (select l.entry from audit.leaves l where l.position in ($1, $2)) and other.id in (select l.entry from audit.leaves l where l.position in ($1, $2))
				and other.id <> e.id`, a, b)
			return min(a, b)
		}},
		{"shift the time of all from one on", func(m *mutator) int64 {
			at := m.at()
			m.exec(`update audit.entries e set at = e.at + interval '1 hour' where e.id in (select l.entry from audit.leaves l where l.position >= $1)`, at)
			return at
		}},
		{"truncate entries and leaves", func(m *mutator) int64 {
			at := m.at()
			m.cut(at)
			return at
		}},
		{"an older backup, whole", func(m *mutator) int64 {
			at := m.at()
			m.cut(at)
			m.tx.Exec(m.t.Context(), "delete from audit.checkpoints where size > $1", at)            //nolint:errcheck // there may be none
			m.tx.Exec(m.t.Context(), "delete from audit.nodes where index >= $1 >> (8 * level)", at) //nolint:errcheck // there may be none
			return at
		}},
		{"flip a leaf's hash", func(m *mutator) int64 { return m.leaf("hash = pg_catalog.sha256(hash)") }},
		{"flip a leaf's entry", func(m *mutator) int64 { return m.leaf("entry = pg_catalog.gen_random_uuid()") }},
		{"flip a leaf's seq", func(m *mutator) int64 { return m.leaf("seq = seq + 1000000") }},
		{"flip a leaf's xid", func(m *mutator) int64 { return m.leaf("xid = (xid::text::numeric + 1)::text::xid8") }},
		{"delete a leaf", func(m *mutator) int64 {
			at := m.at()
			m.exec("delete from audit.leaves where position = $1", at)
			return at
		}},
		{"move a leaf beyond the end", func(m *mutator) int64 {
			at := m.at()
			m.exec("update audit.leaves set position = position + 1000000 where position = $1", at)
			return at
		}},
		{"flip a node", func(m *mutator) int64 {
			at := m.rand.Int64N(m.size >> 8)
			m.exec("update audit.nodes set hash = pg_catalog.sha256(hash) where level = 1 and index = $1", at)
			return at << 8
		}},
		{"delete a node", func(m *mutator) int64 {
			at := m.rand.Int64N(m.size >> 8)
			m.exec("delete from audit.nodes where level = 1 and index = $1", at)
			return at << 8
		}},
		{"fork: an entry, its leaf and its node rewritten together", func(m *mutator) int64 {
			at := m.at()
			m.exec("update audit.entries e set rule = 'FORGED'"+ofPosition, at)
			m.rehash(at)
			return m.before(at)
		}},
		{"a checkpoint's note changed", func(m *mutator) int64 { return m.head("note = pg_catalog.replace(note, 'cloison', 'cloisun')") }},
		{"a checkpoint's root changed", func(m *mutator) int64 { return m.head("root = pg_catalog.sha256(root)") }},
	}...)
}

// opening is the position of the first entry of a transaction: the number before its own is free there.
func (m *mutator) opening() (at int64) {
	const pick = `select l.position from audit.leaves l join audit.leaves b on b.position = l.position - 1 where b.xid <> l.xid order by l.position
		offset $1 limit 1`
	const openings = "select count(*) from audit.leaves l join audit.leaves b on b.position = l.position - 1 where b.xid <> l.xid"
	if err := m.tx.QueryRow(m.t.Context(), pick, m.rand.Int64N(count(m.t, m.tx, openings))).Scan(&at); err != nil {
		m.t.Fatal(err)
	}
	return at
}

func (m *mutator) cut(at int64) {
	m.exec("delete from audit.entries e where e.id in (select l.entry from audit.leaves l where l.position >= $1)", at)
	m.exec("delete from audit.leaves where position >= $1", at)
}

func (m *mutator) leaf(set string) int64 {
	at := m.at()
	m.exec("update audit.leaves set "+set+" where position = $1", at)
	return at
}

// head changes one checkpoint; what it vouches for begins where the one before ends.
func (m *mutator) head(set string) int64 {
	var size, before int64
	const pick = `select c.size, coalesce((select max(b.size) from audit.checkpoints b where b.size < c.size), 0) from audit.checkpoints c
		order by c.size offset $1 limit 1`
	if err := m.tx.QueryRow(m.t.Context(), pick, m.rand.Int64N(count(m.t, m.tx, "select count(*) from audit.checkpoints"))).Scan(&size, &before); err != nil {
		m.t.Fatal(err)
	}
	m.exec("update audit.checkpoints set "+set+" where size = $1", size)
	return before
}

// before is where the first checkpoint that covers an entry begins to vouch.
func (m *mutator) before(at int64) (size int64) {
	if err := m.tx.QueryRow(m.t.Context(), "select coalesce(max(size), 0) from audit.checkpoints where size <= $1", at).Scan(&size); err != nil {
		m.t.Fatal(err)
	}
	return size
}

// rehash makes the leaf and the node of an entry what they would be, as a forger with every right in the database would.
func (m *mutator) rehash(at int64) {
	hash := oracleLeaves(m.t, m.tx)[at]
	m.exec("update audit.leaves set hash = $2 where position = $1", at, hash[:])
	if at>>8 < m.size>>8 {
		rows, err := m.tx.Query(m.t.Context(), "select hash from audit.leaves where position >> 8 = $1 order by position", at>>8)
		if err != nil {
			m.t.Fatal(err)
		}
		kept, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
		if err != nil {
			m.t.Fatal(err)
		}
		var leaves [][32]byte
		for _, h := range kept {
			leaves = append(leaves, [32]byte(h))
		}
		root := oracleRoot(leaves)
		m.exec("update audit.nodes set hash = $2 where level = 1 and index = $1", at>>8, root[:])
	}
}

// mutable is a log of several tiles and checkpoints, whose tables hold back nothing, as superuser; and what checks it.
func mutable(t *testing.T) (*pgxpool.Pool, audit.VerifyOptions, int64) {
	t.Helper()
	names := pgtest.New(t, "server")
	app, super := pgtest.Open(t, names.RoleURL), pgtest.Open(t, names.SuperURL)
	signer, log := ownLog(t)
	for _, n := range []int{3, 1, 200, 56, 150, 190} {
		fill(t, app, n)
		signHead(t, app, signer, log)
	}
	head, err := audit.LatestHead(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	loosen(t, super)
	// The witness's copy: without it, a database put back to an older backup is whole.
	known := checkpoint.Checkpoint{Origin: log.Name(), Size: head.Size, Root: head.Root}
	return super, audit.VerifyOptions{Log: log, Known: []checkpoint.Checkpoint{known}}, head.Size
}

func loosen(t *testing.T, super *pgxpool.Pool) {
	t.Helper()
	const all = `select c.conrelid::regclass::text, c.conname::text from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid = c.connamespace
		where n.nspname = 'audit' and c.contype = 'c' and c.conislocal`
	rows, err := super.Query(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (sql string, err error) {
		var table, name string
		err = row.Scan(&table, &name)
		return fmt.Sprintf("alter table %s drop constraint if exists %s", table, name), err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range found {
		if _, err := super.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryMutationIsFound: whatever is changed, deleted, inserted, swapped, shifted, cut, forked or put back is found, and the first bad entry is named.
// Every kind is drawn at least once; `make soak` draws 100,000.
func TestEveryMutationIsFound(t *testing.T) {
	t.Parallel()
	super, o, size := mutable(t)
	if r, err := audit.VerifyRows(t.Context(), super, o); err != nil || r.Broken != nil || r.Entries != size {
		t.Fatalf("the log is not whole before it is changed: %+v, %v", r, err)
	}
	kinds := mutationsOf()
	seed := rand.Uint64()
	draw := rand.New(rand.NewPCG(seed, 0))
	missed := 0
	for n := range max(*mutations, len(kinds)) {
		kind := kinds[n%len(kinds)]
		err := db.InTx(t.Context(), super, func(tx pgx.Tx) error {
			m := &mutator{t, tx, draw, size}
			first := kind.do(m)
			r, err := audit.VerifyRowsTx(t.Context(), tx, o)
			switch {
			case err != nil:
				return err
			case r.Broken == nil:
				missed++
				t.Errorf("seed %d: %s, first bad %d: not found", seed, kind.name, first)
			case r.Broken.Index != first:
				missed++
				t.Errorf("seed %d: %s: first bad entry %d, found %+v", seed, kind.name, first, *r.Broken)
			}
			return errUndo
		})
		if err != errUndo { //nolint:errorlint // this very value
			t.Fatalf("%s: %v", kind.name, err)
		}
	}
	t.Logf("mutations: %d kinds, %d drawn, %d missed", len(kinds), max(*mutations, len(kinds)), missed)
}

var errUndo = fmt.Errorf("undo")

// The same log laid out as a folder: a changed byte of any resource is found, and a good one is whole.
func TestAFolderIsVerified(t *testing.T) {
	t.Parallel()
	super, o, size := mutable(t)
	files := folder{}
	if _, err := audit.Export(t.Context(), super, files.put); err != nil {
		t.Fatal(err)
	}
	whole, err := audit.Verify(t.Context(), files.fetch, o)
	if err != nil || whole.Broken != nil || whole.Entries != size || whole.Head.Size != size {
		t.Fatalf("whole: %+v, %v", whole, err)
	}
	draw := rand.New(rand.NewPCG(1, 2))
	for path, content := range files {
		for range 8 {
			changed := append([]byte(nil), content...)
			changed[draw.IntN(len(changed))] ^= 1 << draw.IntN(8)
			r, err := audit.Verify(t.Context(), files.with(path, changed).fetch, o)
			if err != nil || r.Broken == nil {
				t.Errorf("%s: a changed bit was not found: %v", path, err)
			}
		}
		r, err := audit.Verify(t.Context(), files.with(path, content[:len(content)/2]).fetch, o)
		if err != nil || r.Broken == nil && path != audit.HistoryPath {
			t.Errorf("%s: half of it was enough: %v", path, err)
		}
	}
	if _, err := audit.Verify(t.Context(), folder{}.fetch, o); err == nil {
		t.Error("an empty folder is not a log that could be checked")
	}
}

func TestTilesAreNamedAsC2SPSays(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"tile/0/000":                   audit.TilePath(0, 0, 256),
		"tile/1/x001/x234/067":         audit.TilePath(1, 1234067, 256),
		"tile/entries/x001/x234/067":   audit.TilePath(-1, 1234067, 256),
		"tile/0/273.p/112":             audit.TilePath(0, 273, 112),
		"tile/entries/x001/000.p/1":    audit.TilePath(-1, 1000, 1),
		"tile/2/999":                   audit.TilePath(2, 999, 256),
		"tile/7/x001/x000/x000/000.p/": strings.TrimSuffix(audit.TilePath(7, 1_000_000_000, 5), "5"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A proof is checked by a second implementation too, and every changed byte of it is refused.
func TestAProofIsCheckedOffline(t *testing.T) {
	t.Parallel()
	super, o, size := mutable(t)
	var id string
	if err := super.QueryRow(t.Context(), "select entry::text from audit.leaves where position = 257").Scan(&id); err != nil {
		t.Fatal(err)
	}
	proof, err := audit.Prove(t.Context(), super, id)
	if err != nil {
		t.Fatal(err)
	}
	file := proof.Format()
	parsed, err := audit.ParseProof(file)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := parsed.Check(o.Log)
	if err != nil || signed.Size != size || !oracleIncluded(parsed.Path, size, 257, oracleLeaf(string(parsed.Entry)), signed.Root) {
		t.Errorf("the proof: %v", err)
	}
	for i := range file {
		changed := append([]byte(nil), file...)
		changed[i] ^= 1
		p, err := audit.ParseProof(changed)
		if err == nil {
			_, err = p.Check(o.Log)
		}
		if err == nil {
			t.Errorf("byte %d (%q) can be another", i, file[i])
		}
	}
	if _, err := audit.Prove(t.Context(), super, audit.NewID()); err == nil {
		t.Error("an entry that does not exist was proven")
	}
}
