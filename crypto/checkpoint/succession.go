package checkpoint

import (
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/keyfile"
)

// LogKey is one of the keys that a log is known by, over the years.
type LogKey struct {
	Public ed25519.PublicKey
	// Until is the size of the last head that the key signed before another took its place, and 0 for one that nothing bounds. A size and not a day:
	// a head says no day, and who stole a former key could sign any (TestAFormerKeySignsNothingNew).
	Until int64
}

// succession is a log that several keys signed, one after the other. It stands for the last of them; Open takes the heads of all.
type succession struct {
	note.Verifier
	former []bounded
}

type bounded struct {
	note.Verifier
	until int64
}

// NewSuccession checks the checkpoints of the log named origin, whichever of its keys signed them, each within its bound.
func NewSuccession(origin string, keys ...LogKey) (note.Verifier, error) {
	verifiers := make([]bounded, len(keys))
	for i, key := range keys {
		verifier, err := NewVerifier(origin, key.Public)
		if err != nil || key.Until < 0 {
			return nil, fmt.Errorf("key %d of log %q: %w", i+1, origin, ErrKey)
		}
		verifiers[i] = bounded{verifier, key.Until}
	}
	return succeed(verifiers)
}

// succeed puts the key that signs now in front: the last one without bound. A log whose every key is bounded is over, and none of ours is.
func succeed(keys []bounded) (note.Verifier, error) {
	for i := len(keys) - 1; i >= 0; i-- {
		if keys[i].until == 0 {
			return succession{keys[i].Verifier, append(keys[:i:i], keys[i+1:]...)}, nil
		}
	}
	return nil, ErrKey
}

// keysOf lists the keys of a log, each with its bound.
func keysOf(log note.Verifier) []bounded {
	s, several := log.(succession)
	if !several {
		return []bounded{{Verifier: log}}
	}
	return append([]bounded{{Verifier: s.Verifier}}, s.former...)
}

// untilHeader stands in the file of a key that another has replaced.
const untilHeader = "Heads-Until"

// FormatLog is the file of the keys of a log: PEM, the bound of a former key as a header of its block.
func FormatLog(keys []LogKey) ([]byte, error) {
	var file []byte
	for _, key := range keys {
		text, err := keyfile.FormatPublic(key.Public)
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(text)
		if key.Until > 0 {
			block.Headers = map[string]string{untilHeader: strconv.FormatInt(key.Until, 10)}
		}
		file = append(file, pem.EncodeToMemory(block)...)
	}
	return file, nil
}

// ParseLog reads what FormatLog wrote; the file of a single key, as keyfile has it, is one.
func ParseLog(file []byte) ([]LogKey, error) {
	var keys []LogKey
	for len(file) > 0 {
		block, rest := pem.Decode(file)
		if block == nil {
			return nil, ErrKey
		}
		var key LogKey
		if text, bounded := block.Headers[untilHeader]; bounded {
			until, err := strconv.ParseInt(text, 10, 64)
			if err != nil || until < 1 {
				return nil, ErrKey
			}
			key.Until = until
			delete(block.Headers, untilHeader)
		}
		public, err := keyfile.ParsePublic(pem.EncodeToMemory(block))
		if err != nil {
			return nil, fmt.Errorf("reading a key of a log: %w", err)
		}
		key.Public = public
		keys, file = append(keys, key), rest
	}
	if len(keys) == 0 {
		return nil, ErrKey
	}
	return keys, nil
}

// VerifierKeys is how anybody is told the keys of a log: a line each, as VerifierKey writes it; after that of a former key, the size of its last head.
func VerifierKeys(origin string, keys []LogKey) string {
	var lines strings.Builder
	for _, key := range keys {
		lines.WriteString(VerifierKey(origin, key.Public))
		if key.Until > 0 {
			fmt.Fprintf(&lines, " %d", key.Until)
		}
		lines.WriteByte('\n')
	}
	return lines.String()
}

// ParseKeys reads what VerifierKeys wrote: keys of one log.
func ParseKeys(text string) (note.Verifier, error) {
	var keys []bounded
	for line := range strings.Lines(strings.TrimSpace(text)) {
		vkey, size, former := strings.Cut(strings.TrimSpace(line), " ")
		verifier, err := ParseKey(vkey)
		if err != nil {
			return nil, err
		}
		if _, witness := verifier.(witnessVerifier); witness || len(keys) > 0 && verifier.Name() != keys[0].Name() {
			return nil, ErrKey
		}
		key := bounded{Verifier: verifier}
		if former {
			if key.until, err = strconv.ParseInt(size, 10, 64); err != nil || key.until < 1 {
				return nil, ErrKey
			}
		}
		keys = append(keys, key)
	}
	return succeed(keys)
}
