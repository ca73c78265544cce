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
// waits for its first opening (docs/decisions/0017).
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

// watch keeps what was declared of the documents that are being sent, and the sights between the calls of their uploads.
type watch struct {
	mu      sync.Mutex
	entries map[string]*watched
	order   []string
}

type watched struct {
	about *Inspected
	sight *sight // nil while a call has it
}

// announce begins to watch a document. The label serves no inspection and is not kept.
func (w *watch) announce(about Inspected) {
	about.Input.Label = ""
	w.mu.Lock()
	defer w.mu.Unlock()
	w.enter(about.Document, &watched{about: &about})
}

// take is the sight of a document whose recorded parts end at offset with the object last, for one call. Where none fits, or another call
// has it, what was declared is all that there is.
func (w *watch) take(document string, offset int64, last string) *sight {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.entries[document]
	if e == nil {
		return &sight{}
	}
	s := e.sight
	e.sight = nil
	if s != nil && s.offset == offset && s.last == last {
		return s
	}
	if s != nil {
		s.drop()
	}
	return &sight{about: e.about}
}

// put gives a sight back at the end of a call.
func (w *watch) put(document string, s *sight) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.entries[document]
	if e == nil {
		e = &watched{about: s.about}
		w.enter(document, e)
	}
	if e.sight != nil {
		e.sight.drop()
	}
	e.sight = s
}

// forget ends it, once the document is complete.
func (w *watch) forget(document string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.remove(document)
}

func (w *watch) enter(document string, e *watched) {
	if len(w.order) >= maxWatched {
		w.remove(w.order[0])
	}
	if w.entries == nil {
		w.entries = map[string]*watched{}
	}
	w.entries[document] = e
	w.order = append(w.order, document)
}

func (w *watch) remove(document string) {
	if e := w.entries[document]; e != nil && e.sight != nil {
		e.sight.drop()
	}
	delete(w.entries, document)
	w.order = slices.DeleteFunc(w.order, func(d string) bool { return d == document })
}
