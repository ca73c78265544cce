package canary

import "encoding/binary"

// scanner takes the bytes of one level in order: the source itself, or what came out of a member.
type scanner struct {
	*Searcher
	found *findings
	path  string // how this level came about: "gzip > "
	depth int
	base  int64 // of a nested level: the offset of its outermost member in the source; -1 on the first
	at    int64 // bytes taken

	state   int32
	recent  uint32 // the last four bytes, to know a member by its first ones
	members []*member
	runs    []*run
}

func newScanner(s *Searcher, found *findings, path string, depth int) *scanner {
	return &scanner{Searcher: s, found: found, path: path, depth: depth, base: -1}
}

// nested is the scanner of what a member of this level holds.
func (c *scanner) nested(kind string) *scanner {
	n := newScanner(c.Searcher, c.found, c.path+kind+" > ", c.depth+1)
	if n.base = c.base; n.base < 0 {
		n.base = c.at
	}
	return n
}

// Write never fails but for a limit.
func (c *scanner) Write(b []byte) (int, error) {
	if c.found.limit != nil {
		return 0, c.found.limit
	}
	if c.runs == nil && c.depth < maxDepth {
		c.runs = newRuns(c)
	}
	c.scan(b)
	for _, r := range c.runs {
		r.write(b)
	}
	if c.found.limit != nil {
		return 0, c.found.limit
	}
	return len(b), nil
}

// scan looks for words and for the first bytes of members. A member takes the rest of b, and all that follows until it ends or turns out
// to be none.
func (c *scanner) scan(b []byte) {
	old, before := len(c.members), c.at
	state, recent, follows := c.state, c.recent, c.depth < maxDepth
	for i := 0; i < len(b); i++ {
		x := b[i]
		state, recent = c.words.step(state, x), recent<<8|uint32(x)
		if c.words.ends[state] != 0 {
			c.at = before + int64(i)
			c.report(state)
		}
		switch {
		case follows && maybeMember(recent):
			c.at = before + int64(i) + 1
			c.begin(recent, b[i+1:])
		case recent == 0 && state == c.words.still && c.words.ends[state] == 0:
			i += zeros(b[i+1:]) // nothing changes: most of a cluster's files, and of a memory, is this
		}
	}
	c.state, c.recent, c.at = state, recent, before+int64(len(b))
	kept := c.members[:0]
	for i, m := range c.members {
		if i >= old || m.write(b) { // the new ones have had theirs
			kept = append(kept, m)
		}
	}
	clear(c.members[len(kept):])
	c.members = kept
}

// zeros is how many there are before anything else.
func zeros(b []byte) int {
	n := 0
	for n+8 <= len(b) && binary.NativeEndian.Uint64(b[n:]) == 0 {
		n += 8
	}
	for n < len(b) && b[n] == 0 {
		n++
	}
	return n
}

func (c *scanner) report(state int32) {
	offset := c.base
	if offset < 0 {
		offset = c.at
	}
	for _, p := range c.words.finals[c.words.ends[state]] {
		c.found.add(c.Searcher, c.patterns[p], c.path, offset)
	}
}

// close ends what is still open: a member cut by the end of the source has been searched as far as it went.
func (c *scanner) close() {
	for _, m := range c.members {
		m.close()
	}
	for _, r := range c.runs {
		r.end()
	}
	c.members = nil
}
