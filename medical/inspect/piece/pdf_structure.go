package piece

import (
	"bytes"
	"regexp"
	"strconv"
)

// tooNested counts brackets outside strings, comments and streams: a parser must not be led to the end of its stack.
func tooNested(b []byte) bool {
	level := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '[':
			level++
		case ']':
			level = max(0, level-1)
		case '<':
			if i+1 < len(b) && b[i+1] == '<' {
				level++
				i++
			}
		case '>':
			if i+1 < len(b) && b[i+1] == '>' {
				level = max(0, level-1)
				i++
			}
		case '(':
			i = afterString(b, i)
		case '%':
			i += lineLength(b[i:])
		case 's':
			if bytes.HasPrefix(b[i:], []byte("stream")) {
				i = afterStream(b, i)
				level = 0
			}
		}
		if level > depth {
			return true
		}
	}
	return false
}

func lineLength(b []byte) int {
	if n := bytes.IndexAny(b, "\r\n"); n >= 0 {
		return n
	}
	return len(b)
}

// afterString is the place of the parenthesis that closes the one at i; a string that does not close within its object is none.
func afterString(b []byte, i int) int {
	open := 0
	for j := i; j < len(b) && j < i+1<<20; j++ {
		switch b[j] {
		case '\\':
			j++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return j
			}
		}
	}
	return i
}

func afterStream(b []byte, i int) int {
	if n := bytes.Index(b[i:], []byte("endstream")); n >= 0 {
		return i + n + len("endstream") - 1
	}
	return i + len("stream") - 1
}

var (
	objectHere   = regexp.MustCompile(`^\s*(\d{1,10})\s+\d{1,5}\s+obj\b`)
	previousHere = regexp.MustCompile(`/Prev\s+(\d{1,10})\b`)
	lineHere     = regexp.MustCompile(`^\s*(\d{1,10})\s+(\d{1,5})\s+([nf])\b`)
	sectionHere  = regexp.MustCompile(`^\s*(\d{1,10})\s+(\d{1,10})\s*?[\r\n]`)
)

// soundReferences says whether the tables of references say where the objects are. Readers repair a wrong table, each in its own way: two
// of them may then show two documents.
func soundReferences(b []byte) bool {
	start := bytes.Index(b, []byte("%PDF-"))
	last := bytes.LastIndex(b, []byte("startxref"))
	if start < 0 || last < 0 {
		return false
	}
	at := number(bytes.TrimLeft(b[last+len("startxref"):], " \t\r\n"))
	seen := map[int]bool{}
	for at >= 0 {
		if seen[at] || start+at >= len(b) {
			return false
		}
		seen[at] = true
		section := b[start+at:]
		if !bytes.HasPrefix(bytes.TrimLeft(section, " \t\r\n"), []byte("xref")) {
			return objectHere.Match(head(section)) // a stream of references: the library has decoded it, or failed
		}
		next, ok := soundTable(b[start:], section)
		if !ok {
			return false
		}
		at = next
	}
	return true
}

// soundTable checks one table, and gives the place of the one before it, or -1.
func soundTable(file, table []byte) (previous int, ok bool) {
	rest := bytes.TrimLeft(table, " \t\r\n")[len("xref"):]
	for {
		header := sectionHere.FindSubmatch(head(rest))
		if header == nil {
			break
		}
		rest = rest[len(header[0]):]
		first, count := number(header[1]), number(header[2])
		for n := first; n < first+count; n++ {
			line := lineHere.FindSubmatch(head(rest))
			if line == nil {
				return -1, false
			}
			rest = rest[len(line[0]):]
			if line[3][0] == 'n' && !objectAt(file, number(line[1]), n) {
				return -1, false
			}
		}
	}
	trailer, _, closed := bytes.Cut(rest, []byte("startxref"))
	if !closed || !bytes.HasPrefix(bytes.TrimLeft(trailer, " \t\r\n"), []byte("trailer")) {
		return -1, false
	}
	if before := previousHere.FindSubmatch(trailer); before != nil {
		return number(before[1]), true
	}
	return -1, true
}

func objectAt(file []byte, at, n int) bool {
	if at < 0 || at >= len(file) {
		return false
	}
	found := objectHere.FindSubmatch(head(file[at:]))
	return found != nil && number(found[1]) == n
}

// head is enough of b for one line: a pattern is never run over a whole file.
func head(b []byte) []byte { return b[:min(len(b), 64)] }

// number reads the digits that b begins with, or -1.
func number(b []byte) int {
	n := 0
	for n < len(b) && n < 10 && '0' <= b[n] && b[n] <= '9' {
		n++
	}
	value, err := strconv.Atoi(string(b[:n]))
	if err != nil {
		return -1
	}
	return value
}
