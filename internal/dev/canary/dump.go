package canary

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Dump searches a plain dump of pg_dump. Each table is a source of its own, so that a hit names the table that holds it; what is no table's
// is the source's own. It answers the bytes of each table.
func (s *Searcher) Dump(source string, r io.Reader) (hits []Hit, tables map[string]int64, err error) {
	tables = map[string]int64{}
	lines, current, table, fresh := bufio.NewReaderSize(r, 64<<10), s.begin(source), "", true
	turn := func(name string) {
		found, limit := current.end()
		hits, err = append(hits, found...), errors.Join(err, limit)
		table, current = name, s.begin(strings.TrimSpace(source+" "+name))
	}
	for {
		piece, failure := lines.ReadSlice('\n')
		if name, ok := copied(piece); fresh && ok {
			turn(name)
		}
		_, _ = current.Write(piece) // a limit is answered by end
		tables[table] += int64(len(piece))
		if fresh && table != "" && string(bytes.TrimRight(piece, "\r\n")) == `\.` {
			turn("")
		}
		fresh = failure == nil
		if failure != nil && !errors.Is(failure, bufio.ErrBufferFull) {
			turn("")
			if !errors.Is(failure, io.EOF) {
				err = errors.Join(err, failure)
			}
			break
		}
	}
	if err != nil {
		err = fmt.Errorf("searching %s: %w", source, err)
	}
	return hits, tables, err
}

// copied is the table of a line "COPY schema.table (columns) FROM stdin;".
func copied(line []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("COPY "))
	if !ok {
		return "", false
	}
	name, _, ok := bytes.Cut(rest, []byte(" ("))
	return string(name), ok
}
