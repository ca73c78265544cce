package form

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"cloison/release"
)

// The library writes a file of one page with compressed fonts, a catalogue and a description of its own. This file takes the page's
// objects out of it, uncompressed, and writes them again with what an official document needs: language, title, structure for those who
// have it read aloud, and one field for the seal. Numbers of objects as the library gives them; TestGoldenDigests sees any change.
const (
	pagesObject   = 1
	pageObject    = 3
	contentObject = 4
)

var errLibrary = errors.New("the library wrote a file of another shape")

// objects takes a file apart by its own table, and reads each object.
func objects(file []byte, read func([]byte) ([]byte, error)) (map[int][]byte, error) {
	offsets, err := table(file)
	if err != nil {
		return nil, err
	}
	ends := slices.Sorted(slices.Values(append(slices.Clone(offsets[1:]), bytes.LastIndex(file, []byte("xref\n0 ")))))
	all := map[int][]byte{}
	for number, from := range offsets[1:] {
		i, _ := slices.BinarySearch(ends, from+1)
		raw := bytes.TrimSuffix(file[from:ends[i]], []byte("\nendobj\n"))
		start := fmt.Appendf(nil, "%d 0 obj\n", number+1)
		if !bytes.HasPrefix(raw, start) {
			return nil, fmt.Errorf("object %d: %w", number+1, errLibrary)
		}
		if all[number+1], err = read(raw[len(start):]); err != nil {
			return nil, fmt.Errorf("object %d: %w", number+1, err)
		}
	}
	return all, nil
}

// table reads the offsets of the objects, by number.
func table(file []byte) ([]int, error) {
	at := bytes.LastIndex(file, []byte("xref\n0 "))
	end := bytes.LastIndex(file, []byte("trailer\n"))
	if at < 0 || end < at {
		return nil, errLibrary
	}
	var offsets []int
	for _, line := range strings.Split(strings.TrimSpace(string(file[at:end])), "\n")[2:] {
		offset, err := strconv.Atoi(line[:10])
		if err != nil || offset >= at {
			return nil, errLibrary
		}
		offsets = append(offsets, offset)
	}
	if len(offsets) <= contentObject {
		return nil, errLibrary
	}
	return offsets, nil
}

