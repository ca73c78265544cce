package piece

import (
	"bytes"
	"errors"
	"io"

	"cloison/medical/inspect/wire"
)

// Where a ratio would speak too early: a blank page compresses a thousandfold and is no bomb; and where it would speak too late.
const (
	expansionFloor = 64 << 20
	expansionCeil  = 4 << 30
)

var errBomb = errors.New("expands beyond measure")

// allowance is what compressed bytes may become.
func allowance(compressed int64) int64 {
	return min(max(compressed*wire.MaxExpansion, expansionFloor), expansionCeil)
}

// meter counts what is decompressed and keeps none of it; it looks for signatures on the way.
type meter struct {
	left     int64
	infected bool
	tail     []byte
}

func newMeter(allowed int64) *meter { return &meter{left: allowed} }

func (m *meter) Write(p []byte) (int, error) {
	m.left -= int64(len(p))
	if m.left < 0 {
		return 0, errBomb
	}
	if !m.infected {
		seam := append(m.tail, p[:min(len(p), longest)]...)
		m.infected = infected(seam) || infected(p)
	}
	m.tail = append(m.tail[:0:0], p[max(0, len(p)-longest):]...)
	return len(p), nil
}

// take reads all of r through the meter. A broken stream is no bomb: what can be read of it has been counted.
func (m *meter) take(r io.Reader) (bomb bool) {
	_, err := io.Copy(m, onlyReader{r})
	return errors.Is(err, errBomb)
}

// onlyReader hides WriterTo: everything passes in small chunks.
type onlyReader struct{ r io.Reader }

func (o onlyReader) Read(p []byte) (int, error) { return o.r.Read(p) }

// some reads at most limit bytes of r, and says whether that was all.
func some(r io.Reader, limit int64) ([]byte, bool) {
	var b bytes.Buffer
	n, _ := io.Copy(&b, io.LimitReader(r, limit+1))
	return b.Bytes(), n <= limit
}
