package piece

import (
	"bufio"
	"bytes"
	"errors"
	"slices"

	"cloison/medical/inspect/wire"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Extract gives some pages of a PDF as one of their own, from first to last (0: to the end), and says how many the whole has. The pages are
// copied into a new file with what they refer to: nothing of the other pages goes along (TestExtractedPagesHoldNothingOfTheOthers). As with
// Make, nothing is given of a piece that would be refused, nor of one in which something is still found.
func Extract(content []byte, first, last int) (made []byte, kind wire.MediaType, pages int) {
	defer func() {
		if recover() != nil { // as in Examine
			made, kind = nil, ""
		}
	}()
	v := Examine(content, "")
	if v.Outcome == wire.Reject || v.Type != wire.PDF {
		return nil, "", 0
	}
	if last == 0 {
		last = v.Pages
	}
	if first < 1 || last < first || last > v.Pages {
		return nil, "", v.Pages
	}
	made = cleanPDF(extractPDF(content, first, last))
	if after := Examine(made, wire.PDF); after.Outcome != wire.Accept || after.Pages != last-first+1 {
		return nil, "", v.Pages
	}
	return made, wire.PDF, v.Pages
}

func extractPDF(content []byte, first, last int) []byte {
	ctx, err := openPDF(content)
	if err != nil || ctx.EnsurePageCount() != nil {
		return nil
	}
	narrow(ctx)
	var numbers []int
	for n := first; n <= last; n++ {
		numbers = append(numbers, n)
	}
	of, err := pdfcpu.ExtractPages(ctx, numbers, false)
	if err != nil || pagesIn(of) != len(numbers) {
		return nil
	}
	var out bytes.Buffer
	of.Write.Writer = bufio.NewWriter(&out)
	if err := errors.Join(pdfcpu.WriteContext(of), of.Write.Flush()); err != nil {
		return nil
	}
	return out.Bytes()
}

// What a page is, and what an annotation of it points with: a link to another page would bring that page along.
var (
	ofPage  = []string{"Type", "Parent", "MediaBox", "CropBox", "Resources", "Contents", "Rotate", "UserUnit", "Group", "Annots"}
	pointer = []string{"Dest", "A", "PA", "IRT", "Popup", "Parent", "StructParent"}
)

// narrow leaves in every page, and in every annotation, what is drawn of it.
func narrow(ctx *model.Context) {
	for _, entry := range ctx.Table {
		if entry == nil || entry.Free {
			continue
		}
		page, ok := entry.Object.(types.Dict)
		if !ok || name(ctx, page["Type"]) != "Page" {
			continue
		}
		for key := range page {
			if !slices.Contains(ofPage, key) {
				delete(page, key)
			}
		}
		annotations, _ := ctx.DereferenceArray(page["Annots"])
		for _, one := range annotations {
			annotation, _ := ctx.DereferenceDict(one)
			for _, key := range pointer {
				delete(annotation, key)
			}
		}
	}
}

// pagesIn counts the pages that a file holds, in its tree or not.
func pagesIn(ctx *model.Context) (n int) {
	for _, entry := range ctx.Table {
		if entry == nil || entry.Free {
			continue
		}
		if d, ok := entry.Object.(types.Dict); ok && name(ctx, d["Type"]) == "Page" {
			n++
		}
	}
	return n
}
