package chain

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// Follower reads a chain file that keyholder is writing, a round at a time. It
// holds no key: it sees a line that does not follow from the one before it,
// also across rounds, and not one that somebody recomputed (Replay does, with
// the MACs). Not for concurrent use.
type Follower struct {
	path   string
	offset int64
	next   uint64
	prev   string
}

// Follow begins at the first line of the file at path.
func Follow(path string) *Follower {
	return &Follower{path: path, next: 1, prev: genesis}
}

// Round gives each line that is whole and was not given yet; a line that is
// still being written waits for the next round, and so does one that each gave
// an error on. ErrBroken also says that the file is shorter than it was.
func (f *Follower) Round(each func(Record) error) error {
	file, err := os.Open(f.path)
	if err != nil {
		return fmt.Errorf("reading chain file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("reading chain file: %w", err)
	}
	if info.Size() < f.offset {
		return fmt.Errorf("chain file %s was cut: %w", f.path, ErrBroken)
	}
	rest := io.NewSectionReader(file, f.offset, info.Size()-f.offset)
	_, _, _, err = scanFrom(rest, f.next, f.prev, parseLine, func(p parsed) error {
		if err := each(p.record); err != nil {
			return err
		}
		f.offset, f.next, f.prev = f.offset+p.size, f.next+1, hex.EncodeToString(p.hash)
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading chain file %s: %w", f.path, err)
	}
	return nil
}
