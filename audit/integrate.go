package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/internal/db"
)

// oneIntegrator is the advisory lock of whoever integrates, one per database. It saves work; what keeps positions right is the table's key.
const oneIntegrator = 0x636c6f69736f6e // "cloison"

// batch bounds one transaction of the integrator.
const batch = 4096

const (
	lockIntegrator = `
select pg_catalog.pg_try_advisory_xact_lock($1)`

	// Row comparison: one range of the index, whatever the size of the log.
	lastLeaf = `
select l.position + 1, l.xid, l.seq from audit.leaves l order by l.position desc limit 1`

	// Every transaction numbered below the oldest one still running is over: no entry can appear there any more. This is one statement, so one
	// snapshot: what it does not see below that number never was.
	takeEntries = `
select e.id, e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item, e.decision, e.rule, e.policy,
	e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention, e.xid, e.seq
from audit.entries e
where (e.xid, e.seq) > ($1, $2) and e.xid < (select audit.placed(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())))
order by e.xid, e.seq limit $3`
)

// order is an entry's place among entries, given by PostgreSQL when it was inserted.
type order struct {
	xid uint64
	seq int64
}

type leaf struct {
	entry string
	order
	hash tlog.Hash
}

// Integrate gives the entries of transactions that are over their positions in the log, at most one batch, in one transaction. It answers how many; none
// when there is nothing to do or another process is at it. Killed anywhere, it has done all of a batch or nothing.
func Integrate(ctx context.Context, pool db.Beginner) (taken int, err error) {
	err = db.InTx(ctx, pool, func(tx pgx.Tx) error {
		var alone bool
		if err := tx.QueryRow(ctx, lockIntegrator, int64(oneIntegrator)).Scan(&alone); err != nil || !alone {
			return err
		}
		size, after, err := edge(ctx, tx)
		if err != nil {
			return err
		}
		leaves, err := take(ctx, tx, after)
		if err != nil || len(leaves) == 0 {
			return err
		}
		taken = len(leaves)
		return grow(ctx, tx, size, leaves)
	})
	if err != nil {
		return 0, fmt.Errorf("integrating entries: %w", err)
	}
	return taken, nil
}

// edge is the size of the log and the last entry in it.
func edge(ctx context.Context, q Querier) (size int64, last order, err error) {
	err = q.QueryRow(ctx, lastLeaf).Scan(&size, &last.xid, &last.seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, order{}, nil
	}
	return size, last, err
}

func take(ctx context.Context, q Querier, after order) ([]leaf, error) {
	rows, err := q.Query(ctx, takeEntries, after.xid, after.seq, batch)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (leaf, error) {
		e, at, err := scanOrdered(row)
		return leaf{entry: e.ID, order: at, hash: tlog.RecordHash(e.Canonical())}, err
	})
}

func scanOrdered(row pgx.CollectableRow) (e Entry, at order, err error) {
	err = row.Scan(&e.ID, &e.At, &e.Subject, &e.Session, &e.Role, &e.Purpose, &e.Action, &e.ObjectKind, &e.Object, &e.Item, &e.Decision,
		&e.Rule, &e.Policy, &e.Outcome, &e.Intent, &e.RequestID, &e.Digests, &e.Bytes, &e.Retention, &at.xid, &at.seq)
	return e, at, err
}

// grow adds leaves to a log of size entries, and the roots of the subtrees that they fill.
func grow(ctx context.Context, tx pgx.Tx, size int64, leaves []leaf) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"audit", "leaves"}, []string{"position", "entry", "xid", "seq", "hash"},
		pgx.CopyFromSlice(len(leaves), func(i int) ([]any, error) {
			l := leaves[i]
			return []any{size + int64(i), l.entry, l.xid, l.seq, l.hash[:]}, nil
		}))
	if err != nil {
		return fmt.Errorf("adding %d leaves: %w", len(leaves), err)
	}
	return addNodes(ctx, tx, size, size+int64(len(leaves)))
}

const addNode = `
insert into audit.nodes (level, index, hash) values ($1, $2, $3)`

// addNodes writes the root of each tile that was filled, from the lowest level up: a root of one level is a hash of the next.
func addNodes(ctx context.Context, tx pgx.Tx, before, after int64) error {
	for level := 1; level <= maxLevel; level++ {
		span := uint(tileHeight * level)
		for index := before >> span; index < after>>span; index++ {
			tile, err := Tile(ctx, tx, level-1, index, TileWidth)
			if err != nil {
				return err
			}
			root := tileRoot(tile)
			if _, err := tx.Exec(ctx, addNode, level, index, root[:]); err != nil {
				return fmt.Errorf("adding node %d of level %d: %w", index, level, err)
			}
		}
	}
	return nil
}

// tileRoot is the root of a full tile.
func tileRoot(tile []byte) tlog.Hash {
	if len(tile) == tlog.HashSize {
		return tlog.Hash(tile)
	}
	half := len(tile) / 2
	return tlog.NodeHash(tileRoot(tile[:half]), tileRoot(tile[half:]))
}
