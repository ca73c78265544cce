package decisions

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cloison/audit/desk"
	"cloison/policy"
)

// late is how far from its own time a decision may stand in the file: programs write side by side, and a clock is set right by little.
const late = 10 * time.Minute

// Find looks for the decision of an entry of that instant. Lines stand in the order in which they were taken, so that a few of them are read, whatever the
// size of the file. A file that a rotation has taken away holds it no more.
func (f *File) Find(entry string, at time.Time) (policy.Recorded, error) {
	lines, err := f.Between(at, at)
	if err != nil {
		return policy.Recorded{}, err
	}
	defer lines.Close()
	scanner := newScanner(lines)
	for scanner.Scan() {
		if !bytes.Contains(scanner.Bytes(), []byte(entry)) {
			continue
		}
		var one policy.Recorded
		if err := json.Unmarshal(scanner.Bytes(), &one); err == nil && one.Entry == entry {
			return one, nil
		}
	}
	if err := scanner.Err(); err != nil {
		return policy.Recorded{}, fmt.Errorf("looking for a decision: %w", err)
	}
	return policy.Recorded{}, desk.ErrNotKept
}

// Between reads the decisions of a period, with those that stand close to it.
func (f *File) Between(from, until time.Time) (io.ReadCloser, error) {
	if f == nil {
		return nil, desk.ErrNotKept
	}
	file, err := os.Open(f.file.Name())
	if errors.Is(err, os.ErrNotExist) {
		return nil, desk.ErrNotKept
	}
	if err != nil {
		return nil, fmt.Errorf("opening the file of decisions: %w", err)
	}
	begin, err := seek(file, from.Add(-late))
	if err == nil {
		_, err = file.Seek(begin, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("looking through the file of decisions: %w", err), file.Close())
	}
	return &period{file: file, lines: newScanner(file), until: until.Add(late)}, nil
}

// maxLine is more than a decision takes: a dossier's own, with the three of its college.
const maxLine = 1 << 20

func newScanner(r io.Reader) *bufio.Scanner {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	return scanner
}

// seek halves the file until it finds where lines of that time begin. What it reads that is no line of its time counts as later: it then begins earlier,
// and reads more.
func seek(file *os.File, from time.Time) (int64, error) {
	about, err := file.Stat()
	if err != nil {
		return 0, err
	}
	low, high := int64(0), about.Size()
	for high-low > maxLine/16 {
		middle := low + (high-low)/2
		before, err := earlier(file, middle, from)
		if err != nil {
			return 0, err
		}
		if before {
			low = middle
		} else {
			high = middle
		}
	}
	return lineAfter(file, low)
}

// earlier says whether the first whole line after a place was taken before that time.
func earlier(file *os.File, place int64, from time.Time) (bool, error) {
	begin, err := lineAfter(file, place)
	if err != nil {
		return false, err
	}
	scanner := newScanner(io.NewSectionReader(file, begin, maxLine))
	var one struct{ At time.Time }
	if !scanner.Scan() || json.Unmarshal(scanner.Bytes(), &one) != nil {
		return false, scanner.Err()
	}
	return one.At.Before(from), nil
}

// lineAfter is where the first whole line after a place begins; 0 is the beginning of one.
func lineAfter(file *os.File, place int64) (int64, error) {
	if place == 0 {
		return 0, nil
	}
	rest := bufio.NewReader(io.NewSectionReader(file, place, maxLine))
	cut, err := rest.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		place += int64(len(cut))
		cut, err = rest.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	return place + int64(len(cut)), nil
}

// period reads whole lines up to a time. A line that is being written while it is read is left for later.
type period struct {
	file  *os.File
	lines *bufio.Scanner
	until time.Time
	rest  []byte
	over  bool
}

func (p *period) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		if p.over || !p.lines.Scan() {
			p.over = true
			if err := p.lines.Err(); err != nil {
				return 0, err
			}
			return 0, io.EOF
		}
		var one struct{ At time.Time }
		if json.Unmarshal(p.lines.Bytes(), &one) != nil {
			p.over = true
			continue
		}
		if one.At.After(p.until) {
			p.over = true
			continue
		}
		p.rest = append(append([]byte{}, p.lines.Bytes()...), '\n')
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *period) Close() error { return p.file.Close() }
