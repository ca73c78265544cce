package piece

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"cloison/medical/inspect/wire"
)

// Tags and transfer syntaxes (DICOM PS3.6). The walk here is minimal: elements of the first level, by their announced lengths.
const (
	dicomStart        = 132
	tagSyntax         = 0x00020010
	tagSamples        = 0x00280002
	tagPhotometric    = 0x00280004
	tagPlanar         = 0x00280006
	tagFrames         = 0x00280008
	tagRows           = 0x00280010
	tagColumns        = 0x00280011
	tagAllocated      = 0x00280100
	tagStored         = 0x00280101
	tagSigned         = 0x00280103
	tagCenter         = 0x00281050
	tagWindow         = 0x00281051
	tagIntercept      = 0x00281052
	tagSlope          = 0x00281053
	tagDocument       = 0x00420011
	tagPixels         = 0x7fe00010
	tagItem           = 0xfffee000
	tagItemEnd        = 0xfffee00d
	tagSequenceEnd    = 0xfffee0dd
	undefined         = 0xffffffff
	syntaxImplicit    = "1.2.840.10008.1.2"
	syntaxDeflated    = "1.2.840.10008.1.2.1.99"
	syntaxBigEndian   = "1.2.840.10008.1.2.2"
	syntaxExplicit    = "1.2.840.10008.1.2.1"
	syntaxJPEG        = "1.2.840.10008.1.2.4.50"
	maxDICOMElements  = 200_000
	maxDICOMSequences = 16 // one within another
)

var (
	errDICOMCut    = errors.New("an element passes the end")
	errDICOMBroken = errors.New("not a DICOM structure")
)

// dicomFile is what was read of the first level.
type dicomFile struct {
	syntax    string
	order     binary.ByteOrder
	values    map[uint32][]byte
	fragments [][]byte // of pixels that are compressed
}

func (d dicomFile) text(tag uint32) string {
	return strings.Trim(string(d.values[tag]), " \x00")
}

func (d dicomFile) short(tag uint32, otherwise int) int {
	if v := d.values[tag]; len(v) >= 2 {
		return int(d.order.Uint16(v))
	}
	return otherwise
}

