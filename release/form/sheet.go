package form

import (
	"fmt"
	"strings"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
)

// The page, in points from its top left corner. Every length is a whole number: a sum of whole numbers is the same on every processor,
// which a sum of fractions need not be.
const (
	left     = 48
	right    = 548
	baseline = 48 // of the first line
	bottom   = 812
)

// Roles of what stands on the page, for those who have it read aloud (ISO 32000-1, 14.8.4).
const (
	roleTitle   = "H1"
	roleHeading = "H2"
	roleText    = "P"
)

// sheet writes one page, or several of a paper. Each piece of text is marked with its role, in reading order.
type sheet struct {
	pdf    *fpdf.Fpdf
	y      int // baseline of the line that comes next
	page   int // the one that is written, from 0
	first  int // the first of the paper that is written
	marked int // pieces on that page
	pieces []piece
}

// piece is one marked piece of a page, by its number. instead is what is read aloud where the drawing is not text.
type piece struct {
	role, instead string
	page          int
}

func newSheet() *sheet {
	pdf := fpdf.New("P", "pt", "A4", "")
	pdf.SetCompression(false)
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	pdf.AddUTF8FontFromBytes("sans", "B", liberationsansbold.TTF)
	pdf.AddPage()
	pdf.SetLineWidth(1)
	return &sheet{pdf: pdf, y: baseline}
}

// style is how a piece of text looks.
type style struct {
	role string
	size int
	bold bool
}

var (
	title   = style{roleTitle, 14, true}
	heading = style{roleHeading, 10, true}
	body    = style{roleText, 9, false}
	strong  = style{roleText, 9, true}
	small   = style{roleText, 7, false}
)

func (s *sheet) use(st style) {
	weight := ""
	if st.bold {
		weight = "B"
	}
	s.pdf.SetFont("sans", weight, float64(st.size))
}

// put writes one line of text at x, on the current baseline.
func (s *sheet) put(st style, x int, text string) {
	s.use(st)
	s.mark(piece{role: st.role}, func() { s.pdf.Text(float64(x), float64(s.y), s.printable(text)) })
}

// mark numbers what is drawn.
func (s *sheet) mark(p piece, draw func()) {
	s.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", p.role, s.marked))
	draw()
	s.pdf.RawWriteStr("EMC")
	p.page = s.page
	s.pieces, s.marked = append(s.pieces, p), s.marked+1
}

// box draws a box, ticked or not, at x on the current baseline.
func (s *sheet) box(x int, ticked bool) {
	instead := "case non cochée :"
	if ticked {
		instead = "case cochée :"
	}
	s.use(strong)
	s.mark(piece{role: roleText, instead: instead}, func() {
		s.pdf.Rect(float64(x), float64(s.y-7), 8, 8, "D")
		if ticked {
			s.pdf.Text(float64(x+1), float64(s.y), "X")
		}
	})
}

// rule draws a line across the page: decoration, which nobody needs to have read.
func (s *sheet) rule() {
	s.pdf.RawWriteStr("/Artifact BMC")
	s.pdf.Rect(left, float64(s.y), right-left, 0, "D")
	s.pdf.RawWriteStr("EMC")
}

func (s *sheet) down(points int) { s.y += points }

// paragraph writes text between x and the right margin, on as many lines as it takes.
func (s *sheet) paragraph(st style, x int, text string) {
	for _, line := range s.wrap(st, right-x, text) {
		s.put(st, x, line)
		s.down(st.size + 3)
	}
}

// wrap cuts text into lines of at most width points.
func (s *sheet) wrap(st style, width int, text string) []string {
	s.use(st)
	fits := func(line string) bool { return s.pdf.GetStringSymbolWidth(s.printable(line))*st.size <= width*1000 }
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for !fits(word) { // longer than a line by itself
			n := len([]rune(word)) / 2
			head := string([]rune(word)[:n])
			lines, word = append(lines, strings.TrimSpace(line+" "+head)), string([]rune(word)[n:])
			line = ""
		}
		longer := strings.TrimSpace(line + " " + word)
		if fits(longer) {
			line = longer
			continue
		}
		lines, line = append(lines, line), word
	}
	return append(lines, line)
}

// smallest is the size under which nobody reads.
const smallest = 5

// fitted writes text in a frame of a given height, as large as it fits there. A name of hundreds of letters ends with an ellipsis: the
// page stays one page, and the file number says whose it is.
func (s *sheet) fitted(st style, x, height int, text string) {
	lines := s.wrap(st, right-x, text)
	for len(lines) > 1 && len(lines)*(st.size+1) > height && st.size > smallest {
		st.size--
		lines = s.wrap(st, right-x, text)
	}
	if room := max(1, height/(st.size+1)); len(lines) > room {
		lines = lines[:room]
		lines[room-1] += "…"
	}
	top := s.y
	for _, line := range lines {
		s.put(st, x, line)
		s.down(st.size + 1)
	}
	s.y = top + height
}

// unknown stands for a character that the font lacks.
const unknown = '□'

// printable replaces what the font in use cannot show. Names come from anywhere; a reader must see that something stands there.
func (s *sheet) printable(text string) string {
	missing := s.pdf.GetStringSymbolWidth("\uFFFF")
	return strings.Map(func(r rune) rune {
		if r > 0xFFFE || r > 0x7E && s.pdf.GetStringSymbolWidth(string(r)) == missing {
			return unknown
		}
		return r
	}, text)
}
