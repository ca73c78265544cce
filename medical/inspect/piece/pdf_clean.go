package piece

import (
	"bufio"
	"bytes"
	"errors"

	"cloison/medical/inspect/wire"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// cleanPDF writes a PDF anew, without what acts, points outside or is carried along; one revision, one table, no encryption. The result
// is examined like any piece, and given only if nothing is found in it any more: a removal that was forgotten shows nothing.
func cleanPDF(b []byte) []byte {
	ctx, err := openPDF(b)
	if err != nil {
		return nil
	}
	for _, entry := range ctx.Table {
		if entry != nil && !entry.Free {
			entry.Object = clean(ctx, entry.Object)
		}
	}
	ctx.Cmd = model.DECRYPT // of nothing, for most
	ctx.Encrypt = nil
	ctx.E = nil
	var out bytes.Buffer
	ctx.Write.Writer = bufio.NewWriter(&out)
	if err := errors.Join(pdfcpu.WriteContext(ctx), ctx.Write.Flush()); err != nil {
		return nil
	}
	if v := Examine(out.Bytes(), wire.PDF); v.Outcome != wire.Accept {
		return nil
	}
	return out.Bytes()
}

// clean gives what is kept of an object; nil is nothing.
func clean(ctx *model.Context, o types.Object) types.Object {
	switch o := o.(type) {
	case types.Dict:
		if dropped(ctx, o) {
			return nil
		}
		cleanDict(ctx, o)
	case types.StreamDict:
		if name(ctx, o.Dict["Type"]) == "EmbeddedFile" {
			return nil
		}
		cleanDict(ctx, o.Dict)
	case types.Array:
		kept := o[:0:0]
		for _, item := range o {
			if cleaned := clean(ctx, item); cleaned != nil || item == nil {
				kept = append(kept, cleaned)
			}
		}
		return kept
	}
	return o
}

// dropped: a dictionary that is an action or an annotation that is not shown, whoever refers to it.
func dropped(ctx *model.Context, d types.Dict) bool {
	kind := name(ctx, d["S"])
	return kind == "Launch" || actions[kind] != "" || annotations[name(ctx, d["Subtype"])] != "" || name(ctx, d["FS"]) == "URL"
}

func cleanDict(ctx *model.Context, d types.Dict) {
	for key, value := range d {
		if entries[key] != "" || key == "OpenAction" || key == "Ref" && name(ctx, d["Subtype"]) == "Form" {
			delete(d, key)
			continue
		}
		cleaned := clean(ctx, value)
		if cleaned == nil {
			delete(d, key)
			continue
		}
		d[key] = cleaned
	}
}
