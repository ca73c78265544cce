package vault

import (
	"errors"
	"io"
)

// buffers are what one call holds of plaintext before it is sealed: half a mebibyte, used again for each of its parts.
type buffers chan []byte

const (
	aheadSize   = 64 << 10 // one chunk of age
	aheadChunks = 8
)

// newBuffers are enough for a content of that size, and no more than aheadChunks.
func newBuffers(size int64) buffers {
	n := min(aheadChunks, (size+aheadSize-1)/aheadSize)
	b := make(buffers, n)
	for range n {
		b <- make([]byte, aheadSize)
	}
	return b
}

// ahead reads in a goroutine of its own what another seals and writes: while a chunk is encrypted, the next are waited for, digested and
// inspected (docs/decisions/0068). It is read as what it reads from, errors after the bytes that came before them. end must be called.
type ahead struct {
	free   buffers
	chunks chan chunk    // in order; closed once nothing reads any more
	ended  chan struct{} // closed by end

	panicked any // of the goroutine, once chunks is closed

	now  chunk  // the one that Read gives
	rest []byte // what it has not given of it
}

type chunk struct {
	bytes []byte // of a buffer
	err   error  // after the bytes
}

// readAhead begins to read into the buffers, which are all free again after end.
func readAhead(from io.Reader, free buffers) *ahead {
	a := &ahead{free: free, chunks: make(chan chunk, cap(free)), ended: make(chan struct{})}
	go func() {
		// A panic is the request's, which has somebody to answer for it, and not the program's.
		defer func() { a.panicked = recover(); close(a.chunks) }()
		a.fill(from)
	}()
	return a
}

func (a *ahead) fill(from io.Reader) {
	for {
		select {
		case buffer := <-a.free:
			c := a.readChunk(from, buffer)
			a.chunks <- c // never waits: there are no more chunks than buffers
			if c.err != nil {
				return
			}
		case <-a.ended:
			return
		}
	}
}

// readChunk fills the buffer, unless the content ends or breaks before, or nobody wants more.
func (a *ahead) readChunk(from io.Reader, buffer []byte) chunk {
	for n := 0; ; {
		select {
		case <-a.ended:
			return chunk{buffer[:n], errNotRead}
		default:
		}
		more, err := from.Read(buffer[n:])
		n += more
		if err != nil || n == len(buffer) {
			return chunk{buffer[:n], err}
		}
	}
}

// errNotRead: reading has ended, or panicked, before the content did. Whoever sees it has called end, or will.
var errNotRead = errors.New("content is no longer read")

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		a.release(a.now)
		next, reading := <-a.chunks
		if !reading {
			next.err = errNotRead
		}
		a.now, a.rest = next, next.bytes
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

func (a *ahead) release(c chunk) {
	if c.bytes != nil {
		a.free <- c.bytes[:aheadSize] // never waits: it came from there
	}
}

// end returns when nothing reads any more: a request must not end while its body is read. Where sealing failed and the sender pauses, it
// waits for him, as long as any reading of a body does.
func (a *ahead) end() {
	close(a.ended)
	for c := range a.chunks {
		a.release(c)
	}
	a.release(a.now)
	if a.panicked != nil {
		panic(a.panicked)
	}
}
