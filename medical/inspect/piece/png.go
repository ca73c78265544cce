package piece

import (
	"bytes"
	"compress/zlib"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"slices"

	"cloison/medical/inspect/wire"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngChunk is one chunk: its data, and from..to with its length and sum.
type pngChunk struct {
	kind     string
	data     []byte
	from, to int
	sound    bool // the sum is right
}

// pngChunks cuts an image into its chunks. whole is false when it ends before IEND.
func pngChunks(b []byte) (chunks []pngChunk, end int, whole bool) {
	i := len(pngMagic)
	for i+12 <= len(b) {
		n := int64(big.Uint32(b[i:]))
		if n > int64(len(b)-i-12) {
			return chunks, i, false
		}
		to := i + 12 + int(n)
		c := pngChunk{kind: string(b[i+4 : i+8]), data: b[i+8 : to-4], from: i, to: to}
		c.sound = crc32.ChecksumIEEE(b[i+4:to-4]) == big.Uint32(b[to-4:])
		chunks = append(chunks, c)
		if c.kind == "IEND" {
			return chunks, to, true
		}
		i = to
	}
	return chunks, i, false
}

// drawn are the chunks that draw an image; what else may stand in one tells of its making.
var drawn = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "bKGD", "hIST", "pHYs", "sPLT", "tIME"}

func examinePNG(f *findings, b []byte) {
	chunks, end, whole := pngChunks(b)
	if len(chunks) == 0 || chunks[0].kind != "IHDR" || len(chunks[0].data) != 13 {
		f.refuse(wire.Corrupt)
		return
	}
	header := chunks[0].data
	width, height := int64(big.Uint32(header)), int64(big.Uint32(header[4:]))
	sized(f, width, height)
	for _, c := range chunks {
		examineChunk(f, c)
	}
	switch {
	case f.over():
		return
	case !whole:
		f.refuse(wire.Truncated)
		return
	}
	f.pages = 1
	trailing(f, b[end:])
	if _, err := decodePNG(b[:end]); err != nil && err != errNotShown {
		f.refuse(broken(err))
	}
}

func examineChunk(f *findings, c pngChunk) {
	critical := c.kind[0]&0x20 == 0
	switch {
	case !c.sound, critical && !slices.Contains(drawn, c.kind):
		f.refuse(wire.Corrupt)
	case !slices.Contains(drawn, c.kind):
		f.remove(wire.MetadataStripped)
	}
	if text := compressedText(c); text != nil && newMeter(int64(max(1<<20, len(text)*wire.MaxExpansion))).take(text.reader()) {
		f.refuse(wire.DecompressionBomb)
	}
}

// compressed is a zlib stream within a chunk.
type compressed []byte

func (c compressed) reader() io.Reader { return &lazy{open: zlib.NewReader, from: bytes.NewReader(c)} }

// compressedText is the compressed part of a text or profile chunk, nil if there is none.
func compressedText(c pngChunk) compressed {
	keyword := bytes.IndexByte(c.data, 0)
	if keyword < 0 {
		return nil
	}
	rest := c.data[keyword+1:]
	switch {
	case (c.kind == "zTXt" || c.kind == "iCCP") && len(rest) > 1:
		return compressed(rest[1:])
	case c.kind == "iTXt" && len(rest) > 2 && rest[0] == 1:
		for range 2 { // language, translated keyword
			_, after, ok := bytes.Cut(rest[2:], []byte{0})
			if !ok {
				return nil
			}
			rest = append([]byte{0, 0}, after...)
		}
		return compressed(rest[2:])
	}
	return nil
}

func decodePNG(b []byte) (image.Image, error) {
	c, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if !affordable(c.Width, c.Height, 8) {
		return nil, errNotShown
	}
	return png.Decode(bytes.NewReader(b))
}

// stripPNG copies the chunks that draw the image: no pixel changes.
func stripPNG(b []byte) []byte {
	chunks, _, whole := pngChunks(b)
	if !whole {
		return nil
	}
	out := append(make([]byte, 0, len(b)), pngMagic...)
	for _, c := range chunks {
		if slices.Contains(drawn, c.kind) {
			out = append(out, b[c.from:c.to]...)
		}
	}
	return out
}
