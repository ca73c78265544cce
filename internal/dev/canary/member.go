package canary

import (
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
)

// The first bytes of members, and how a zlib header says that it is one (RFC 1950): method 8, no dictionary, a multiple of 31.
const (
	zipMagic  = 'P'<<24 | 'K'<<16 | 3<<8 | 4
	gzipMagic = 0x1f8b08
	zlibMask  = 0x8f20
	zlibValue = 0x0800
	zlibCheck = 31
)

// maybeMember: these may be the first bytes of one.
func maybeMember(last uint32) bool {
	return last&zlibMask == zlibValue || last&0xffffff == gzipMagic || last == zipMagic
}

// begin starts a member whose first bytes were just read; rest is what follows them in this buffer.
func (c *scanner) begin(last uint32, rest []byte) {
	switch {
	case last&0xffffff == gzipMagic:
		c.open("gzip", openGzip, []byte{0x1f, 0x8b, 8}, rest)
	case last == zipMagic:
		c.open("zip", openZip, nil, rest)
	case last&zlibMask == zlibValue && last&0xffff%zlibCheck == 0:
		c.open("zlib", openFlate, nil, rest)
	}
}

func (c *scanner) open(kind string, decode decoder, first, rest []byte) {
	if len(c.members) >= maxActive {
		c.found.limit = fmt.Errorf("%w: more than %d members open at once", ErrIncomplete, maxActive)
		return
	}
	m := newMember(c, kind, decode)
	if m.write(first) && m.write(rest) {
		c.members = append(c.members, m)
	}
}

// decoder answers what a member holds; it must not keep its reader after its end.
type decoder func(*feed) (io.Reader, error)

func openGzip(in *feed) (io.Reader, error) {
	r, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	r.Multistream(false) // the next one has its own first bytes
	return r, nil
}

// openFlate takes what a zlib header announces. Its checksum is not looked at: a damaged member holds words too.
func openFlate(in *feed) (io.Reader, error) { return in.inflater() }

// openZip reads a local file header, after its signature. A stored member needs no undoing; other methods are not undone.
func openZip(in *feed) (io.Reader, error) {
	var header [26]byte
	if _, err := io.ReadFull(in, header[:]); err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint16(header[4:]) != 8 {
		return nil, errors.New("not deflated")
	}
	names := int64(binary.LittleEndian.Uint16(header[22:])) + int64(binary.LittleEndian.Uint16(header[24:]))
	if _, err := io.CopyN(io.Discard, in, names); err != nil {
		return nil, err
	}
	return in.inflater()
}

// member is a decoder that is fed as bytes come. Go's decoders pull, the scanner pushes: the decoder runs as a coroutine that gives the
// hand back whenever it has read what there is.
type member struct {
	in   *feed
	next func() (struct{}, bool)
	stop func()
}

// feed is the reader that the decoder sees.
type feed struct {
	rest  []byte
	yield func(struct{}) bool
	found *findings
}

// inflater takes one that an ended member gave back: most pairs of bytes that look like a zlib header are none, and there are many.
func (f *feed) inflater() (io.Reader, error) {
	idle := f.found.idle
	if len(idle) == 0 {
		return flate.NewReader(f), nil
	}
	r := idle[len(idle)-1]
	f.found.idle = idle[:len(idle)-1]
	return r, r.(flate.Resetter).Reset(f, nil)
}

func (f *findings) buffer() []byte {
	if len(f.buffers) == 0 {
		return make([]byte, 4<<10)
	}
	b := f.buffers[len(f.buffers)-1]
	f.buffers = f.buffers[:len(f.buffers)-1]
	return b
}

func (f *findings) giveBackBuffer(b []byte) { f.buffers = append(f.buffers, b) }

func (f *findings) giveBack(r io.Reader) {
	if _, ok := r.(flate.Resetter); ok {
		f.idle = append(f.idle, r)
	}
}

func newMember(c *scanner, kind string, decode decoder) *member {
	m := &member{in: &feed{found: c.found}}
	m.next, m.stop = iter.Pull(func(yield func(struct{}) bool) {
		m.in.yield = yield
		if !yield(struct{}{}) {
			return
		}
		content, err := decode(m.in)
		if err != nil {
			return // it was none
		}
		defer c.found.giveBack(content)
		inner, buffer := c.nested(kind), c.found.buffer()
		defer inner.close()
		defer c.found.giveBackBuffer(buffer)
		_, _ = io.CopyBuffer(writerOnly{inner}, bounded{content, c.found}, buffer) // an end before its time is an end
	})
	m.next()
	return m
}

// write feeds the decoder and answers whether it wants more.
func (m *member) write(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	m.in.rest = b
	_, alive := m.next()
	m.in.rest = nil
	return alive
}

func (m *member) close() { m.stop() }

func (f *feed) more() bool {
	for len(f.rest) == 0 {
		if !f.yield(struct{}{}) {
			return false
		}
	}
	return true
}

func (f *feed) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if !f.more() {
		return 0, io.EOF
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// ReadByte keeps flate from reading ahead.
func (f *feed) ReadByte() (byte, error) {
	if !f.more() {
		return 0, io.EOF
	}
	b := f.rest[0]
	f.rest = f.rest[1:]
	return b, nil
}

// bounded stops a bomb, and has the whole search say so.
type bounded struct {
	io.Reader
	found *findings
}

func (b bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.found.inflated += int64(n); b.found.inflated > maxInflated {
		b.found.limit = fmt.Errorf("%w: more than %d bytes came out of its members", ErrIncomplete, int64(maxInflated))
		return 0, b.found.limit
	}
	return n, err
}
