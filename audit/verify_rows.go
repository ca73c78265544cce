package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
	"cloison/internal/db"
)

const (
	// A multiple of a tile.
	rowsPage = 16 * TileWidth

	pageOfLeaves = `
select l.position, l.entry::text, l.xid, l.seq, l.hash from audit.leaves l where l.position >= $1 order by l.position limit $2`

	// In the order in which positions were given; the log's own leaves say how far the page goes.
	pageOfEntries = `
select e.id, e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item, e.decision, e.rule, e.policy,
	e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention, e.xid, e.seq
from audit.entries e
where (e.xid, e.seq) > ($1, $2) and (e.xid, e.seq) <= ($3, $4) order by e.xid, e.seq limit $5`

	positionOf = `
select l.position from audit.leaves l where l.entry = $1`

	allHeads = `
select c.size, c.root, c.at, c.note from audit.checkpoints c where c.size > $1 order by c.size limit $2`
)

// VerifyRows is Verify on the rows of a live database: whatever was changed in entries, in leaves, in nodes or in checkpoints is found with its index.
// Entries that have no position yet are not looked at. All of it is one snapshot.
func VerifyRows(ctx context.Context, pool db.Beginner, o VerifyOptions) (Report, error) {
	var r Report
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set transaction isolation level repeatable read, read only"); err != nil {
			return err
		}
		var err error
		r, err = VerifyRowsTx(ctx, tx, o)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("verifying the rows of the log: %w", err)
	}
	return r, nil
}

// VerifyRowsTx is VerifyRows in the snapshot of the caller.
func VerifyRowsTx(ctx context.Context, q Querier, o VerifyOptions) (Report, error) {
	var r Report
	heads, bad, err := readHeads(ctx, q, o, &r)
	if err != nil {
		return r, err
	}
	w := newWalk(append(heads, o.Known...), func(level int, index int64, right []tlog.Hash) (int, error) {
		kept, err := keptNodes(ctx, q, level, index, len(right))
		return differs(kept, right), err
	})
	w.wide = bad
	rows := rowsWalk{q: q, r: &r, w: w}
	if rows.gone.places, err = erasedOf(ctx, q, r.Head.Size); err != nil {
		return r, err
	}
	for more := true; more; {
		if more, err = rows.page(ctx); err != nil {
			return r, err
		}
	}
	if err := rows.surplus(ctx); err != nil {
		return r, err
	}
	rows.gone.end(w)
	r.Broken, err = w.end(longest(r.Head.Size, o.Known))
	return r, err
}

// readHeads opens every signed checkpoint: one whose row says something else than its note is broken itself.
func readHeads(ctx context.Context, q Querier, o VerifyOptions, r *Report) (heads []checkpoint.Checkpoint, bad []Finding, err error) {
	last := int64(-1)
	for {
		rows, err := q.Query(ctx, allHeads, last, rowsPage)
		if err != nil {
			return nil, nil, err
		}
		page, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Head, error) { return scanHead(row) })
		if err != nil {
			return nil, nil, err
		}
		for _, h := range page {
			signed, err := checkpoint.Open(h.Note, o.Log, o.Witnesses...)
			if err != nil || signed.Size != h.Size || signed.Root != h.Root {
				from := max(0, r.Head.Size)
				bad = append(bad, Finding{from, max(h.Size, from+1), BrokenCheckpoint})
			}
			if err == nil {
				r.Head = signed
				heads = append(heads, signed.Checkpoint)
			}
			last = h.Size
		}
		if len(page) < rowsPage {
			return heads, bad, nil
		}
	}
}

const nodesAt = `
select n.index, n.hash from audit.nodes n where n.level = $1 and n.index >= $2 and n.index < $3 order by n.index`

// keptNodes is a tile as it is kept; zeros stand where a node is missing.
func keptNodes(ctx context.Context, q Querier, level int, index int64, width int) ([]byte, error) {
	first := index * TileWidth
	rows, err := q.Query(ctx, nodesAt, level, first, first+int64(width))
	if err != nil {
		return nil, err
	}
	tile := make([]byte, width*tlog.HashSize)
	var at int64
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&at, &hash}, func() error {
		copy(tile[int(at-first)*tlog.HashSize:], hash)
		return nil
	})
	return tile, err
}

