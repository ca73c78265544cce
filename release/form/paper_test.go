package form_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"cloison/release/form"
)

func longPaper() form.Paper {
	p := form.Paper{Title: "Information sur l’accord", On: "2026-03-12", Number: "Pièce n° 3", Foot: "Dossier 0b6f9c1e",
		From: []string{"Office français de l’immigration et de l’intégration", "Service médical"}, To: []string{"FICTIVAUX Élodie", "1 rue des Essais", "75011 Paris"}}
	for i := range 90 {
		p.Blocks = append(p.Blocks, form.Block{Heading: fmt.Sprintf("Partie %03d", i), Name: "Qui", Text: fmt.Sprintf("ligne %03d de l’œuvre\nsuite %03d", i, i)})
	}
	return p
}

// A paper of several pages is whole, tagged, and read in the order in which it was written.
func TestAPaperIsReadInItsOrder(t *testing.T) {
	t.Parallel()
	file, err := longPaper().PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := save(t, file)
	tool(t, "qpdf", "--check", path)
	info := tool(t, "pdfinfo", path)
	for _, want := range []string{"Title:           Information sur l’accord", "Tagged:          yes", "(A4)"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, info)
		}
	}
	if strings.Contains(info, "Pages:           1\n") {
		t.Error("everything is on one page")
	}
	said := normal(tool(t, "pdftotext", path, "-"))
	at := 0
	order := []string{"Office français de l’immigration", "FICTIVAUX Élodie", "75011 Paris", "Information sur l’accord"}
	for i := range 90 {
		order = append(order, fmt.Sprintf("Partie %03d", i), fmt.Sprintf("ligne %03d de l’œuvre", i), fmt.Sprintf("suite %03d", i))
	}
	for _, want := range order {
		next := strings.Index(said[at:], want)
		if next < 0 {
			t.Fatalf("%q is missing after %q", want, said[max(0, at-40):at])
		}
		at += next
	}
	structure := tool(t, "pdfinfo", "-struct-text", path)
	if strings.Index(structure, "Partie 000") > strings.Index(structure, "Partie 089") || strings.Contains(structure, "page 1 /") {
		t.Error("who has it read aloud hears it in another order, or hears its foot")
	}
	if n := strings.Count(tool(t, "pdftotext", path, "-"), "Dossier 0b6f9c1e, page "); n < 3 {
		t.Errorf("%d pages have a foot", n)
	}
}

func TestTheSamePaperIsTheSameBytes(t *testing.T) {
	t.Parallel()
	one, err := longPaper().PDF()
	if err != nil {
		t.Fatal(err)
	}
	two, err := longPaper().PDF()
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("the same paper was drawn otherwise: %v", err)
	}
	if _, err := (form.Paper{Title: "Sans jour"}).PDF(); err == nil {
		t.Error("a paper without a day")
	}
	strange := form.Paper{Title: "𝔄 中", On: "2026-03-12", Blocks: []form.Block{{Text: strings.Repeat("É", 3000) + " 中"}}}
	file, err := strange.PDF()
	if err != nil {
		t.Fatal(err)
	}
	tool(t, "qpdf", "--check", save(t, file))
}
