package form

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"cloison/release"
)

// Paper is a document that is no opinion: a letter, a slip, a record of a dossier as a court reads it. It is drawn on as many pages as it
// takes, and says what its caller gives it: this package knows none of its words. The same paper gives the same bytes.
type Paper struct {
	Title  string
	On     release.Date // the only date in the file
	Number string       // above every page, at the right: "Pièce n° 3"
	From   []string     // who writes
	To     []string     // to whom
	Blocks []Block
	Foot   string // below every page, before its number
}

// Block is one piece of a paper: a heading, a paragraph, or a fact with its name. What is empty is not drawn.
type Block struct{ Heading, Name, Text string }

// The lines of a paper, wider than those of a form.
var (
	paperTitle = style{roleTitle, 14, true}
	paperHead  = style{roleHeading, 11, true}
	paperBody  = style{roleText, 10, false}
	paperBold  = style{roleText, 10, true}
)

// footLine is where a page ends for its text: the foot stands below.
const footLine = bottom - 24

// PDF draws the paper: once to count its pages, once with their number.
func (p Paper) PDF() ([]byte, error) {
	if !p.On.Valid() {
		return nil, fmt.Errorf("drawing a paper: %q is no day", p.On)
	}
	pages := p.draw(0).page + 1
	s := p.draw(pages)
	return p.assemble(s)
}

func (p Paper) draw(pages int) *sheet {
	s := newSheet()
	p.write(s, pages)
	return s
}

// write puts the paper on the page that the sheet is at, and those that follow.
func (p Paper) write(s *sheet, pages int) {
	s.first = s.page
	p.frame(s, pages)
	for _, line := range p.From {
		p.lines(s, pages, paperBody, left, line)
	}
	if len(p.To) > 0 {
		s.down(14)
		for _, line := range p.To {
			p.lines(s, pages, paperBody, 300, line)
		}
		s.down(14)
	}
	s.down(12)
	p.lines(s, pages, paperTitle, left, p.Title)
	s.down(8)
	for _, b := range p.Blocks {
		p.block(s, pages, b)
	}
}

func (p Paper) block(s *sheet, pages int, b Block) {
	if b.Heading != "" {
		s.down(6)
		p.lines(s, pages, paperHead, left, b.Heading)
		s.down(2)
	}
	if b.Name != "" {
		p.lines(s, pages, paperBold, left, b.Name)
	}
	if b.Text != "" {
		for _, line := range strings.Split(b.Text, "\n") {
			p.lines(s, pages, paperBody, left, line)
		}
		s.down(5)
	}
}

// lines writes text from x, on new pages as they are needed.
func (p Paper) lines(s *sheet, pages int, st style, x int, text string) {
	for _, line := range s.wrap(st, right-x, text) {
		if s.y > footLine {
			s.turn()
			p.frame(s, pages)
		}
		s.put(st, x, line)
		s.down(st.size + 4)
	}
}

// frame is what stands around the text of every page. It is no part of what is read aloud.
func (p Paper) frame(s *sheet, pages int) {
	s.artifact(small, right-s.width(small, p.Number), baseline-16, p.Number)
	foot := "page " + strconv.Itoa(s.page-s.first+1) + " / " + strconv.Itoa(pages)
	if p.Foot != "" {
		foot = p.Foot + ", " + foot
	}
	s.artifact(small, left, bottom, foot)
}

// turn begins another page.
func (s *sheet) turn() {
	s.pdf.AddPage()
	s.page, s.marked, s.y = s.page+1, 0, baseline
}

// width of a line, in whole points, rounded up.
func (s *sheet) width(st style, text string) int {
	s.use(st)
	return (s.pdf.GetStringSymbolWidth(s.printable(text))*st.size + 999) / 1000
}

// artifact writes what frames a page.
func (s *sheet) artifact(st style, x, y int, text string) {
	if text == "" {
		return
	}
	s.use(st)
	s.pdf.RawWriteStr("/Artifact BMC")
	s.pdf.Text(float64(x), float64(y), s.printable(text))
	s.pdf.RawWriteStr("EMC")
}

// assemble writes the file as assemble does for an opinion, but for the seal. Fonts stay compressed as the library gives them: nothing is
// sealed over these bytes that another program has to draw again.
func (p Paper) assemble(s *sheet) ([]byte, error) {
	var drawn bytes.Buffer
	if err := s.pdf.Output(&drawn); err != nil {
		return nil, fmt.Errorf("drawing a paper: %w", err)
	}
	all, err := objects(drawn.Bytes(), func(object []byte) ([]byte, error) { return object, nil })
	if err != nil {
		return nil, fmt.Errorf("reading the paper that was drawn: %w", err)
	}
	info, catalogue := len(all)-1, len(all)
	structure := len(all) + 1
	for page := range s.page + 1 {
		all[pageObject+2*page] = fmt.Appendf(nil, "<</Type /Page /Parent %d 0 R /MediaBox [0 0 595.28 841.89] /Resources 2 0 R /Contents %d 0 R /StructParents %d /Tabs /S>>",
			pagesObject, contentObject+2*page, page)
	}
	all[info] = fmt.Appendf(nil, "<</Title %s /Author %s /Creator (Cloison) /CreationDate (D:%s)>>", text(s.plane(p.Title)), text("Office français de l'immigration et de l'intégration"), compact(p.On))
	all[catalogue] = fmt.Appendf(nil, "<</Type /Catalog /Pages %d 0 R /Lang (fr-FR) /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R>>",
		pagesObject, structure)
	addStructure(all, s.pieces, structure)
	return writeWhole(all, info, catalogue), nil
}

// plane is text without a character beyond the first plane, which a string of ours cannot hold.
func (s *sheet) plane(text string) string {
	s.use(paperTitle)
	return s.printable(text)
}

func writeWhole(all map[int][]byte, info, catalogue int) []byte {
	var b bytes.Buffer
	offsets := writeObjects(&b, all, len(all))
	xref, id := b.Len(), sha256.Sum256(b.Bytes())
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets))
	for _, offset := range offsets[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n", len(offsets), catalogue, info, id[:16], id[:16], xref)
	return b.Bytes()
}
