package canary

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Hit is a token that was found. It says where, never what stands around it.
type Hit struct {
	Token    string // its text: tokens are fictitious; in hex for an excerpt of a file
	Name     string
	Source   string // what was searched
	Encoding string // how it was written, from the outside in: "gzip > UTF-16LE"
	Offset   int64  // in the source, of the last byte; of the member that holds it when Encoding names one
	Count    int    // how often in this source and encoding
}

func (h Hit) String() string {
	return fmt.Sprintf("%s: %s (%s), %d time(s), first at byte %d, as %s", h.Source, h.Token, h.Name, h.Count, h.Offset, h.Encoding)
}

// Limits of one search. A search that meets one says so: it never answers that nothing is there when it has not looked.
const (
	maxDepth    = 4        // members inside members
	maxActive   = 128      // members open at once on one level
	maxInflated = 16 << 30 // bytes that come out of the members of one source
)

// ErrIncomplete: a limit was met, so that nothing found means nothing.
var ErrIncomplete = errors.New("the search is not complete")

// Searcher looks for a fixed set of tokens. Safe for concurrent use.
type Searcher struct {
	tokens   []Token
	patterns []pattern
	words    *automaton
}

// New compiles the tokens; an empty one, or one too short to mean anything, is an error.
func New(tokens ...Token) (*Searcher, error) {
	for _, t := range tokens {
		if len(t.Text) < shortest {
			return nil, fmt.Errorf("compiling tokens: %s is shorter than %d bytes", t.Name, shortest)
		}
	}
	if len(tokens) == 0 {
		return nil, errors.New("compiling tokens: there are none")
	}
	all := patterns(tokens)
	return &Searcher{tokens: tokens, patterns: all, words: newAutomaton(all)}, nil
}

// Count is how many tokens are looked for.
func (s *Searcher) Count() int { return len(s.tokens) }

// Search reads a stream to its end and answers what it found, sorted, and how many bytes it read.
func (s *Searcher) Search(source string, r io.Reader) ([]Hit, int64, error) {
	top := s.begin(source)
	n, err := io.CopyBuffer(writerOnly{top}, readerOnly{r}, make([]byte, 256<<10))
	hits, limit := top.end()
	if err = errors.Join(err, limit); err != nil {
		err = fmt.Errorf("searching %s: %w", source, err)
	}
	return hits, n, err
}

// begin is a search that is given its bytes by Write, until end.
func (s *Searcher) begin(source string) *scanner {
	return newScanner(s, &findings{source: source, hits: map[finding]*Hit{}}, "", 0)
}

func (c *scanner) end() ([]Hit, error) {
	c.close()
	return c.found.sorted(), c.found.limit
}

// Neither side may take the copy over: the buffer's size is ours.
type (
	readerOnly struct{ io.Reader }
	writerOnly struct{ io.Writer }
)

type finding struct {
	token    int
	encoding string
}

// findings of one source, shared by all its scanners.
type findings struct {
	source   string
	hits     map[finding]*Hit
	inflated int64
	limit    error
	idle     []io.Reader // inflaters
	buffers  [][]byte
}

func (f *findings) add(s *Searcher, p pattern, path string, offset int64) {
	key := finding{p.token, path + p.encoding}
	if h := f.hits[key]; h != nil {
		h.Count++
		return
	}
	t := s.tokens[p.token]
	if t.Raw {
		t.Text = hex.EncodeToString([]byte(t.Text))
	}
	f.hits[key] = &Hit{Token: t.Text, Name: t.Name, Source: f.source, Encoding: key.encoding, Offset: offset, Count: 1}
}

func (f *findings) sorted() []Hit {
	var all []Hit
	for _, h := range f.hits {
		all = append(all, *h)
	}
	slices.SortFunc(all, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Token, b.Token), cmp.Compare(a.Encoding, b.Encoding))
	})
	return all
}
