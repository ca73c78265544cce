package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Put keeps one resource of an exported log.
type Put func(path string, content []byte) error

const pageOfPlaced = `
select e.id, e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item, e.decision, e.rule, e.policy,
	e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention, e.xid, e.seq, l.position
from audit.leaves l join audit.entries e on e.xid = l.xid and e.seq = l.seq and e.id = l.entry
where l.position >= $1 and l.position < $2 order by l.position`

// Export lays the log out as C2SP tlog-tiles says, up to its last signed checkpoint, a tile at a time: what `cloison audit verify` reads on another
// machine. All of it is one snapshot.
func Export(ctx context.Context, pool db.Beginner, put Put) (head Head, err error) {
	err = db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set transaction isolation level repeatable read, read only"); err != nil {
			return err
		}
		if head, err = LatestHead(ctx, tx); err != nil {
			return err
		}
		for level := 0; level <= maxLevel; level++ {
			if err := exportLevel(ctx, tx, level, head.Size>>(tileHeight*level), put); err != nil {
				return err
			}
		}
		return exportHeads(ctx, tx, head, put)
	})
	if err != nil {
		return Head{}, fmt.Errorf("exporting the log: %w", err)
	}
	return head, nil
}

func exportLevel(ctx context.Context, tx pgx.Tx, level int, hashes int64, put Put) error {
	for first := int64(0); first < hashes; first += TileWidth {
		index, width := first/TileWidth, int(min(TileWidth, hashes-first))
		tile, err := Tile(ctx, tx, level, index, width)
		if err != nil {
			return err
		}
		if err := put(TilePath(level, index, width), tile); err != nil {
			return err
		}
		if level > 0 {
			continue
		}
		entries, err := Bundle(ctx, tx, index, width)
		if err != nil {
			return err
		}
		if err := put(TilePath(-1, index, width), entries); err != nil {
			return err
		}
	}
	return nil
}

// Bundle is the entries of one tile, each behind its length; one that was dropped at the end of its retention has none.
func Bundle(ctx context.Context, q Querier, index int64, width int) ([]byte, error) {
	first := index * TileWidth
	rows, err := q.Query(ctx, pageOfPlaced, first, first+int64(width))
	if err != nil {
		return nil, fmt.Errorf("reading entries of tile %d: %w", index, err)
	}
	defer rows.Close()
	var b []byte
	next := first
	for rows.Next() {
		var e Entry
		var at order
		var position int64
		err := rows.Scan(&e.ID, &e.At, &e.Subject, &e.Session, &e.Role, &e.Purpose, &e.Action, &e.ObjectKind, &e.Object, &e.Item, &e.Decision, &e.Rule,
			&e.Policy, &e.Outcome, &e.Intent, &e.RequestID, &e.Digests, &e.Bytes, &e.Retention, &at.xid, &at.seq, &position)
		if err != nil {
			return nil, fmt.Errorf("reading entries of tile %d: %w", index, err)
		}
		for ; next < position; next++ {
			b = append(b, 0, 0)
		}
		canonical := e.Canonical()
		b = binary.BigEndian.AppendUint16(b, uint16(len(canonical)))
		b = append(b, canonical...)
		next++
	}
	for ; next < first+int64(width); next++ {
		b = append(b, 0, 0)
	}
	return b, rows.Err()
}

func exportHeads(ctx context.Context, tx pgx.Tx, head Head, put Put) error {
	var all strings.Builder
	for last := int64(-1); ; {
		rows, err := tx.Query(ctx, allHeads, last, rowsPage)
		if err != nil {
			return err
		}
		page, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Head, error) { return scanHead(row) })
		if err != nil {
			return err
		}
		for _, h := range page {
			all.Write(h.Note)
			all.WriteString("\n")
			last = h.Size
		}
		if len(page) < rowsPage {
			break
		}
	}
	if err := put(HistoryPath, []byte(all.String())); err != nil {
		return err
	}
	erased, err := erasedOf(ctx, tx, head.Size)
	if err != nil {
		return err
	}
	if len(erased) > 0 {
		if err := put(ErasedPath, erased); err != nil {
			return err
		}
	}
	if err := exportStamp(ctx, tx, head, put); err != nil {
		return err
	}
	signed, err := Cosigned(ctx, tx, head)
	if err != nil {
		return err
	}
	return put(CheckpointPath, signed)
}

// exportStamp puts the last time-stamp and the head that it is of, where there is one.
func exportStamp(ctx context.Context, q Querier, head Head, put Put) error {
	stamped, err := LastStamp(ctx, q, head.Size)
	if errors.Is(err, ErrNoStamp) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := put(StampPath, stamped.Token); err != nil {
		return err
	}
	return put(StampedPath, stamped.Note)
}
