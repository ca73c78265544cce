package audit

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ErrEntry: not the canonical form of an entry.
var ErrEntry = errors.New("not an entry in its canonical form")

// ParseEntry reads what Canonical wrote, in its one form.
func ParseEntry(canonical []byte) (Entry, error) {
	content, ok := bytes.CutPrefix(canonical, []byte(canonicalPrefix))
	if !ok {
		return Entry{}, ErrEntry
	}
	var e Entry
	if err := json.Unmarshal(content, &e); err != nil {
		return Entry{}, ErrEntry // its own text quotes what it could not read
	}
	if !bytes.Equal(e.Canonical(), canonical) {
		return Entry{}, ErrEntry
	}
	return e, nil
}
