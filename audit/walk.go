package audit

import (
	"crypto/sha256"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
)

// Finding is what a verification found to be broken: the first entry concerned, and what contradicts what.
type Finding struct {
	Index int64
	Until int64 // the first bad entry lies in [Index, Until): one entry, or the range that a hash or a checkpoint vouches for
	What  string
}

// What a finding is.
const (
	BrokenEntry      = "entry"      // an entry does not hash to its leaf
	BrokenMissing    = "missing"    // a leaf without its entry, or a position without a leaf
	BrokenInserted   = "inserted"   // an entry of the past without a leaf
	BrokenOrder      = "order"      // an entry or a leaf stands at another place than it was given
	BrokenTile       = "tile"       // a hash of a tile is not that of what it covers
	BrokenCheckpoint = "checkpoint" // a signed root is not that of the log, or its signature is not good
	BrokenTruncated  = "truncated"  // the log is shorter than what was signed
)

// frontier is the tree seen so far: the roots of its full subtrees, largest first.
type frontier struct {
	size  int64
	nodes []subtree
}

type subtree struct {
	height int
	hash   tlog.Hash
}

func (f *frontier) add(height int, h tlog.Hash) {
	f.size += 1 << height
	for n := len(f.nodes); n > 0 && f.nodes[n-1].height == height; n-- {
		h, height = tlog.NodeHash(f.nodes[n-1].hash, h), height+1
		f.nodes = f.nodes[:n-1]
	}
	f.nodes = append(f.nodes, subtree{height, h})
}

func (f *frontier) root() tlog.Hash {
	if len(f.nodes) == 0 {
		return sha256.Sum256(nil)
	}
	h := f.nodes[len(f.nodes)-1].hash
	for i := len(f.nodes) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.nodes[i].hash, h)
	}
	return h
}

func (f *frontier) clone() frontier { return frontier{f.size, slices.Clone(f.nodes)} }

// walk goes once over the leaves of a log, tile by tile, and holds against them the hashes of the tiles above and every signed root. Its memory is a few
// tiles, whatever the size of the log.
//
// A changed leaf contradicts the tiles and the checkpoints above it as well: those say nothing more, and the entry itself is named.
type walk struct {
	frontier frontier
	pending  [maxLevel + 1][]tlog.Hash // hashes of the tile being filled, per level
	heads    []checkpoint.Checkpoint   // still to come, by size
	tile     func(level int, index int64, hashes []tlog.Hash) (bad int, err error)

	vouched   int64 // size of the last signed root that was right
	forked    bool
	exact     *Finding // the first entry that contradicts its own leaf
	lastExact int64
	wide      []Finding // what is known by a hash or a signature that covers several entries
}

func newWalk(heads []checkpoint.Checkpoint, tile func(int, int64, []tlog.Hash) (int, error)) *walk {
	slices.SortFunc(heads, func(a, b checkpoint.Checkpoint) int { return int(min(1, max(-1, a.Size-b.Size))) })
	return &walk{heads: heads, tile: tile, lastExact: -1}
}

// bad notes one entry.
func (w *walk) bad(index int64, what string) {
	if w.exact == nil || index < w.exact.Index {
		w.exact = &Finding{index, index + 1, what}
	}
	w.lastExact = max(w.lastExact, index)
}

// leaves adds the next tile's, all 256 of them except at the end of the log.
func (w *walk) leaves(hashes []tlog.Hash) error {
	w.checkHeads(hashes)
	if len(hashes) < TileWidth {
		for _, h := range hashes {
			w.frontier.add(0, h)
		}
		return nil
	}
	root := rootOf(hashes)
	w.frontier.add(tileHeight, root)
	return w.push(1, root)
}

// checkHeads holds the signed roots of sizes within this tile against it.
func (w *walk) checkHeads(hashes []tlog.Hash) {
	end := w.frontier.size + int64(len(hashes))
	if len(w.heads) == 0 || w.heads[0].Size > end {
		return
	}
	f := w.frontier.clone()
	w.checkHead(&f)
	for _, h := range hashes {
		f.add(0, h)
		w.checkHead(&f)
	}
}

func (w *walk) checkHead(f *frontier) {
	for len(w.heads) > 0 && w.heads[0].Size <= f.size {
		head := w.heads[0]
		w.heads = w.heads[1:]
		switch {
		case head.Size < f.size: // of a size already passed: a second one
		case head.Root == f.root():
			w.vouched = head.Size
		case !w.forked:
			w.forked = true
			w.wide = append(w.wide, Finding{w.vouched, max(head.Size, w.vouched+1), BrokenCheckpoint})
		}
	}
}

func (w *walk) push(level int, h tlog.Hash) error {
	if level > maxLevel {
		return nil
	}
	w.pending[level] = append(w.pending[level], h)
	if len(w.pending[level]) < TileWidth {
		return nil
	}
	if err := w.compare(level); err != nil {
		return err
	}
	root := rootOf(w.pending[level])
	w.pending[level] = w.pending[level][:0]
	return w.push(level+1, root)
}

// compare holds a tile that is kept against what it covers.
func (w *walk) compare(level int) error {
	span := int64(1) << (tileHeight * level)
	index := (w.frontier.size/span - 1) / TileWidth
	bad, err := w.tile(level, index, w.pending[level])
	if err != nil || bad < 0 {
		return err
	}
	first := (index*TileWidth + int64(bad)) * span
	if w.lastExact < first || w.lastExact >= first+span {
		w.wide = append(w.wide, Finding{first, first + span, BrokenTile})
	}
	return nil
}

// end compares the tiles that are not full, and says what was found first. short: the log must have had at least so many entries.
func (w *walk) end(short int64) (*Finding, error) {
	f := w.frontier.clone()
	w.checkHead(&f)
	for level := 1; level <= maxLevel; level++ {
		if len(w.pending[level]) > 0 {
			if err := w.compare(level); err != nil {
				return nil, err
			}
		}
	}
	if w.frontier.size < short {
		w.wide = append(w.wide, Finding{w.frontier.size, short, BrokenTruncated})
	}
	first := w.exact
	for _, found := range w.wide {
		explained := found.What == BrokenCheckpoint && w.exact != nil && w.exact.Index < found.Until
		if !explained && (first == nil || found.Index < first.Index) {
			first = &found
		}
	}
	return first, nil
}

func rootOf(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(rootOf(hashes[:half]), rootOf(hashes[half:]))
}

// differs is the first hash of a kept tile that is another than the right one; -1 for none. A tile of another width differs where it ends.
func differs(kept []byte, right []tlog.Hash) int {
	for i, h := range right {
		at := i * tlog.HashSize
		if len(kept) < at+tlog.HashSize || tlog.Hash(kept[at:at+tlog.HashSize]) != h {
			return i
		}
	}
	if len(kept) != len(right)*tlog.HashSize {
		return len(right) - 1
	}
	return -1
}
