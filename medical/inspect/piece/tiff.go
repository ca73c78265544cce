package piece

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"

	"cloison/medical/inspect/wire"

	"golang.org/x/image/tiff"
)

// Tags of TIFF 6.0 and EXIF 2.32.
const (
	tagWidth        = 256
	tagHeight       = 257
	tagStripOffsets = 273
	tagOrientation  = 274
	tagStripCounts  = 279
	tagTileOffsets  = 324
	tagTileCounts   = 325
	tagXMP          = 700
	tagIPTC         = 33723
	tagPhotoshop    = 34377
	tagEXIF         = 34665
	tagGPS          = 34853
	maxEntries      = 4096
	maxValues       = 1 << 20
)

var errTIFF = errors.New("not a TIFF structure")

// tiffFile walks the directories of a TIFF, and of the EXIF of other images.
type tiffFile struct {
	b     []byte
	order binary.ByteOrder
	first uint32
}

type tiffEntry struct {
	tag, kind uint16
	at        int    // of its twelve bytes
	values    []byte // in the entry or elsewhere
}

type tiffDirectory struct {
	file    tiffFile
	entries []tiffEntry
	at, end int
	next    uint32
}

func openTIFF(b []byte) (tiffFile, error) {
	t := tiffFile{b: b}
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		t.order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		t.order = binary.BigEndian
	}
	if t.order == nil || len(b) < 8 {
		return t, errTIFF
	}
	t.first = t.order.Uint32(b[4:])
	return t, nil
}

// valueSize is the size of one value by its type; 0 for an unknown one.
var valueSize = [...]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}

func (t tiffFile) directory(at uint32) (d tiffDirectory, err error) {
	if int64(at)+2 > int64(len(t.b)) {
		return d, errTIFF
	}
	n := int(t.order.Uint16(t.b[at:]))
	d = tiffDirectory{file: t, at: int(at), end: int(at) + 2 + 12*n}
	if n == 0 || n > maxEntries || d.end+4 > len(t.b) {
		return d, errTIFF
	}
	d.next = t.order.Uint32(t.b[d.end:])
	for i := range n {
		e, err := t.entry(int(at) + 2 + 12*i)
		if err != nil {
			return d, err
		}
		d.entries = append(d.entries, e)
	}
	return d, nil
}

func (t tiffFile) entry(at int) (tiffEntry, error) {
	e := tiffEntry{tag: t.order.Uint16(t.b[at:]), kind: t.order.Uint16(t.b[at+2:]), at: at}
	if int(e.kind) >= len(valueSize) {
		return e, nil // a type that nobody knows: skipped, as the standard asks
	}
	size := int64(t.order.Uint32(t.b[at+4:])) * valueSize[e.kind]
	if size <= 4 {
		e.values = t.b[at+8 : at+8+int(size)]
		return e, nil
	}
	from := int64(t.order.Uint32(t.b[at+8:]))
	if from+size > int64(len(t.b)) {
		return e, errTIFF
	}
	e.values = t.b[from : from+size]
	return e, nil
}

// numbers reads the values of a tag of bytes, shorts or longs.
func (d tiffDirectory) numbers(tag uint16) (all []int64) {
	for _, e := range d.entries {
		if e.tag != tag {
			continue
		}
		for v := e.values; len(v) > 0 && len(all) < maxValues; {
			switch {
			case e.kind == 1:
				all, v = append(all, int64(v[0])), v[1:]
			case e.kind == 3 && len(v) >= 2:
				all, v = append(all, int64(d.file.order.Uint16(v))), v[2:]
			case e.kind == 4 && len(v) >= 4:
				all, v = append(all, int64(d.file.order.Uint32(v))), v[4:]
			default:
				return all
			}
		}
	}
	return all
}

func (d tiffDirectory) number(tag uint16, otherwise int64) int64 {
	if all := d.numbers(tag); len(all) > 0 {
		return all[0]
	}
	return otherwise
}

// pages follows the directories of a TIFF, which must neither turn in circles nor be too many.
func (t tiffFile) pages() (all []tiffDirectory, err error) {
	seen := map[uint32]bool{}
	for at := t.first; at != 0; {
		d, err := t.directory(at)
		if err != nil || seen[at] {
			return all, errTIFF
		}
		seen[at] = true
		if all = append(all, d); len(all) > wire.MaxPages {
			return all, nil
		}
		at = d.next
	}
	return all, nil
}

