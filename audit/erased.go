package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
)

// ErasedPath is the file of a folder that has a bit for the place of each entry that was erased at the end of its retention. Ours, not C2SP's.
const ErasedPath = "erased"

// actErase is the act that vouches for what was erased: its digest is that of the places of all that is missing.
const actErase = "audit.erase"

// erasedPrefix separates these bytes from every other thing that is hashed in this project.
const erasedPrefix = "cloison-erased-1\n"

// places has a bit for each position, the lowest first, and ends with the byte of the last one.
type places []byte

func (p places) has(position int64) bool {
	return position>>3 < int64(len(p)) && p[position>>3]&(1<<(position&7)) != 0
}

func (p places) with(position int64) places {
	for int64(len(p)) <= position>>3 {
		p = append(p, 0)
	}
	p[position>>3] |= 1 << (position & 7)
	return p
}

func (p places) or(other places) places {
	for len(p) < len(other) {
		p = append(p, 0)
	}
	for i, b := range other {
		p[i] |= b
	}
	return p
}

func (p places) digest() []byte {
	sum := sha256.Sum256(append([]byte(erasedPrefix), p...))
	return sum[:]
}

func (p places) first() int64 {
	for position := range int64(len(p)) * 8 {
		if p.has(position) {
			return position
		}
	}
	return 0
}

// erasing holds what is missing of a log against what the log itself says was erased.
type erasing struct {
	places  places
	vouched []byte // the digest in the last entry that says that something was erased
}

func (e *erasing) allows(position int64) bool { return e.places.has(position) }

func (e *erasing) saw(entry Entry) {
	if entry.Action == actErase && entry.Outcome == Done && len(entry.Digests) == 1 {
		e.vouched = entry.Digests[0]
	}
}

// saysErased reads an entry that says that something was erased.
func saysErased(canonical []byte) []Entry {
	if !bytes.Contains(canonical, []byte(`"action":"`+actErase+`"`)) {
		return nil
	}
	entry, err := ParseEntry(canonical)
	if err != nil {
		return nil
	}
	return []Entry{entry}
}

// end finds places for which the log does not vouch.
func (e *erasing) end(w *walk) {
	if len(e.places) > 0 && !bytes.Equal(e.places.digest(), e.vouched) {
		w.bad(e.places.first(), BrokenMissing)
	}
}

const erasedUnder = `
select r.places from audit.erasures r join audit.leaves l on l.entry = r.entry where l.position < $1`

// erasedOf are the places of all that was erased, or is about to be, as the log says under a head of that size.
func erasedOf(ctx context.Context, q Querier, size int64) (places, error) {
	return united(q.Query(ctx, erasedUnder, size))
}

func united(rows pgx.Rows, err error) (p places, _ error) {
	if err != nil {
		return nil, fmt.Errorf("reading what was erased: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, fmt.Errorf("reading what was erased: %w", err)
	}
	for _, one := range all {
		p = p.or(one)
	}
	return p, nil
}

// erasedIn are those of a folder of so many entries.
func erasedIn(ctx context.Context, fetch Fetch, size int64) (places, error) {
	content, err := fetch(ctx, ErasedPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading what was erased: %w", err)
	case int64(len(content)) > size/8+1:
		content = content[:size/8+1] // no entry is there: nothing vouches for what was cut
	}
	return content, nil
}
