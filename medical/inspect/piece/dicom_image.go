package piece

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
)

// dicomFrame draws one frame of the kinds that are plain: grey of 8 or 16 bits through its window, RGB, and JPEG. Other compressions
// and palettes are left to a viewer of imaging.
func dicomFrame(b []byte, n int) (image.Image, error) {
	d, err := openDICOM(b)
	if err != nil {
		return nil, err
	}
	w, h := d.short(tagColumns, 0), d.short(tagRows, 0)
	if n < 1 || n > d.frames() || !affordable(w, h, 8) {
		return nil, errNotShown
	}
	if d.syntax == syntaxJPEG && len(d.fragments) == d.frames()+1 { // the first is a table of places
		fragment := d.fragments[n]
		if c, err := jpeg.DecodeConfig(bytes.NewReader(fragment)); err != nil || !affordable(c.Width, c.Height, 16) {
			return nil, errNotShown
		}
		return jpeg.Decode(bytes.NewReader(fragment))
	}
	size := d.frameSize()
	pixels := d.values[tagPixels]
	if size == 0 || int64(n)*size > int64(len(pixels)) {
		return nil, errNotShown
	}
	pixels = pixels[int64(n-1)*size : int64(n)*size]
	samples, bits, model := d.short(tagSamples, 1), d.short(tagAllocated, 8), d.text(tagPhotometric)
	switch {
	case samples == 3 && bits == 8 && model == "RGB":
		return d.colour(pixels, w, h), nil
	case samples == 1 && (bits == 8 || bits == 16) && (model == "MONOCHROME1" || model == "MONOCHROME2"):
		return d.grey(pixels, w, h, bits/8, model == "MONOCHROME1"), nil
	}
	return nil, errNotShown
}

func (d dicomFile) colour(pixels []byte, w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	each, plane := 3, 1
	if d.short(tagPlanar, 0) == 1 {
		each, plane = 1, w*h
	}
	for i := range w * h {
		at := i * each
		m.SetRGBA(i%w, i/w, color.RGBA{pixels[at], pixels[at+plane], pixels[at+2*plane], 255})
	}
	return m
}

// grey maps values to grey by the first window of the file, or by the values it holds (PS3.3, C.11.2).
func (d dicomFile) grey(pixels []byte, w, h, each int, inverse bool) image.Image {
	slope, intercept := d.decimal(tagSlope, 1), d.decimal(tagIntercept, 0)
	value := func(i int) float64 { return float64(d.stored(pixels[i*each:(i+1)*each]))*slope + intercept }
	low, high := math.Inf(1), math.Inf(-1)
	if window := d.decimal(tagWindow, 0); window > 1 {
		center := d.decimal(tagCenter, 0)
		low, high = center-window/2, center+window/2
	} else {
		for i := range w * h {
			low, high = min(low, value(i)), max(high, value(i))
		}
	}
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range w * h {
		level := min(max((value(i)-low)/max(high-low, 1)*255, 0), 255)
		if inverse {
			level = 255 - level
		}
		m.Pix[i/w*m.Stride+i%w] = uint8(level)
	}
	return m
}

// stored reads one value, whose sign may stand below the bits that are allocated.
func (d dicomFile) stored(v []byte) int {
	n := int(v[0])
	if len(v) == 2 {
		n = int(d.order.Uint16(v))
	}
	bits := min(max(d.short(tagStored, len(v)*8), 1), len(v)*8)
	n &= 1<<bits - 1
	if d.short(tagSigned, 0) == 1 && n >= 1<<(bits-1) {
		n -= 1 << bits
	}
	return n
}
