package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"sync"
)

// sight is what this process has seen of the content of one document, from its first byte: the running digest and the inspection. Both
// are plaintext made small, so they live in memory alone and end with the process; a document that lost them is complete all the same, and
// waits for its first opening (docs/decisions/0019).
type sight struct {
	about  *Inspected // nil when the document was begun by another process: only its sealed description knows
	offset int64      // seen up to here, the end of a recorded part
	last   string     // the object of that part: another call may have sent these bytes since

	sum        hash.Hash  // at offset; nil when not seen from the first byte
	inspection Inspection // has seen exactly offset bytes; nil otherwise
}

// begin looks from the first byte on.
func (s *sight) begin(inspector Inspector) {
	s.drop()
	s.offset, s.last, s.sum = 0, "", sha256.New()
	if s.about != nil {
		s.inspection = inspector.Begin(*s.about)
	}
}

// drop forgets what was seen, not what was declared.
func (s *sight) drop() {
	s.blind()
	s.offset, s.last, s.sum = 0, "", nil
}

// blind ends the inspection.
func (s *sight) blind() {
	if s.inspection != nil {
		_ = s.inspection.Close() // what it found no longer matters
		s.inspection = nil
	}
}

// declared is the digest that createDocument announced, if any.
func (s *sight) declared() []byte {
	if s.about == nil || s.about.Input.SHA256 == nil {
		return nil
	}
	sum, err := hex.DecodeString(*s.about.Input.SHA256)
	if err != nil {
		return nil // not reached: validated as hexadecimal
	}
	return sum
}

// look passes the bytes of one call to the digests and the inspection. A part that is not recorded is unseen again: the digest goes back to
// the last recorded one, but an inspection cannot, and ends.
type look struct {
	sight *sight
	sum   hash.Hash // running, past sight.offset
	call  hash.Hash // of this call alone; nil when nothing asks for it, or when the call is all there is
	ahead bool      // bytes were seen that no recorded part holds
}

func newLook(s *sight, wantsDigest bool) *look {
	l := &look{sight: s}
	if s.sum != nil {
		l.sum = clone(s.sum)
	}
	if wantsDigest && !(s.offset == 0 && s.sum != nil) {
		l.call = sha256.New()
	}
	return l
}

// digest is that of the bytes of this call.
func (l *look) digest() []byte {
	if l.call != nil {
		return l.call.Sum(nil)
	}
	return l.sum.Sum(nil)
}

func (l *look) Write(p []byte) (int, error) {
	l.ahead = true
	if l.sum != nil {
		_, _ = l.sum.Write(p) // never fails (hash.Hash)
	}
	if l.call != nil {
		_, _ = l.call.Write(p)
	}
	if s := l.sight; s.inspection != nil {
		if n, err := s.inspection.Write(p); err != nil || n != len(p) {
			s.blind() // the document waits for its first opening; the upload goes on
		}
	}
	return len(p), nil
}

// recorded says that a part of that many bytes is durable.
func (l *look) recorded(object string, size int64) {
	l.sight.offset, l.sight.last, l.ahead = l.sight.offset+size, object, false
	if l.sum != nil {
		l.sight.sum = clone(l.sum)
	}
}

// end leaves the sight as the recorded parts are.
func (l *look) end() {
	if l.ahead {
		l.sight.blind()
	}
}

func clone(h hash.Hash) hash.Hash {
	c, err := h.(hash.Cloner).Clone()
	if err != nil {
		panic("a SHA-256 that cannot be cloned: " + err.Error()) // not reached (crypto/sha256)
	}
	return c.(hash.Hash)
}

// maxWatched bounds the documents that are looked at between calls. The oldest goes: its document waits for its first opening.
const maxWatched = 256

// watch keeps the sights between the calls of their uploads. Only what is in no call is here.
type watch struct {
	mu     sync.Mutex
	sights map[string]*sight
	order  []string
}

// announce begins to watch a document. The label serves no inspection and is not kept.
func (w *watch) announce(about Inspected) {
	about.Input.Label = ""
	w.put(about.Document, &sight{about: &about})
}

// take is the sight of a document whose recorded parts end at offset with the object last, for one call. Where none fits, what was declared
// is all that is left of it.
func (w *watch) take(document string, offset int64, last string) *sight {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.sights[document]
	if s == nil {
		return &sight{}
	}
	w.remove(document)
	if s.offset != offset || s.last != last {
		s.drop()
	}
	return s
}

func (w *watch) put(document string, s *sight) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sights == nil {
		w.sights = map[string]*sight{}
	}
	if other := w.sights[document]; other != nil {
		other.drop()
		w.remove(document)
	}
	if len(w.order) >= maxWatched {
		w.sights[w.order[0]].drop()
		w.remove(w.order[0])
	}
	w.sights[document] = s
	w.order = append(w.order, document)
}

func (w *watch) remove(document string) {
	delete(w.sights, document)
	w.order = slices.DeleteFunc(w.order, func(d string) bool { return d == document })
}
