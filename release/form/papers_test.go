package form_test

import (
	"strings"
	"testing"

	"cloison/release/form"
)

// Several papers in one file: each begins a page, is numbered by itself, and the file is whole.
func TestPapersAreEachOnPagesOfTheirOwn(t *testing.T) {
	t.Parallel()
	short := form.Paper{Title: "Convocation", On: "2026-03-12", To: []string{"DEUXIÈME Personne"}, Blocks: []form.Block{{Text: "Une ligne."}}}
	file, err := form.Papers{longPaper(), short}.PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := save(t, file)
	tool(t, "qpdf", "--check", path)
	pages := strings.Split(strings.TrimSuffix(tool(t, "pdftotext", path, "-"), "\f"), "\f")
	last := pages[len(pages)-1]
	if len(pages) < 4 || !strings.Contains(last, "DEUXIÈME Personne") || !strings.Contains(last, "page 1 / 1") || strings.Contains(last, "Partie 089") {
		t.Errorf("the last of %d pages reads %q", len(pages), last)
	}
	if !strings.Contains(pages[0], "page 1 / "+string(rune('0'+len(pages)-1))) {
		t.Errorf("the first page counts the other paper's: %q", pages[0])
	}
	if _, err := (form.Papers{}).PDF(); err == nil {
		t.Error("a file of no paper")
	}
	if _, err := (form.Papers{short, {Title: "Sans jour"}}).PDF(); err == nil {
		t.Error("a paper without a day")
	}
}
