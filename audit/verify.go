package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
)

// Fetch reads one resource of a log laid out as C2SP tlog-tiles says: a folder, or a site. It answers fs.ErrNotExist for one that is not there.
type Fetch func(ctx context.Context, path string) ([]byte, error)

// VerifyOptions: what the log is held against.
type VerifyOptions struct {
	Log       note.Verifier
	Witnesses []note.Verifier
	Known     []checkpoint.Checkpoint // checkpoints of this log kept elsewhere, by a witness for instance
}

// Report is what a verification saw.
type Report struct {
	Head    checkpoint.Signed
	Entries int64    // whose content was hashed
	Erased  int64    // at the end of their retention: their leaves stay, and the log vouches for their places
	Broken  *Finding // nil: whole
}

// Where things stand in a folder.
const (
	CheckpointPath = "checkpoint"
	// Not of C2SP: ours.
	HistoryPath = "history"              // every signed checkpoint, oldest first, one after the other, an empty line between
	StampPath   = "timestamp.tst"        // the last time-stamp token (RFC 3161), DER
	StampedPath = "timestamp.checkpoint" // the signed checkpoint that it is of
)

// TilePath is C2SP's name of a tile; level -1 is a bundle of entries.
func TilePath(level int, index int64, width int) string {
	n := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		n = fmt.Sprintf("x%03d/%s", index%1000, n)
	}
	name := fmt.Sprintf("tile/%d/%s", level, n)
	if level < 0 {
		name = "tile/entries/" + n
	}
	if width < TileWidth {
		name += fmt.Sprintf(".p/%d", width)
	}
	return name
}

// ParseTilePath reads what TilePath wrote, in its one form.
func ParseTilePath(path string) (level int, index int64, width int, err error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	kind, rest, cut := strings.Cut(rest, "/")
	if level = -1; kind != "entries" {
		level, err = strconv.Atoi(kind)
	}
	if !ok || !cut || err != nil || len(path) > maxTilePath {
		return 0, 0, 0, ErrNoTile
	}
	width = TileWidth
	if name, partial, is := strings.Cut(rest, ".p/"); is {
		rest = name
		width, err = strconv.Atoi(partial)
	}
	for _, part := range strings.Split(rest, "/") {
		digits, bad := strconv.ParseInt(strings.TrimPrefix(part, "x"), 10, 64)
		err = errors.Join(err, bad)
		index = index*1000 + digits
	}
	if err != nil || TilePath(level, index, width) != path {
		return 0, 0, 0, ErrNoTile
	}
	return level, index, width, nil
}

// maxTilePath is longer than the path of any tile that could be.
const maxTilePath = 64

// Verify goes over a whole log: every entry against its leaf, every tile, every signed root. It needs public keys only. An error means that it could not
// check; a log that is broken is a Report with a Finding.
func Verify(ctx context.Context, fetch Fetch, o VerifyOptions) (Report, error) {
	signed, err := fetch(ctx, CheckpointPath)
	if err != nil {
		return Report{}, fmt.Errorf("reading the checkpoint: %w", err)
	}
	head, err := checkpoint.Open(signed, o.Log, o.Witnesses...)
	if err != nil {
		return Report{Broken: &Finding{0, 0, BrokenCheckpoint}}, nil
	}
	heads, bad, err := history(ctx, fetch, o)
	if err != nil {
		return Report{}, err
	}
	gone := erasing{}
	if gone.places, err = erasedIn(ctx, fetch, head.Size); err != nil {
		return Report{}, err
	}
	r := Report{Head: head}
	w := newWalk(append(heads, append(o.Known, head.Checkpoint)...), func(level int, index int64, right []tlog.Hash) (int, error) {
		kept, err := fetch(ctx, TilePath(level, index, len(right)))
		if errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		return differs(kept, right), err
	})
	w.wide = append(w.wide, bad...)
	if err := verifyBundles(ctx, fetch, &gone, &r, w); err != nil {
		return Report{}, err
	}
	gone.end(w)
	r.Broken, err = w.end(longest(head.Size, o.Known))
	return r, err
}

func longest(size int64, known []checkpoint.Checkpoint) int64 {
	for _, k := range known {
		size = max(size, k.Size)
	}
	return size
}

// history opens the signed checkpoints of the past, where the folder has them: they tell where a log was forked.
func history(ctx context.Context, fetch Fetch, o VerifyOptions) (heads []checkpoint.Checkpoint, bad []Finding, err error) {
	text, err := fetch(ctx, HistoryPath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading the history of checkpoints: %w", err)
	}
	last := int64(0)
	for _, one := range splitNotes(string(text)) {
		opened, err := checkpoint.Open([]byte(one), o.Log)
		if err != nil {
			bad = append(bad, Finding{last, last + 1, BrokenCheckpoint})
			continue
		}
		last = opened.Size
		heads = append(heads, opened.Checkpoint)
	}
	return heads, bad, nil
}

