package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"
)

// The tree is RFC 6962's over the canonical entries, read as tiles of 256 hashes (C2SP tlog-tiles). Level 0 is the leaves; a
// hash of level n is the root of 256^n of them. Tiles are not kept: full ones and partial ones are ranges of two insert-only
// tables (docs/decisions/0030-tiles-are-ranges-of-rows.md).
const (
	tileHeight = 8
	TileWidth  = 1 << tileHeight
	maxLevel   = 7
)

// ErrNoTile: the log does not hold that tile, or not at that width.
var ErrNoTile = errors.New("no such tile")

const (
	readLeaves = `
select l.hash from audit.leaves l where l.position >= $1 and l.position < $2 order by l.position`

	readNodes = `
select n.hash from audit.nodes n where n.level = $1 and n.index >= $2 and n.index < $3 order by n.index`

	readSize = `
select coalesce(max(l.position) + 1, 0) from audit.leaves l`
)

// Size is how many entries have a position.
func Size(ctx context.Context, q Querier) (int64, error) {
	var size int64
	if err := q.QueryRow(ctx, readSize).Scan(&size); err != nil {
		return 0, fmt.Errorf("reading the size of the log: %w", err)
	}
	return size, nil
}

// Tile reads one tile, width hashes of 32 bytes; ErrNoTile where it is not whole. Safe to give away: a hash tells nothing of an entry, whose
// references are drawn at random.
func Tile(ctx context.Context, q Querier, level int, index int64, width int) ([]byte, error) {
	if level < 0 || level > maxLevel || index < 0 || index >= 1<<40 || width < 1 || width > TileWidth {
		return nil, ErrNoTile
	}
	first := index * TileWidth
	var rows pgx.Rows
	var err error
	if level == 0 {
		rows, err = q.Query(ctx, readLeaves, first, first+int64(width))
	} else {
		rows, err = q.Query(ctx, readNodes, level, first, first+int64(width))
	}
	if err != nil {
		return nil, fmt.Errorf("reading tile %d of level %d: %w", index, level, err)
	}
	hashes, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, fmt.Errorf("reading tile %d of level %d: %w", index, level, err)
	}
	if len(hashes) != width {
		return nil, ErrNoTile
	}
	tile := make([]byte, 0, width*tlog.HashSize)
	for _, h := range hashes {
		tile = append(tile, h...)
	}
	return tile, nil
}

// stored reads hashes of the tree by tlog's numbers, each tile once. It proves nothing: what is read is compared with a signed root.
func stored(ctx context.Context, q Querier) tlog.HashReader {
	return tlog.HashReaderFunc(func(wanted []int64) ([]tlog.Hash, error) {
		tiles, err := readTiles(ctx, q, wanted)
		if err != nil {
			return nil, err
		}
		hashes := make([]tlog.Hash, 0, len(wanted))
		for _, number := range wanted {
			t := tlog.TileForIndex(tileHeight, number)
			h, err := tlog.HashFromTile(t, tiles[place{t.L, t.N}], number)
			if err != nil {
				return nil, fmt.Errorf("reading the tree: %w", err)
			}
			hashes = append(hashes, h)
		}
		return hashes, nil
	})
}

type place struct {
	level int
	index int64
}

// readTiles reads what holds the wanted hashes, no wider than needed: the right edge of an older tree is still there.
func readTiles(ctx context.Context, q Querier, wanted []int64) (map[place][]byte, error) {
	widths := map[place]int{}
	for _, number := range wanted {
		t := tlog.TileForIndex(tileHeight, number)
		at := place{t.L, t.N}
		widths[at] = max(widths[at], t.W)
	}
	tiles := map[place][]byte{}
	for at, width := range widths {
		data, err := Tile(ctx, q, at.level, at.index, width)
		if err != nil {
			return nil, err
		}
		tiles[at] = data
	}
	return tiles, nil
}

// Root is the root of the first size entries.
func Root(ctx context.Context, q Querier, size int64) (tlog.Hash, error) {
	root, err := tlog.TreeHash(size, stored(ctx, q))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("hashing the log at %d entries: %w", size, err)
	}
	return root, nil
}

// ProveInclusion proves that the tree of size entries holds the one at position.
func ProveInclusion(ctx context.Context, q Querier, size, position int64) (tlog.RecordProof, error) {
	proof, err := tlog.ProveRecord(size, position, stored(ctx, q))
	if err != nil {
		return nil, fmt.Errorf("proving entry %d of %d: %w", position, size, err)
	}
	return proof, nil
}

// ProveConsistency proves that the first older entries of the tree of size entries are the whole tree of older.
func ProveConsistency(ctx context.Context, q Querier, size, older int64) (tlog.TreeProof, error) {
	if older == 0 || older == size {
		return nil, nil
	}
	proof, err := tlog.ProveTree(size, older, stored(ctx, q))
	if err != nil {
		return nil, fmt.Errorf("proving that %d entries follow %d: %w", size, older, err)
	}
	return proof, nil
}
