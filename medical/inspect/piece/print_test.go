package piece

import (
	"os"
	"testing"

	"cloison/medical/inspect/wire"
)

// Every kind of image becomes a PDF of as many pages, of the same size each time; what is no image, or would be refused, becomes none.
func TestAnImageIsPrintedAsAPDF(t *testing.T) {
	t.Parallel()
	for file, pages := range map[string]int{
		"c22-certificat-CNRYEGK4N34EXK.JPG": 1, "c03-passeport-specimen.png": 1, "c05-certificat-fax-CNRYCN7IRRMPUF.tif": 2, "c10-scanner-CT_small.dcm": 1,
	} {
		content, err := os.ReadFile("../../../sample/documents/" + file)
		if err != nil {
			t.Fatal(err)
		}
		made, kind, n := Print(content)
		again, _, _ := Print(content)
		if v := Examine(made, wire.PDF); v.Outcome != wire.Accept || v.Pages != pages || n != pages || kind != wire.PDF || len(again) != len(made) {
			t.Errorf("%s: %+v, %d pages said, %d and %d bytes", file, v, n, len(made), len(again))
		}
	}
	for name, content := range map[string][]byte{"a PDF": threePages(), "a document of words": word(t), "nothing": nil, "what is none": []byte("zzz")} {
		if made, _, _ := Print(content); made != nil {
			t.Errorf("%s was printed", name)
		}
	}
}
