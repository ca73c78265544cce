package piece

import (
	"bytes"
	"context"
	"errors"
	"io"

	"cloison/medical/inspect/wire"

	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// depth is how deep objects may be nested, and the tree of pages be.
const depth = 64

func examinePDF(f *findings, b []byte) {
	examineOutside(f, b)
	if tooNested(b) {
		f.refuse(wire.Corrupt)
	}
	if f.over() {
		return
	}
	ctx, err := openPDF(b)
	if err != nil {
		f.refuse(unreadable(b, err))
		return
	}
	if ctx.E != nil { // opened with the empty password: what is restricted is what may be done, not who may read
		f.remove(wire.PermissionsIgnored)
	}
	if !soundReferences(b) {
		f.remove(wire.Repaired)
	}
	examinePages(f, ctx)
	for _, entry := range ctx.Table {
		if entry == nil || entry.Free {
			continue
		}
		examineObject(f, ctx, entry.Object)
		if f.over() {
			return
		}
	}
}

// openPDF reads the structure of a PDF, within bounds. Streams stay as they are, but those that hold objects.
func openPDF(b []byte) (*model.Context, error) {
	conf := configuration()
	conf.Limits.MaxStreamBytes = wire.MaxBytes
	conf.Limits.MaxDecodeBytes = expansionFloor
	conf.Limits.MaxObjectCount = 1_000_000
	conf.Limits.MaxXRefEntries = 1_000_000
	conf.Limits.MaxRecursionDepth = depth
	ctx, err := pdfcpu.Read(bytes.NewReader(b), conf)
	if err != nil {
		return nil, err
	}
	return ctx, unpack(ctx)
}

// configuration is that of a process which opens no file: the library looks for no folder of its own.
func configuration() *model.Configuration {
	model.ConfigPath = "disable"
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	return conf
}

// unpack reads the objects that stand in streams, which the library leaves for later: what is not read is not looked at.
func unpack(ctx *model.Context) error {
	for _, entry := range ctx.Table {
		if entry == nil {
			continue
		}
		if packed, ok := entry.Object.(types.LazyObjectStreamObject); ok {
			o, err := packed.DecodedObject(context.Background())
			if err != nil {
				return err
			}
			entry.Object = o
		}
	}
	return nil
}

// unreadable says why a PDF could not be read.
func unreadable(b []byte, err error) wire.Reason {
	switch {
	case errors.Is(err, pdfcpu.ErrWrongPassword):
		return wire.Encrypted
	case errors.Is(err, filter.ErrDecodeLimitExceeded):
		return wire.DecompressionBomb
	case !bytes.Contains(b, []byte("%%EOF")), errors.Is(err, io.ErrUnexpectedEOF):
		return wire.Truncated
	}
	return wire.Corrupt
}

// examineOutside looks before the header and after the end, where another format can stand.
func examineOutside(f *findings, b []byte) {
	before := b[:bytes.Index(b, []byte("%PDF-"))]
	if len(bytes.Trim(bytes.TrimPrefix(before, []byte("\xef\xbb\xbf")), " \t\r\n\x00")) > 0 {
		f.refuse(wire.Polyglot)
	}
	if isZip(b) {
		f.refuse(wire.Polyglot)
	}
	end := bytes.LastIndex(b, []byte("%%EOF"))
	if end < 0 {
		return // told by the structure
	}
	if after := bytes.Trim(b[end+len("%%EOF"):], " \t\r\n\x00"); len(after) > 0 {
		f.remove(wire.TrailingData)
	}
	revisions := bytes.Count(b, []byte("startxref"))
	if bytes.Contains(b[:min(len(b), 2*headerWithin)], []byte("/Linearized")) {
		revisions-- // a file for the web has two tables and one revision
	}
	if revisions > 1 {
		f.remove(wire.HiddenRevision)
	}
}

// examinePages counts the pages as they are, not as they are announced, and refuses a tree that turns in circles.
func examinePages(f *findings, ctx *model.Context) {
	root, err := ctx.Catalog()
	if err != nil || root == nil {
		f.refuse(wire.Corrupt)
		return
	}
	pages, ok := root.Find("Pages")
	if !ok {
		f.refuse(wire.Corrupt)
		return
	}
	t := pageTree{ctx: ctx, f: f, on: map[int]bool{}}
	t.walk(pages, 0)
	f.pages = t.count
	if t.count == 0 {
		f.refuse(wire.Corrupt)
	}
}

type pageTree struct {
	ctx   *model.Context
	f     *findings
	on    map[int]bool // nodes between the root and here
	count int
}

func (t *pageTree) walk(o types.Object, level int) {
	if t.f.over() {
		return
	}
	if ref, ok := o.(types.IndirectRef); ok {
		n := ref.ObjectNumber.Value()
		if t.on[n] {
			t.f.refuse(wire.Corrupt)
			return
		}
		t.on[n] = true
		defer delete(t.on, n)
	}
	node, err := t.ctx.DereferenceDict(o)
	if err != nil || node == nil || level > depth {
		t.f.refuse(wire.Corrupt)
		return
	}
	if announced := node.IntEntry("Count"); announced != nil && *announced > wire.MaxPages {
		t.f.refuse(wire.TooManyPages)
	}
	kids, _ := t.ctx.DereferenceArray(node["Kids"])
	if node["Kids"] == nil {
		t.page(node)
		return
	}
	for _, kid := range kids {
		t.walk(kid, level+1)
	}
}

func (t *pageTree) page(node types.Dict) {
	if t.count++; t.count > wire.MaxPages {
		t.f.refuse(wire.TooManyPages)
	}
	unit := 1.0
	if u, ok := t.number(node["UserUnit"]); ok {
		unit = u
	}
	for _, box := range []string{"MediaBox", "CropBox"} {
		corners, err := t.ctx.DereferenceArray(node[box])
		if err != nil || len(corners) != 4 {
			continue // inherited, or left to the reader's default
		}
		if unit*t.span(corners[0], corners[2]) > maxSide || unit*t.span(corners[1], corners[3]) > maxSide {
			t.f.refuse(wire.DimensionsTooLarge)
		}
	}
}

// maxSide is the largest side of a page that readers guarantee, in points: 200 inches (ISO 32000-1, annex C).
const maxSide = 14400

func (t *pageTree) span(a, b types.Object) float64 {
	x, _ := t.number(a)
	y, _ := t.number(b)
	return max(x-y, y-x)
}

func (t *pageTree) number(o types.Object) (float64, bool) {
	if o == nil {
		return 0, false
	}
	n, err := t.ctx.DereferenceNumber(o)
	return n, err == nil
}