// rowsWalk merges the two streams, leaves by position and entries by the order in which PostgreSQL took them: they are the same order.
type rowsWalk struct {
	q    Querier
	r    *Report
	w    *walk
	gone erasing

	next int64 // position
	last order // of the last leaf
}

type keptLeaf struct {
	position int64
	entry    string
	order
	hash []byte
}

type keptEntry struct {
	Entry
	order
}

func (r *rowsWalk) page(ctx context.Context) (more bool, err error) {
	rows, err := r.q.Query(ctx, pageOfLeaves, r.next, rowsPage)
	if err != nil {
		return false, err
	}
	leaves, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l keptLeaf, err error) {
		return l, row.Scan(&l.position, &l.entry, &l.xid, &l.seq, &l.hash)
	})
	if err != nil || len(leaves) == 0 {
		return false, err
	}
	until := r.last
	for _, l := range leaves {
		if until.before(l.order) {
			until = l.order
		}
	}
	entries, err := r.entries(ctx, until)
	if err != nil {
		return false, err
	}
	hashes, err := r.match(ctx, leaves, entries)
	if err != nil {
		return false, err
	}
	r.last = until
	for len(hashes) > 0 {
		n := min(TileWidth, len(hashes))
		if err := r.w.leaves(hashes[:n]); err != nil {
			return false, err
		}
		hashes = hashes[n:]
	}
	return len(leaves) == rowsPage && r.next == leaves[len(leaves)-1].position+1, nil
}

func (r *rowsWalk) entries(ctx context.Context, until order) ([]keptEntry, error) {
	rows, err := r.q.Query(ctx, pageOfEntries, r.last.xid, r.last.seq, until.xid, until.seq, 2*rowsPage)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (keptEntry, error) {
		e, at, err := scanOrdered(row)
		return keptEntry{e, at}, err
	})
}

func (o order) before(other order) bool {
	return o.xid < other.xid || o.xid == other.xid && o.seq < other.seq
}

// match holds each leaf against the entry of its place. It answers the hashes of the leaves up to the first position that has none.
func (r *rowsWalk) match(ctx context.Context, leaves []keptLeaf, entries []keptEntry) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, l := range leaves {
		if l.position != r.next {
			r.w.bad(r.next, BrokenMissing)
			return hashes, nil
		}
		for len(entries) > 0 && entries[0].before(l.order) {
			if err := r.stray(ctx, entries[0], l.position); err != nil {
				return nil, err
			}
			entries = entries[1:]
		}
		if len(entries) > 0 && entries[0].order == l.order {
			r.hold(l, entries[0].Entry)
			entries = entries[1:]
		} else if !r.gone.allows(l.position) {
			r.w.bad(l.position, BrokenMissing)
		} else {
			r.r.Erased++
		}
		hash := tlog.Hash{}
		copy(hash[:], l.hash)
		hashes = append(hashes, hash)
		r.next++
	}
	for _, e := range entries {
		if err := r.stray(ctx, e, r.next); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

func (r *rowsWalk) hold(l keptLeaf, e Entry) {
	r.r.Entries++
	r.gone.saw(e)
	right := tlog.RecordHash(e.Canonical())
	switch {
	case e.ID != l.entry:
		r.w.bad(l.position, BrokenOrder)
	case string(right[:]) != string(l.hash):
		r.w.bad(l.position, BrokenEntry)
	}
}

// stray: an entry in the past to which no leaf belongs there. One that has a leaf elsewhere was moved; one that has none was put in.
func (r *rowsWalk) stray(ctx context.Context, e keptEntry, before int64) error {
	var position int64
	err := r.q.QueryRow(ctx, positionOf, e.ID).Scan(&position)
	if errors.Is(err, pgx.ErrNoRows) {
		r.w.bad(before, BrokenInserted)
		return nil
	}
	if err == nil {
		r.w.bad(position, BrokenOrder)
	}
	return err
}

const surplusNode = `
select exists (select 1 from audit.nodes n where n.index >= $1::bigint >> (8 * n.level))`

// surplus: nodes over leaves that do not exist.
func (r *rowsWalk) surplus(ctx context.Context) error {
	var more bool
	if err := r.q.QueryRow(ctx, surplusNode, r.next).Scan(&more); err != nil || !more {
		return err
	}
	r.w.wide = append(r.w.wide, Finding{r.next, r.next + 1, BrokenTile})
	return nil
}
