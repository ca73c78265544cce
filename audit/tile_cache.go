package audit

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"
)

// cachedTiles bounds the tiles that a run of proofs keeps: those of the right edge, and those around the entry in hand. Half a MiB.
const cachedTiles = 64

// tileCache reads hashes of a tree of one size for many proofs in a row, each tile once as long as the entries follow one another.
type tileCache struct {
	ctx   context.Context
	q     Querier
	size  int64
	tiles map[place][]byte
}

func newTileCache(ctx context.Context, q Querier, size int64) *tileCache {
	return &tileCache{ctx, q, size, map[place][]byte{}}
}

// ReadHashes is tlog.HashReader.
func (c *tileCache) ReadHashes(wanted []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, 0, len(wanted))
	for _, number := range wanted {
		t := tlog.TileForIndex(tileHeight, number)
		tile, err := c.tile(place{t.L, t.N})
		if err != nil {
			return nil, err
		}
		h, err := tlog.HashFromTile(tlog.Tile{H: t.H, L: t.L, N: t.N, W: len(tile) / tlog.HashSize}, tile, number)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, h)
	}
	return hashes, nil
}

func (c *tileCache) tile(at place) ([]byte, error) {
	if tile, ok := c.tiles[at]; ok {
		return tile, nil
	}
	width := min(TileWidth, c.size>>(tileHeight*at.level)-at.index*TileWidth)
	tile, err := Tile(c.ctx, c.q, at.level, at.index, int(width))
	if err != nil {
		return nil, err
	}
	if len(c.tiles) == cachedTiles {
		clear(c.tiles)
	}
	c.tiles[at] = tile
	return tile, nil
}
