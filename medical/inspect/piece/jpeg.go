package piece

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"

	"cloison/medical/inspect/wire"
)

// jpegSegment is one marker with what belongs to it: from..to, scan data included.
type jpegSegment struct {
	marker   byte
	from, to int
}

func (s jpegSegment) payload(b []byte) []byte {
	if s.to-s.from < 4 {
		return nil
	}
	return b[s.from+4 : s.to]
}

const (
	markerStart = 0xd8
	markerEnd   = 0xd9
	markerScan  = 0xda
	markerApp0  = 0xe0
	markerApp1  = 0xe1
	markerApp2  = 0xe2
	markerAdobe = 0xee
	markerNote  = 0xfe
)

// jpegSegments cuts an image at its markers, from its start to its end. whole is false when the end is missing.
func jpegSegments(b []byte) (segments []jpegSegment, end int, whole bool) {
	i := 2
	for i+1 < len(b) {
		if b[i] != 0xff {
			return segments, i, false
		}
		marker := b[i+1]
		switch {
		case marker == 0xff: // padding
			i++
			continue
		case marker == markerEnd:
			return append(segments, jpegSegment{marker, i, i + 2}), i + 2, true
		}
		if i+4 > len(b) {
			return segments, i, false
		}
		to := i + 2 + int(big.Uint16(b[i+2:]))
		if to < i+4 || to > len(b) {
			return segments, i, false
		}
		if marker == markerScan {
			to = afterScan(b, to)
		}
		segments = append(segments, jpegSegment{marker, i, to})
		i = to
	}
	return segments, i, false
}

// afterScan is the place of the first marker after compressed data that is neither a stuffed byte nor a restart.
func afterScan(b []byte, i int) int {
	for ; i+1 < len(b); i++ {
		if next := b[i+1]; b[i] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return i
		}
	}
	return len(b)
}

func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

func examineJPEG(f *findings, b []byte) {
	segments, end, whole := jpegSegments(b)
	frames := 0
	for _, s := range segments {
		p := s.payload(b)
		switch {
		case isFrame(s.marker) && len(p) >= 5:
			frames++
			sized(f, int64(big.Uint16(p[3:])), int64(big.Uint16(p[1:])))
		case told(s, p):
			f.remove(wire.MetadataStripped)
		}
	}
	switch {
	case f.over():
		return
	case !whole && end >= len(b)-1:
		f.refuse(wire.Truncated)
		return
	case !whole || frames != 1:
		f.refuse(wire.Corrupt)
		return
	}
	f.pages = 1
	trailing(f, b[end:])
	if _, err := decodeJPEG(b); err != nil && !errors.Is(err, errNotShown) {
		f.refuse(broken(err))
	}
}

// told says whether a segment holds words, places, devices or another image, rather than what is needed to draw this one.
func told(s jpegSegment, p []byte) bool {
	switch {
	case s.marker == markerNote:
		return true
	case s.marker == markerApp0:
		return !bytes.HasPrefix(p, []byte("JFIF\x00")) || len(p) > 14 // a thumbnail follows
	case s.marker == markerApp2:
		return !bytes.HasPrefix(p, []byte("ICC_PROFILE\x00"))
	case s.marker == markerApp1 && len(p) == 32:
		return !bytes.Equal(p[:25], orientationSegment(0)[4:29]) || len(bytes.Trim(p[26:], "\x00")) > 0 // not one of ours
	case s.marker == markerAdobe:
		return !bytes.HasPrefix(p, []byte("Adobe"))
	}
	return s.marker > markerApp0 && s.marker <= 0xef
}

// errNotShown: the image is of a kind or a size that is not decoded here.
var errNotShown = errors.New("not decoded here")

func decodeJPEG(b []byte) (image.Image, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	var unsupported jpeg.UnsupportedError
	switch {
	case errors.As(err, &unsupported):
		return nil, errNotShown
	case err != nil:
		return nil, err
	case !affordable(c.Width, c.Height, jpegCost(b)):
		return nil, errNotShown
	}
	m, err := jpeg.Decode(bytes.NewReader(b))
	if errors.As(err, &unsupported) {
		return nil, errNotShown
	}
	return m, err
}

// jpegCost is the memory of a pixel, in bytes: up to three components and a turned copy; a progressive image keeps its coefficients too.
func jpegCost(b []byte) int {
	segments, _, _ := jpegSegments(b)
	for _, s := range segments {
		if s.marker == 0xc2 {
			return 20
		}
	}
	return 8
}

// stripJPEG copies what draws the image, and nothing else: no pixel changes. The orientation, which told beside it, is written anew.
func stripJPEG(b []byte) []byte {
	segments, _, whole := jpegSegments(b)
	if !whole {
		return nil
	}
	out := append(make([]byte, 0, len(b)), 0xff, markerStart)
	for _, s := range segments {
		if !told(s, s.payload(b)) {
			out = append(out, b[s.from:s.to]...)
			continue
		}
		if o := jpegOrientation(b, s); o > 1 {
			out = append(out, orientationSegment(o)...)
		}
	}
	return out
}

func jpegOrientation(b []byte, s jpegSegment) int {
	exif, ok := bytes.CutPrefix(s.payload(b), []byte("Exif\x00\x00"))
	if s.marker != markerApp1 || !ok {
		return 0
	}
	t, err := openTIFF(exif)
	if err != nil {
		return 0
	}
	first, err := t.directory(t.first)
	if err != nil {
		return 0
	}
	return int(first.number(tagOrientation, 1))
}

// orientationSegment is an EXIF segment of one entry.
func orientationSegment(o int) []byte {
	segment := []byte{0xff, markerApp1, 0, 34}
	segment = append(segment, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"...)
	return append(segment, byte(o), 0, 0, 0, 0, 0, 0)
}