// inflated is an object whose stream, if it has one, is not compressed.
func inflated(object []byte) ([]byte, error) {
	dictionary, stream, ok := bytes.Cut(object, []byte("\nstream\n"))
	if !ok || !bytes.Contains(dictionary, []byte("/FlateDecode")) {
		return object, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(bytes.TrimSuffix(stream, []byte("\nendstream"))))
	if err != nil {
		return nil, fmt.Errorf("inflating: %w", err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("inflating: %w", err)
	}
	length := ""
	if _, original, found := bytes.Cut(dictionary, []byte("/Length1 ")); found {
		length = " /Length1 " + string(original[:bytes.IndexAny(original, "\n>")])
	}
	return fmt.Appendf(nil, "<</Length %d%s>>\nstream\n%s\nendstream", len(plain), length, plain), nil
}

// assemble writes the file around the page. Its last object is the seal's, with the gap where the seal goes.
func assemble(s *sheet, o release.Unsealed, v Version) (Document, error) {
	var drawn bytes.Buffer
	if err := s.pdf.Output(&drawn); err != nil {
		return Document{}, fmt.Errorf("drawing the page: %w", err)
	}
	all, err := objects(drawn.Bytes(), inflated)
	if err != nil {
		return Document{}, fmt.Errorf("reading the page that was drawn: %w", err)
	}
	info, catalogue := len(all)-1, len(all)
	structure := len(all) + 1
	elements := structure + 2 // the tree, its document, then one element for each piece
	widget := elements + len(s.pieces)
	seal := widget + 1

	all[pageObject] = fmt.Appendf(nil, "<</Type /Page /Parent %d 0 R /MediaBox [0 0 595.28 841.89] /Resources 2 0 R /Contents %d 0 R /StructParents 0 /Tabs /S /Annots [%d 0 R]>>",
		pagesObject, contentObject, widget)
	all[info] = fmt.Appendf(nil, "<</Title %s /Author %s /Creator (Cloison) /CreationDate (D:%s)>>",
		text(v.words.title+", annexe "+string(v.Annexe)+", formulaire "+v.Code), text("Office français de l'immigration et de l'intégration"), compact(o.IssuedOn))
	all[catalogue] = fmt.Appendf(nil, "<</Type /Catalog /Pages %d 0 R /Lang (fr-FR) /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R /AcroForm <</Fields [%d 0 R] /SigFlags 3>>>>",
		pagesObject, structure, widget)
	addStructure(all, s.pieces, structure)
	all[widget] = fmt.Appendf(nil, "<</Type /Annot /Subtype /Widget /FT /Sig /T (Scellement) /TU %s /F 132 /Rect [0 0 0 0] /P %d 0 R /V %d 0 R>>",
		text("Scellement de l'Office"), pageObject, seal)
	return write(all, info, catalogue, seal, o), nil
}

// addStructure says what each marked piece of the pages is, in reading order (ISO 32000-1, 14.7).
func addStructure(all map[int][]byte, pieces []piece, at int) {
	var children strings.Builder
	var pages []string // the elements of each page, by the number of the piece on it
	marked := 0
	for i, p := range pieces {
		for len(pages) <= p.page {
			pages, marked = append(pages, ""), 0
		}
		element := at + 2 + i
		fmt.Fprintf(&children, "%d 0 R ", element)
		pages[p.page] += fmt.Sprintf("%d 0 R ", element)
		instead := ""
		if p.instead != "" {
			instead = " /ActualText " + text(p.instead)
		}
		all[element] = fmt.Appendf(nil, "<</Type /StructElem /S /%s /P %d 0 R /Pg %d 0 R /K %d%s>>", p.role, at+1, pageObject+2*p.page, marked, instead)
		marked++
	}
	var parents []string
	for i, elements := range pages {
		parents = append(parents, fmt.Sprintf("%d [%s]", i, elements))
	}
	all[at] = fmt.Appendf(nil, "<</Type /StructTreeRoot /K %d 0 R /ParentTree <</Nums [%s]>> /ParentTreeNextKey %d>>", at+1, strings.Join(parents, " "), len(pages))
	all[at+1] = fmt.Appendf(nil, "<</Type /StructElem /S /Document /P %d 0 R /Lang (fr-FR) /K [%s]>>", at, children.String())
}

// write puts the objects in a file, the seal's last, and works out the ranges of bytes around its gap.
func write(all map[int][]byte, info, catalogue, seal int, o release.Unsealed) Document {
	var b bytes.Buffer
	offsets := append(writeObjects(&b, all, seal-1), 0)
	offsets[seal] = b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:%s) /ByteRange [0 ", seal, compact(o.IssuedOn))
	ranges := b.Len()
	b.WriteString(strings.Repeat(" ", rangeWidth) + "] /Contents ")
	gap := b.Len()

	var tail bytes.Buffer
	tail.WriteString(">>\nendobj\n")
	xref := gap + gapSize + tail.Len()
	fmt.Fprintf(&tail, "xref\n0 %d\n0000000000 65535 f \n", seal+1)
	for _, offset := range offsets[1:] {
		fmt.Fprintf(&tail, "%010d 00000 n \n", offset)
	}
	id := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&tail, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n", seal+1, catalogue, info, id[:16], id[:16], xref)

	head := b.Bytes()
	copy(head[ranges:], fmt.Sprintf("%-*s", rangeWidth, fmt.Sprintf("%d %d %d", gap, gap+gapSize, tail.Len())))
	return Document{head: head, tail: tail.Bytes()}
}

// writeObjects begins a file with the objects up to last, and answers where each stands.
func writeObjects(b *bytes.Buffer, all map[int][]byte, last int) []int {
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, last+1)
	for number := 1; number <= last; number++ {
		offsets[number] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", number, all[number])
	}
	return offsets
}

// text is a string of a PDF in any alphabet: UTF-16, in hexadecimal.
func text(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, r := range s {
		fmt.Fprintf(&b, "%04X", r) // ours: no character beyond the first plane
	}
	return b.String() + ">"
}

// compact is a day as PDF writes it: never an hour.
func compact(d release.Date) string { return strings.ReplaceAll(string(d), "-", "") }
