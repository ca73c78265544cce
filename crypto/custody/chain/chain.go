// Package chain is keyholder's own file: every call it was shown and what it
// answered, one line each, hashed over the line before, on disk before the
// answer.
//
// It protects the past from being rewritten unnoticed. Three readers rely on
// it: keyholder itself at unseal (budgets, approvals, roster, tombstones), the
// reconciliation with the zone's audit log, and whoever investigates. A line
// changed, inserted, dropped or moved breaks the hashes after it; someone who
// recomputes them all still lacks the key of the MACs, which is in the sealed
// keystore. Dropping the *last* lines leaves a whole file: only a copy held
// elsewhere shows it (the reconciliation, and tombstones in the other zone).
//
// Lines hold opaque ids, codes, and the reference of the person in the roster.
// No health data, no free text, no plain digest of medical content.
package chain

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"cloison/crypto/canonical"
)

// Closed errors.
var (
	// ErrBroken: a whole line does not follow from the one before it.
	ErrBroken = errors.New("chain file was changed")
	// ErrForged: a line's MAC is missing or wrong.
	ErrForged = errors.New("chain file was not written by keyholder")
	// ErrFailed: a line could not be put on disk; nothing is answered any more.
	ErrFailed = errors.New("chain file can't be written")
)

// Outcomes.
const (
	Done    = "DONE"
	Refused = "REFUSED"
)

// Record is one line.
type Record struct {
	Seq     uint64          `json:"seq"`
	At      time.Time       `json:"at"`
	Op      string          `json:"op"`
	Peer    uint32          `json:"peer"` // uid on the other side of the socket
	Outcome string          `json:"outcome"`
	Rule    string          `json:"rule"`
	Data    json.RawMessage `json:"data"`
	Prev    string          `json:"prev"` // hash of the line before
}

// Authenticator computes the MAC of a line. It exists only while unsealed.
type Authenticator func(hash []byte) []byte

// maxLine bounds one line: a roster of several thousand people fits.
const maxLine = 8 << 20

const genesis = ""

// line is hash, MAC ("-" while sealed) and record.
func formatLine(hash, mac []byte, record []byte) []byte {
	m := "-"
	if mac != nil {
		m = hex.EncodeToString(mac)
	}
	return fmt.Appendf(nil, "%s %s %s\n", hex.EncodeToString(hash), m, record)
}

func hashOf(record []byte) []byte {
	sum := sha256.Sum256(canonical.Fields("cloison-chain-1", record))
	return sum[:]
}

type parsed struct {
	record Record // of parseLine
	raw    []byte // the same, as it stands
	hash   []byte
	mac    []byte
	size   int64 // of the line, its newline included
}

// linkLine reads what ties a line to the one before it, by its bytes alone: a record is canonical, so that it begins with its number and ends with the
// hash before it. That is all that a start looks at, whose time is that of the whole file; parseLine holds the record to its form, before it counts.
func linkLine(b []byte, seq uint64, prev string) (parsed, error) {
	fields := bytes.SplitN(b, []byte(" "), 3)
	if len(fields) != 3 {
		return parsed{}, ErrBroken
	}
	p := parsed{raw: fields[2], hash: hashOf(fields[2]), size: int64(len(b)) + 1}
	first, last := fmt.Appendf(nil, `{"seq":%d,`, seq), fmt.Appendf(nil, `,"prev":%q}`, prev)
	if string(fields[0]) != hex.EncodeToString(p.hash) || !bytes.HasPrefix(p.raw, first) || !bytes.HasSuffix(p.raw, last) {
		return parsed{}, ErrBroken
	}
	if string(fields[1]) != "-" {
		var err error
		if p.mac, err = hex.DecodeString(string(fields[1])); err != nil {
			return parsed{}, ErrBroken
		}
	}
	return p, nil
}

func parseLine(b []byte, seq uint64, prev string) (parsed, error) {
	p, err := linkLine(b, seq, prev)
	if err != nil {
		return parsed{}, err
	}
	if err := canonical.Unmarshal(p.raw, &p.record); err != nil || p.record.Seq != seq || p.record.Prev != prev {
		return parsed{}, ErrBroken
	}
	return p, nil
}

// scan walks the whole lines of r and returns how many bytes they take; what
// follows the last newline is a torn line.
func scan(r io.Reader, line lineReader, each func(parsed) error) (whole int64, next uint64, prev string, err error) {
	return scanFrom(r, 1, genesis, line, each)
}

// lineReader is linkLine or parseLine.
type lineReader func(b []byte, seq uint64, prev string) (parsed, error)

func scanFrom(r io.Reader, first uint64, before string, line lineReader, each func(parsed) error) (whole int64, next uint64, prev string, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	next, prev = first, before
	for {
		b, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return whole, next, prev, nil
		}
		if err != nil {
			return whole, next, prev, fmt.Errorf("line %d: %w", next, err)
		}
		p, err := line(b, next, prev)
		if err != nil {
			return whole, next, prev, fmt.Errorf("line %d: %w", next, err)
		}
		if err := each(p); err != nil {
			return whole, next, prev, fmt.Errorf("line %d: %w", next, err)
		}
		whole += p.size
		next, prev = next+1, hex.EncodeToString(p.hash)
	}
}

// readLine returns a line without its newline, io.EOF for none or a torn one.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		b, err := in.ReadSlice('\n')
		if len(line)+len(b) > maxLine {
			return nil, ErrBroken
		}
		line = append(line, b...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return bytes.TrimSuffix(line, []byte("\n")), nil
	}
}

func lock(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("locking %s, is another keyholder running: %w", f.Name(), err)
	}
	return nil
}

func authentic(auth Authenticator, p parsed) bool {
	return p.mac != nil && hmac.Equal(p.mac, auth(p.hash))
}