func examineTIFF(f *findings, b []byte) {
	t, err := openTIFF(b)
	if err != nil {
		f.refuse(wire.Corrupt)
		return
	}
	pages, err := t.pages()
	f.pages = len(pages)
	switch {
	case len(pages) > wire.MaxPages:
		f.refuse(wire.TooManyPages)
		return
	case err != nil, len(pages) == 0:
		f.refuse(wire.Corrupt)
		return
	}
	budget := int64(wire.MaxPixels) // decoded in all; what is beyond is checked by its structure alone
	for _, page := range pages {
		examineTIFFPage(f, page)
		if f.over() {
			return
		}
		if budget -= page.number(tagWidth, 0) * page.number(tagHeight, 0); budget < 0 {
			continue
		}
		if _, err := decodeTIFF(b, page); err != nil && !errors.Is(err, errNotShown) {
			f.refuse(broken(err))
			return
		}
	}
}

func examineTIFFPage(f *findings, d tiffDirectory) {
	sized(f, d.number(tagWidth, 0), d.number(tagHeight, 0))
	offsets := append(d.numbers(tagStripOffsets), d.numbers(tagTileOffsets)...)
	counts := append(d.numbers(tagStripCounts), d.numbers(tagTileCounts)...)
	if len(offsets) == 0 {
		f.refuse(wire.Corrupt)
	}
	for i, at := range offsets {
		if i < len(counts) && at+counts[i] > int64(len(d.file.b)) || at > int64(len(d.file.b)) {
			f.refuse(wire.Truncated)
			return
		}
	}
	for _, e := range d.entries {
		switch e.tag {
		case tagXMP, tagIPTC, tagPhotoshop, tagEXIF, tagGPS:
			f.remove(wire.MetadataStripped)
		}
	}
}

// decodeTIFF decodes one page: the decoder only knows the first, so the header is made to point at the one that is asked for.
func decodeTIFF(b []byte, page tiffDirectory) (image.Image, error) {
	if !affordable(int(page.number(tagWidth, 0)), int(page.number(tagHeight, 0)), 8) {
		return nil, errNotShown
	}
	header := bytes.Clone(b[:8])
	page.file.order.PutUint32(header[4:], uint32(page.at))
	m, err := tiff.Decode(&patched{header, bytes.NewReader(b)})
	var unsupported tiff.UnsupportedError
	if errors.As(err, &unsupported) {
		return nil, errNotShown
	}
	return m, err
}

// patched reads b with another header.
type patched struct {
	header []byte
	*bytes.Reader
}

func (p *patched) ReadAt(to []byte, off int64) (int, error) {
	n, err := p.Reader.ReadAt(to, off)
	if off < int64(len(p.header)) {
		copy(to[:n], p.header[off:])
	}
	return n, err
}

func (p *patched) Read([]byte) (int, error) { return 0, errTIFF } // the decoder reads by place

// stripTIFF blanks what tells of the making of an image, in place: no pixel moves.
func stripTIFF(b []byte) []byte {
	out := bytes.Clone(b)
	t, err := openTIFF(out)
	if err != nil {
		return nil
	}
	pages, err := t.pages()
	if err != nil {
		return nil
	}
	for _, page := range pages {
		for _, e := range page.entries {
			switch e.tag {
			case tagEXIF, tagGPS:
				t.blank(uint32(page.number(e.tag, 0)))
				fallthrough
			case tagXMP, tagIPTC, tagPhotoshop:
				clear(e.values)
				t.order.PutUint16(out[e.at:], tagNothing)
			}
		}
	}
	return out
}

// tagNothing is a private tag that no reader knows.
const tagNothing = 65000

// blank clears a directory that hangs on an entry, with its values.
func (t tiffFile) blank(at uint32) {
	d, err := t.directory(at)
	if err != nil {
		return
	}
	for _, e := range d.entries {
		clear(e.values)
	}
	clear(t.b[d.at+2 : d.end])
}
