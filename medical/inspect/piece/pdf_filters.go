package piece

import (
	"bufio"
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/ascii85"
	"io"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	earlylzw "golang.org/x/image/tiff/lzw"
)

// decoded streams what a PDF stream holds, through those of its filters that expand. Images (DCT, JPX, CCITT, JBIG2) end the chain:
// their dimensions are looked at instead.
func decoded(s types.StreamDict) io.Reader {
	var r io.Reader = bytes.NewReader(s.Raw)
	for _, f := range s.FilterPipeline {
		switch f.Name {
		case "FlateDecode", "Fl":
			r = &lazy{open: zlib.NewReader, from: r}
		case "LZWDecode", "LZW":
			r = unlzw(r, f.DecodeParms)
		case "ASCII85Decode", "A85":
			r = ascii85.NewDecoder(r)
		case "ASCIIHexDecode", "AHx":
			r = &unhex{r: bufio.NewReader(r)}
		case "RunLengthDecode", "RL":
			r = &unrun{r: bufio.NewReader(r)}
		default:
			return r
		}
	}
	return r
}

func unlzw(r io.Reader, parameters types.Dict) io.Reader {
	if early := parameters.IntEntry("EarlyChange"); early != nil && *early == 0 {
		return lzw.NewReader(r, lzw.MSB, 8)
	}
	return earlylzw.NewReader(r, earlylzw.MSB, 8)
}

// lazy opens a decoder that reads its header when the first byte is asked for.
type lazy struct {
	open func(io.Reader) (io.ReadCloser, error)
	from io.Reader
	r    io.Reader
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.r == nil {
		r, err := l.open(l.from)
		if err != nil {
			return 0, err
		}
		l.r = r
	}
	return l.r.Read(p)
}

type unhex struct {
	r *bufio.Reader
}

func (u *unhex) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		high, err := u.digit()
		if err != nil {
			return n, err
		}
		low, err := u.digit()
		if err != nil {
			low = 0 // an odd last digit
		}
		p[n] = high<<4 | low
		n++
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (u *unhex) digit() (byte, error) {
	for {
		c, err := u.r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == '>':
			return 0, io.EOF
		case '0' <= c && c <= '9':
			return c - '0', nil
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			return c | 0x20 - 'a' + 10, nil
		}
	}
}

type unrun struct {
	r       *bufio.Reader
	pending []byte
}

func (u *unrun) Read(p []byte) (int, error) {
	if len(u.pending) == 0 {
		if err := u.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, u.pending)
	u.pending = u.pending[n:]
	return n, nil
}

func (u *unrun) next() error {
	length, err := u.r.ReadByte()
	if err != nil {
		return err
	}
	switch {
	case length == 128:
		return io.EOF
	case length < 128:
		u.pending = make([]byte, int(length)+1)
		n, err := io.ReadFull(u.r, u.pending)
		u.pending = u.pending[:n]
		return err
	}
	c, err := u.r.ReadByte()
	u.pending = bytes.Repeat([]byte{c}, 257-int(length))
	return err
}
