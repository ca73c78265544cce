package piece

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"cloison/medical/inspect/wire"
)

// threePages share one dictionary of resources; the first links to the third, and the third draws an image of its own.
func threePages() []byte {
	stream := func(text string) string {
		text = "BT /F 12 Tf 9 9 Td (" + text + ") Tj ET"
		return fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text)
	}
	page := func(contents int, more string) string {
		return fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s >>", contents, more)
	}
	return pdf("<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 /Resources 9 0 R >>",
		page(6, "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Dest [5 0 R /Fit] >>] /PieceInfo << /X << /Private 8 0 R >> >>"), page(7, ""), page(8, ""),
		stream("WORDONE"), stream("WORDTWO"), "<< /Length 27 >>\nstream\n/I Do BT (WORDTHREE) Tj ET \nendstream",
		"<< /XObject << /I 10 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
		"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 10 >>\nstream\nIMAGETHREE\nendstream")
}

func TestExtractedPagesHoldNothingOfTheOthers(t *testing.T) {
	t.Parallel()
	content := threePages()
	expect(t, content, wire.Accept, "")
	for _, c := range []struct {
		first, last  int
		holds, never []string
	}{
		{1, 2, []string{"WORDONE", "WORDTWO"}, []string{"WORDTHREE", "IMAGETHREE"}},
		{3, 0, []string{"WORDTHREE", "IMAGETHREE"}, []string{"WORDONE", "WORDTWO"}},
		{2, 2, []string{"WORDTWO"}, []string{"WORDONE", "WORDTHREE", "IMAGETHREE"}},
	} {
		made, kind, pages := Extract(content, c.first, c.last)
		if kind != wire.PDF || pages != 3 {
			t.Errorf("%d to %d: %q of %d pages", c.first, c.last, kind, pages)
		}
		for _, word := range c.holds {
			if !bytes.Contains(made, []byte(word)) {
				t.Errorf("%d to %d: %s is missing", c.first, c.last, word)
			}
		}
		for _, word := range c.never {
			if bytes.Contains(made, []byte(word)) {
				t.Errorf("%d to %d: %s went along", c.first, c.last, word)
			}
		}
	}
	for _, c := range [][2]int{{0, 1}, {2, 1}, {1, 4}, {4, 0}} {
		if made, _, _ := Extract(content, c[0], c[1]); made != nil {
			t.Errorf("pages %d to %d were given of three", c[0], c[1])
		}
	}
	if made, kind, _ := Extract(photograph(t), 1, 1); made != nil || kind != "" {
		t.Error("a photograph gave pages")
	}
}

func TestPagesOfARealFile(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../../sample/documents/c14-dossier-60-pages-CNRYUEAUNQTJSW.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ first, last, pages int }{{1, 10, 10}, {11, 0, 50}} {
		made, _, whole := Extract(content, c.first, c.last)
		if v := Examine(made, wire.PDF); v.Outcome != wire.Accept || v.Pages != c.pages || whole != 60 {
			t.Errorf("%d to %d of %d: %+v", c.first, c.last, whole, v)
		}
	}
}
