package piece

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"

	"cloison/medical/inspect/wire"

	"golang.org/x/image/webp"
)

// webpChunk is one chunk of a RIFF file: from..to with its header and padding.
type webpChunk struct {
	kind     string
	from, to int
}

// webpChunks cuts the image into its chunks; end is what its header announces.
func webpChunks(b []byte) (chunks []webpChunk, end int, whole bool) {
	end = 8 + int(binary.LittleEndian.Uint32(b[4:]))
	if end > len(b) {
		return nil, end, false
	}
	for i := 12; i+8 <= end; {
		n := int64(binary.LittleEndian.Uint32(b[i+4:]))
		to := int64(i) + 8 + n + n&1
		if to > int64(end)+1 || to > int64(len(b))+1 {
			return chunks, end, false
		}
		chunks = append(chunks, webpChunk{string(b[i : i+4]), i, min(int(to), end)})
		i = int(to)
	}
	return chunks, end, len(chunks) > 0
}

var webpDrawn = []string{"VP8X", "VP8 ", "VP8L", "ALPH", "ICCP"}

func examineWebP(f *findings, b []byte) {
	chunks, end, whole := webpChunks(b)
	if !whole {
		f.refuse(wire.Truncated)
		return
	}
	for _, c := range chunks {
		switch {
		case c.kind == "ANIM" || c.kind == "ANMF":
			f.refuse(wire.TypeNotAllowed)
		case !slices.Contains(webpDrawn, c.kind):
			f.remove(wire.MetadataStripped)
		}
	}
	c, err := webp.DecodeConfig(bytes.NewReader(b[:end]))
	if err != nil {
		f.refuse(broken(err))
		return
	}
	sized(f, int64(c.Width), int64(c.Height))
	if f.over() {
		return
	}
	f.pages = 1
	trailing(f, b[end:])
	if _, err := decodeWebP(b[:end]); err != nil && err != errNotShown {
		f.refuse(broken(err))
	}
}

func decodeWebP(b []byte) (image.Image, error) {
	c, err := webp.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if !affordable(c.Width, c.Height, 8) {
		return nil, errNotShown
	}
	return webp.Decode(bytes.NewReader(b))
}

// Bits of VP8X that announce chunks which are left out.
const webpTold = 0x08 | 0x04

// stripWebP copies the chunks that draw the image: no pixel changes.
func stripWebP(b []byte) []byte {
	chunks, _, whole := webpChunks(b)
	if !whole {
		return nil
	}
	out := append(make([]byte, 0, len(b)), b[:12]...)
	for _, c := range chunks {
		if !slices.Contains(webpDrawn, c.kind) {
			continue
		}
		at := len(out)
		out = append(out, b[c.from:c.to]...)
		if c.kind == "VP8X" && c.to-c.from > 8 {
			out[at+8] &^= webpTold
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}