// decimal reads the first of the numbers that an element gives as text.
func (d dicomFile) decimal(tag uint32, otherwise float64) float64 {
	first, _, _ := strings.Cut(d.text(tag), `\`)
	n, err := strconv.ParseFloat(strings.TrimSpace(first), 64)
	if err != nil {
		return otherwise
	}
	return n
}

func (d dicomFile) frames() int { return max(1, int(d.decimal(tagFrames, 1))) }

// frameSize is the length of one uncompressed frame, in bytes.
func (d dicomFile) frameSize() int64 {
	bits := int64(d.short(tagRows, 0)) * int64(d.short(tagColumns, 0)) * int64(d.short(tagSamples, 1)) * int64(d.short(tagAllocated, 8))
	return (bits + 7) / 8
}

func examineDICOM(f *findings, b []byte) {
	if preamble := b[:128]; len(bytes.Trim(preamble, "\x00")) > 0 && !bytes.HasPrefix(b, []byte("II*\x00")) && !bytes.HasPrefix(b, []byte("MM\x00*")) {
		f.remove(wire.Polyglot) // the file may open as something else too; a reader is given one whose preamble is blank
	}
	d, err := openDICOM(b)
	switch {
	case errors.Is(err, errBomb):
		f.refuse(wire.DecompressionBomb)
		return
	case errors.Is(err, errDICOMCut):
		f.refuse(wire.Truncated)
		return
	case err != nil:
		f.refuse(wire.Corrupt)
		return
	}
	f.pages = d.frames()
	if document, ok := d.values[tagDocument]; ok {
		f.refuse(wire.EmbeddedFile)
		if inner := Examine(document, ""); inner.Reason == wire.ActiveContent || inner.Reason == wire.MalwareSignature {
			f.refuse(inner.Reason)
		}
	}
	native, ok := d.values[tagPixels]
	if !ok && d.fragments == nil {
		return // a report, a structured document: nothing to draw
	}
	sized(f, int64(d.short(tagRows, 0)), int64(d.short(tagColumns, 0)))
	if size := d.frameSize(); ok && (size > int64(len(native)) || int64(d.frames()) > int64(len(native))/max(1, size)) {
		f.refuse(wire.Corrupt)
	}
}

func openDICOM(b []byte) (dicomFile, error) {
	d := dicomFile{order: binary.LittleEndian, values: map[uint32][]byte{}}
	head := &dicomCursor{b: b[dicomStart:], order: binary.LittleEndian, explicit: true}
	for head.group() == 2 {
		tag, value, err := head.element(0)
		if err != nil {
			return d, err
		}
		d.values[tag] = value
	}
	d.syntax = d.text(tagSyntax)
	c := &dicomCursor{b: head.b, order: binary.LittleEndian, explicit: d.syntax != syntaxImplicit}
	switch d.syntax {
	case "":
		return d, errDICOMBroken
	case syntaxBigEndian:
		c.order, d.order = binary.BigEndian, binary.BigEndian
	case syntaxDeflated:
		plain, all := some(flate.NewReader(bytes.NewReader(head.b)), expansionFloor)
		if !all {
			return d, errBomb
		}
		c.b = plain
	}
	for n := 0; len(c.b) > 0; n++ {
		if n > maxDICOMElements {
			return d, errDICOMBroken
		}
		tag, value, err := c.element(0)
		if err != nil {
			return d, err
		}
		d.values[tag] = value
	}
	if c.fragments != nil {
		delete(d.values, tagPixels)
	}
	d.fragments = c.fragments
	return d, nil
}

// dicomCursor reads elements one after another.
type dicomCursor struct {
	b         []byte
	order     binary.ByteOrder
	explicit  bool
	fragments [][]byte
}

func (c *dicomCursor) group() uint16 {
	if len(c.b) < 2 {
		return 0
	}
	return c.order.Uint16(c.b)
}

// long are the value representations with a length of four bytes.
const long = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"

// header reads tag and length of one element.
func (c *dicomCursor) header() (tag uint32, length uint32, err error) {
	if len(c.b) < 8 {
		return 0, 0, errDICOMCut
	}
	tag = uint32(c.order.Uint16(c.b))<<16 | uint32(c.order.Uint16(c.b[2:]))
	kind := string(c.b[4:6])
	switch {
	case !c.explicit, tag>>16 == 0xfffe:
		length, c.b = c.order.Uint32(c.b[4:]), c.b[8:]
	case kind[0] < 'A' || kind[0] > 'Z' || kind[1] < 'A' || kind[1] > 'Z':
		return 0, 0, errDICOMBroken
	case strings.Contains(long, kind):
		if len(c.b) < 12 {
			return 0, 0, errDICOMCut
		}
		length, c.b = c.order.Uint32(c.b[8:]), c.b[12:]
	default:
		length, c.b = uint32(c.order.Uint16(c.b[6:])), c.b[8:]
	}
	return tag, length, nil
}

// element reads one element. The value of a sequence without length is nil: it is walked to its end.
func (c *dicomCursor) element(level int) (uint32, []byte, error) {
	tag, length, err := c.header()
	if err != nil {
		return 0, nil, err
	}
	if length == undefined {
		return tag, nil, c.items(tag, level)
	}
	if int64(length) > int64(len(c.b)) {
		return 0, nil, errDICOMCut
	}
	value := c.b[:length]
	c.b = c.b[length:]
	return tag, value, nil
}

// items walks a sequence without length: items of elements, or the fragments of compressed pixels.
func (c *dicomCursor) items(of uint32, level int) error {
	if level > maxDICOMSequences {
		return errDICOMBroken
	}
	for {
		tag, length, err := c.header()
		switch {
		case err != nil:
			return err
		case tag == tagSequenceEnd:
			return nil
		case tag != tagItem:
			return errDICOMBroken
		case length == undefined:
			err = c.item(level)
		case int64(length) > int64(len(c.b)):
			return errDICOMCut
		default:
			if of == tagPixels && level == 0 {
				c.fragments = append(c.fragments, c.b[:length])
			}
			c.b = c.b[length:]
		}
		if err != nil {
			return err
		}
	}
}

// item walks one item without length.
func (c *dicomCursor) item(level int) error {
	for {
		if len(c.b) >= 4 && uint32(c.order.Uint16(c.b))<<16|uint32(c.order.Uint16(c.b[2:])) == tagItemEnd {
			_, _, err := c.header()
			return err
		}
		if _, _, err := c.element(level + 1); err != nil {
			return err
		}
	}
}

// blankPreamble gives a DICOM file that is nothing else.
func blankPreamble(b []byte) []byte {
	out := bytes.Clone(b)
	clear(out[:128])
	return out
}
