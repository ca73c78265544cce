package piece

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"

	"cloison/medical/inspect/wire"
)

// decodable bounds the images that are decoded here, in bytes of memory; a larger one is checked by its structure alone, and downloaded
// to be seen.
const decodable = 384 << 20

// affordable says whether decoding an image stays within bounds, at so many bytes a pixel.
func affordable(width, height, each int) bool {
	return int64(width)*int64(height)*int64(each) <= decodable
}

// sized refuses an image that is too large.
func sized(f *findings, width, height int64) {
	if width <= 0 || height <= 0 {
		f.refuse(wire.Corrupt)
	} else if !pixels(width, height) {
		f.refuse(wire.DimensionsTooLarge)
	}
}

// broken is the reason for an error of a decoder.
func broken(err error) wire.Reason {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return wire.Truncated
	}
	return wire.Corrupt
}

// trailing notes what stands after the end of an image.
func trailing(f *findings, rest []byte) {
	if len(bytes.Trim(rest, "\x00")) > 0 {
		f.remove(wire.TrailingData)
	}
}

var big = binary.BigEndian

// turned gives an image as its EXIF orientation (1 to 8) asks to see it.
func turned(m image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return m
	}
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := place(orientation, x, y, w, h)
			out.Set(tx, ty, m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

// place is where the pixel (x, y) of an image of w by h goes (EXIF 2.32, table 6).
func place(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
