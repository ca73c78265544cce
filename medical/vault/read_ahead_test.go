package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

// TestReadAheadIsTheContent: whatever the sizes and the manner of the sender, what is read ahead is what he sent, and then how he ended.
func TestReadAheadIsTheContent(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		manner func(io.Reader) io.Reader
		ends   error
	}{
		"as it comes":       {func(r io.Reader) io.Reader { return r }, io.EOF},
		"halves":            {iotest.HalfReader, io.EOF},
		"the end with data": {iotest.DataErrReader, io.EOF},
		"broken":            {func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(broken)) }, broken},
		"broken with data":  {func(r io.Reader) io.Reader { return iotest.DataErrReader(io.MultiReader(r, iotest.ErrReader(broken))) }, broken},
	} {
		for _, size := range []int{1, aheadSize - 1, aheadSize, aheadSize + 1, aheadChunks * aheadSize, 3*aheadChunks*aheadSize + 7} {
			t.Run(fmt.Sprintf("%s, %d bytes", name, size), func(t *testing.T) {
				t.Parallel()
				content := make([]byte, size)
				for i := range content {
					content[i] = byte(i % 251)
				}
				a := readAhead(c.manner(bytes.NewReader(content)), newBuffers(int64(size)))
				defer a.end()
				got := make([]byte, size)
				if n, err := io.ReadFull(a, got); err != nil || !bytes.Equal(got, content) {
					t.Errorf("%d bytes of %d, or others: %v", n, size, err)
				}
				for range 2 {
					if n, err := a.Read(make([]byte, 1)); n != 0 || !errors.Is(err, c.ends) {
						t.Errorf("ended with %d bytes and %v, want %v", n, err, c.ends)
					}
				}
			})
		}
	}
}

// TestReadingAheadIsBounded: no more is read than the buffers hold, a buffer that is being sealed is not one to read into, and after the end
// nothing is read, and every buffer free for the next part.
func TestReadingAheadIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		read := 0
		free := newBuffers(1 << 40)
		a := readAhead(reading(func(p []byte) (int, error) { read += len(p); return len(p), nil }), free)
		bounded := func(when string, chunks int) {
			t.Helper()
			synctest.Wait()
			if read != chunks*aheadSize {
				t.Errorf("%s: %d bytes read, want %d", when, read, chunks*aheadSize)
			}
		}
		bounded("nothing sealed", aheadChunks)
		_, _ = a.Read(make([]byte, aheadSize)) // never fails (reading)
		bounded("a chunk that may be in the cipher", aheadChunks)
		_, _ = a.Read(make([]byte, 1))
		bounded("the next one begun", aheadChunks+1)
		a.end()
		bounded("ended", aheadChunks+1)
		if len(free) != aheadChunks {
			t.Errorf("%d buffers are free", len(free))
		}
	})
}

// TestReadingAheadEndsBeforeItsRequest: a body that is being read is waited for, and not read again.
func TestReadingAheadEndsBeforeItsRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sends, calls, ended := make(chan struct{}), 0, false
		a := readAhead(reading(func(p []byte) (int, error) { calls++; <-sends; p[0] = 1; return 1, nil }), newBuffers(1<<40))
		synctest.Wait()
		go func() { a.end(); ended = true }()
		synctest.Wait()
		if ended {
			t.Error("ended while the sender was waited for")
		}
		close(sends)
		synctest.Wait()
		if !ended || calls != 1 {
			t.Errorf("ended %v, after %d reads", ended, calls)
		}
	})
}

type reading func(p []byte) (int, error)

func (r reading) Read(p []byte) (int, error) { return r(p) }
