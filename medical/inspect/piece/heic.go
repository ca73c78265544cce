package piece

import (
	"bytes"

	"cloison/medical/inspect/wire"
)

// box is one box of an ISO base media file: its content at from..to.
type box struct {
	kind     string
	from, to int
}

// boxes cuts b[from:to] into its boxes. whole is false when one passes the end.
func boxes(b []byte, from, to int) (all []box, whole bool) {
	for i := from; i < to; {
		if i+8 > to {
			return all, false
		}
		n, start := int64(big.Uint32(b[i:])), i+8
		switch {
		case n == 0: // to the end
			n = int64(to - i)
		case n == 1 && i+16 <= to:
			n, start = int64(big.Uint64(b[i+8:])), i+16
		}
		if n < int64(start-i) || n > int64(to-i) {
			return all, false
		}
		all = append(all, box{string(b[i+4 : i+8]), start, i + int(n)})
		i += int(n)
	}
	return all, true
}

func find(all []box, kind string) (box, bool) {
	for _, x := range all {
		if x.kind == kind {
			return x, true
		}
	}
	return box{}, false
}

// examineHEIC checks the container. The images in it are not decoded: no kept library does it without a C compiler.
func examineHEIC(f *findings, b []byte) {
	top, whole := boxes(b, 0, len(b))
	if !whole {
		f.refuse(wire.Truncated)
		return
	}
	meta, ok := find(top, "meta")
	if _, moving := find(top, "moov"); moving {
		f.refuse(wire.TypeNotAllowed)
	}
	if !ok || meta.to-meta.from < 4 {
		f.refuse(wire.Corrupt)
		return
	}
	f.pages = 1
	inside, whole := boxes(b, meta.from+4, meta.to)
	if !whole {
		f.refuse(wire.Corrupt)
		return
	}
	examineHEICSize(f, b, inside)
	places, ok := toldPlaces(b, inside)
	if !ok {
		f.refuse(wire.Corrupt)
	}
	for _, p := range places {
		if len(bytes.Trim(b[p.from:p.to], "\x00")) > 0 {
			f.remove(wire.MetadataStripped)
		}
	}
}

// examineHEICSize looks at the announced sizes (ispe) of the images.
func examineHEICSize(f *findings, b []byte, meta []box) {
	properties, ok := find(meta, "iprp")
	if !ok {
		f.refuse(wire.Corrupt)
		return
	}
	inside, _ := boxes(b, properties.from, properties.to)
	container, ok := find(inside, "ipco")
	if !ok {
		f.refuse(wire.Corrupt)
		return
	}
	all, _ := boxes(b, container.from, container.to)
	for _, x := range all {
		if x.kind == "ispe" && x.to-x.from >= 12 {
			sized(f, int64(big.Uint32(b[x.from+4:])), int64(big.Uint32(b[x.from+8:])))
		}
	}
}

// boxReader reads numbers from a box and remembers that it passed the end.
type boxReader struct {
	b   []byte
	bad bool
}

func (r *boxReader) uint(size int) uint64 {
	if len(r.b) < size {
		r.bad = true
		return 0
	}
	var n uint64
	for _, c := range r.b[:size] {
		n = n<<8 | uint64(c)
	}
	r.b = r.b[size:]
	return n
}

// toldPlaces gives the places of the items that tell of the making of an image: EXIF and XMP (ISO/IEC 23008-12, annex A).
func toldPlaces(b []byte, meta []box) (places []box, ok bool) {
	information, ok := find(meta, "iinf")
	if !ok {
		return nil, false
	}
	locations, ok := find(meta, "iloc")
	if !ok {
		return nil, false
	}
	items := toldItems(b, information)
	extents, ok := itemExtents(b, locations)
	for _, e := range extents {
		if items[e.item] {
			if e.place.to > len(b) {
				return nil, false
			}
			places = append(places, e.place)
		}
	}
	return places, ok
}

func toldItems(b []byte, information box) map[uint64]bool {
	r := &boxReader{b: b[information.from:information.to]}
	version := r.uint(4) >> 24
	r.uint(countSize(version, 0))
	items := map[uint64]bool{}
	all, _ := boxes(b, information.to-len(r.b), information.to)
	for _, x := range all {
		e := &boxReader{b: b[x.from:x.to]}
		version := e.uint(4) >> 24
		if version < 2 {
			continue
		}
		id := e.uint(countSize(version, 2))
		e.uint(2)
		kind := string(e.b[:min(len(e.b), 4)])
		if kind == "Exif" || kind == "mime" {
			items[id] = true
		}
	}
	return items
}

// countSize: numbers of items are of two bytes up to a version of their box, and of four after it.
func countSize(version, short uint64) int {
	if version <= short {
		return 2
	}
	return 4
}

type extent struct {
	item  uint64
	place box
}

func itemExtents(b []byte, locations box) (all []extent, ok bool) {
	r := &boxReader{b: b[locations.from:locations.to]}
	version := r.uint(4) >> 24
	sizes := r.uint(2)
	offsetSize, lengthSize, baseSize, indexSize := int(sizes>>12), int(sizes>>8&15), int(sizes>>4&15), int(sizes&15)
	if version == 0 {
		indexSize = 0
	}
	for range r.uint(countSize(version, 1)) {
		id := r.uint(countSize(version, 1))
		method := uint64(0)
		if version > 0 {
			method = r.uint(2) & 15
		}
		r.uint(2)
		base := r.uint(baseSize)
		for range r.uint(2) {
			r.uint(indexSize)
			from := base + r.uint(offsetSize)
			to := from + r.uint(lengthSize)
			if r.bad || from > to || to > wire.MaxBytes {
				return nil, false
			}
			if method == 0 { // in the file; elsewhere there is nothing of ours to blank
				all = append(all, extent{id, box{from: int(from), to: int(to)}})
			}
		}
		if r.bad {
			return nil, false
		}
	}
	return all, !r.bad
}

// stripHEIC blanks what tells of the making of an image, in place: no pixel moves.
func stripHEIC(b []byte) []byte {
	out := bytes.Clone(b)
	top, _ := boxes(b, 0, len(b))
	meta, ok := find(top, "meta")
	if !ok || meta.to-meta.from < 4 {
		return nil
	}
	inside, _ := boxes(b, meta.from+4, meta.to)
	places, ok := toldPlaces(b, inside)
	if !ok {
		return nil
	}
	for _, p := range places {
		clear(out[p.from:p.to])
	}
	return out
}
