package piece

import (
	"bufio"
	"bytes"
	"errors"
	"image"

	"cloison/medical/inspect/wire"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Print gives an image as a PDF, to print or to lodge with a court, which takes nothing else (R. 414-5 CJA): on each page one of its pages, as a
// reader sees it. Its size is the same each time. Nothing is given of a piece that would be refused, nor of one that is no image.
func Print(content []byte) (made []byte, kind wire.MediaType, pages int) {
	defer func() {
		if recover() != nil { // as in Examine
			made, kind = nil, ""
		}
	}()
	v := Examine(content, "")
	if v.Outcome == wire.Reject || v.Type == wire.PDF || v.Type == wire.DOCX {
		return nil, "", 0
	}
	made = printed(content, v)
	if Examine(made, wire.PDF).Outcome != wire.Accept {
		return nil, "", v.Pages
	}
	return made, wire.PDF, max(v.Pages, 1)
}

func printed(content []byte, v wire.Verdict) []byte {
	ctx, err := pdfcpu.CreateContextWithXRefTable(configuration(), types.PaperSize["A4"])
	if err != nil {
		return nil
	}
	for page := range max(v.Pages, 1) {
		if err := addImage(ctx, content, v.Type, page+1); err != nil {
			return nil
		}
	}
	var out bytes.Buffer
	ctx.Write.Writer = bufio.NewWriter(&out)
	if err := errors.Join(pdfcpu.WriteContext(ctx), ctx.Write.Flush()); err != nil {
		return nil
	}
	return out.Bytes()
}

// addImage draws one page of an image on an A4 page of its own, upright or lying as it is.
func addImage(ctx *model.Context, content []byte, kind wire.MediaType, page int) error {
	shown, _ := render(content, kind, page)
	c, _, err := image.DecodeConfig(bytes.NewReader(shown))
	if err != nil {
		return err
	}
	paper := *types.PaperSize["A4"]
	if c.Width > c.Height {
		paper.Width, paper.Height = paper.Height, paper.Width
	}
	tree, err := ctx.Pages()
	if err != nil {
		return err
	}
	node, err := ctx.DereferenceDict(*tree)
	if err != nil {
		return err
	}
	drawn, err := pdfcpu.NewPagesForImage(ctx.XRefTable, bytes.NewReader(shown), tree, &pdfcpu.Import{PageDim: &paper, Pos: types.Center, Scale: 0.95, InpUnit: types.POINTS})
	if err != nil {
		return err
	}
	for _, ref := range drawn {
		if err := model.AppendPageTree(ref, 1, node); err != nil {
			return err
		}
		ctx.PageCount++
	}
	return nil
}