// splitNotes: a note ends with its signature lines; the next begins after an empty line.
func splitNotes(text string) []string {
	var notes []string
	for rest := text; rest != ""; {
		body := strings.Index(rest, "\n\n")
		if body < 0 {
			return append(notes, rest)
		}
		end := strings.Index(rest[body+2:], "\n\n")
		if end < 0 {
			return append(notes, strings.TrimSuffix(rest, "\n\n"))
		}
		cut := body + 2 + end + 1
		notes, rest = append(notes, rest[:cut]), rest[cut+1:]
	}
	return notes
}

// bundle is one tile's worth of entries, read and hashed.
type bundle struct {
	index  int64
	leaves []tlog.Hash // as the tile has them
	bad    []badEntry
	erased int64
	says   []Entry // those that say that something was erased
	err    error
}

type badEntry struct {
	at   int
	what string
}

// verifyBundles reads and hashes bundles on every core, and walks them in order. As many are in memory as there are cores, twice.
func verifyBundles(ctx context.Context, fetch Fetch, gone *erasing, r *Report, w *walk) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	count := (r.Head.Size + TileWidth - 1) / TileWidth
	queue := make(chan chan bundle, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	defer workers.Wait()
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		for i := range count {
			done := make(chan bundle, 1)
			select {
			case queue <- done:
			case <-ctx.Done():
				return
			}
			slots <- struct{}{}
			workers.Go(func() {
				defer func() { <-slots }()
				done <- readBundle(ctx, fetch, i, int(min(TileWidth, r.Head.Size-i*TileWidth)), gone.allows)
			})
		}
	}()
	for done := range queue {
		b := <-done
		if b.err != nil {
			cancel()
			for range queue { // let the others end
			}
			return b.err
		}
		for _, bad := range b.bad {
			w.bad(b.index*TileWidth+int64(bad.at), bad.what)
		}
		for _, entry := range b.says {
			gone.saw(entry)
		}
		r.Entries += int64(len(b.leaves)) - b.erased
		r.Erased += b.erased
		if len(b.leaves) == 0 {
			return nil // what is missing was noted; nothing after it can be placed
		}
		if err := w.leaves(b.leaves); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func readBundle(ctx context.Context, fetch Fetch, index int64, width int, erased func(position int64) bool) bundle {
	b := bundle{index: index}
	tile, err := fetch(ctx, TilePath(0, index, width))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return bundle{err: fmt.Errorf("reading leaves %d: %w", index, err)}
	}
	entries, err := fetch(ctx, TilePath(-1, index, width))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return bundle{err: fmt.Errorf("reading entries %d: %w", index, err)}
	}
	b.leaves = make([]tlog.Hash, 0, width)
	for i := range width {
		var kept, right tlog.Hash
		hasLeaf := len(tile) >= (i+1)*tlog.HashSize
		if hasLeaf {
			kept = tlog.Hash(tile[i*tlog.HashSize:])
		}
		entry, rest, ok := nextEntry(entries)
		entries = rest
		switch {
		case !hasLeaf && !ok:
			b.bad = append(b.bad, badEntry{i, BrokenMissing})
			return b
		case ok && len(entry) == 0 && hasLeaf && erased(index*TileWidth+int64(i)):
			b.erased++
			right = kept
		case !ok || len(entry) == 0 || !hasLeaf:
			b.bad = append(b.bad, badEntry{i, BrokenMissing})
			right = kept
			if ok && !hasLeaf {
				right = tlog.RecordHash(entry)
			}
		default:
			if right = tlog.RecordHash(entry); right != kept {
				b.bad = append(b.bad, badEntry{i, BrokenEntry})
			}
			b.says = append(b.says, saysErased(entry)...)
		}
		if !hasLeaf {
			kept = right
		}
		b.leaves = append(b.leaves, kept)
	}
	if len(entries) > 0 || len(tile) > width*tlog.HashSize {
		b.bad = append(b.bad, badEntry{width - 1, BrokenInserted})
	}
	return b
}

// nextEntry reads one entry of a bundle: its length in two bytes, then itself. One of no length was dropped at the end of its retention.
func nextEntry(b []byte) (entry, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	size := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+size {
		return nil, nil, false
	}
	return b[2 : 2+size], b[2+size:], true
}
