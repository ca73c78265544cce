package piece

import (
	"bytes"

	"cloison/medical/inspect/wire"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// What an action of a PDF is taken for, by its name (ISO 32000-1, 12.6.4). GoTo and Named, absent here, move inside the file. A program
// that would be launched is no accident of a scanner: it is refused whole.
var actions = map[string]wire.Reason{
	"JavaScript": wire.ActiveContent, "Rendition": wire.ActiveContent, "Movie": wire.ActiveContent, "Sound": wire.ActiveContent,
	"RichMediaExecute": wire.ActiveContent, "GoTo3DView": wire.ActiveContent, "Hide": wire.ActiveContent, "ResetForm": wire.ActiveContent,
	"URI": wire.ExternalReference, "GoToR": wire.ExternalReference, "GoToE": wire.ExternalReference, "SubmitForm": wire.ExternalReference,
	"ImportData": wire.ExternalReference, "Thread": wire.ExternalReference,
}

// What an annotation is taken for, by its subtype (12.5.6).
var annotations = map[string]wire.Reason{
	"FileAttachment": wire.EmbeddedFile, "RichMedia": wire.ActiveContent, "Movie": wire.ActiveContent, "Sound": wire.ActiveContent,
	"Screen": wire.ActiveContent, "3D": wire.ActiveContent,
}

// What the mere presence of an entry says.
var entries = map[string]wire.Reason{
	"JS": wire.ActiveContent, "JavaScript": wire.ActiveContent, "AA": wire.ActiveContent, "XFA": wire.ActiveContent, "RichMediaContent": wire.ActiveContent,
	"EF": wire.EmbeddedFile, "EmbeddedFiles": wire.EmbeddedFile, "AF": wire.EmbeddedFile, "Collection": wire.EmbeddedFile,
}

func examineObject(f *findings, ctx *model.Context, o types.Object) {
	switch o := o.(type) {
	case types.Dict:
		examineDict(f, ctx, o)
	case types.StreamDict:
		examineStream(f, ctx, o)
	case *types.StreamDict:
		examineStream(f, ctx, *o)
	case types.ObjectStreamDict:
		examineStream(f, ctx, o.StreamDict)
	case types.XRefStreamDict:
		examineStream(f, ctx, o.StreamDict)
	case types.Array:
		for _, item := range o {
			examineObject(f, ctx, item)
		}
	}
}

func examineDict(f *findings, ctx *model.Context, d types.Dict) {
	switch kind := name(ctx, d["S"]); {
	case kind == "Launch":
		f.refuse(wire.ActiveContent)
	case actions[kind] != "":
		f.remove(actions[kind])
	}
	if reason := annotations[name(ctx, d["Subtype"])]; reason != "" {
		f.remove(reason)
	}
	if name(ctx, d["FS"]) == "URL" {
		f.remove(wire.ExternalReference)
	}
	for key, value := range d {
		if reason := entries[key]; reason != "" {
			f.remove(reason)
		}
		if key == "XFA" && declaresEntities(ctx, value) {
			f.refuse(wire.ExternalReference)
		}
		examineObject(f, ctx, value)
	}
}

func examineStream(f *findings, ctx *model.Context, s types.StreamDict) {
	if s.Dict["F"] != nil {
		f.refuse(wire.ExternalReference) // the content would be fetched from elsewhere
		return
	}
	if s.Dict["Ref"] != nil && name(ctx, s.Dict["Subtype"]) == "Form" {
		f.remove(wire.ExternalReference)
	}
	width, _ := ctx.DereferenceInteger(s.Dict["Width"])
	height, _ := ctx.DereferenceInteger(s.Dict["Height"])
	if width != nil && height != nil && !pixels(int64(*width), int64(*height)) {
		f.refuse(wire.DimensionsTooLarge)
	}
	m := newMeter(allowance(int64(len(s.Raw))))
	if m.take(decoded(s)) {
		f.refuse(wire.DecompressionBomb)
		return
	}
	if m.infected {
		f.refuse(wire.MalwareSignature)
	}
	if name(ctx, s.Dict["Type"]) == "EmbeddedFile" {
		f.remove(wire.EmbeddedFile)
		if start, _ := some(decoded(s), headerWithin); executable(start) {
			f.refuse(wire.ExecutableContent)
		}
	}
	examineDict(f, ctx, s.Dict)
}

// pixels says whether an image may be that large.
func pixels(width, height int64) bool {
	return width >= 0 && height >= 0 && (width == 0 || height <= wire.MaxPixels/width)
}

// name is the name that o is or refers to, "" for anything else.
func name(ctx *model.Context, o types.Object) string {
	if o == nil {
		return ""
	}
	o, err := ctx.Dereference(o)
	if n, ok := o.(types.Name); ok && err == nil {
		return n.Value()
	}
	return ""
}

// formLimit bounds what is read of an XFA form to look for entities.
const formLimit = 16 << 20

// declaresEntities: an XFA form that brings its own definitions reads files or expands without end when it is parsed.
func declaresEntities(ctx *model.Context, o types.Object) bool {
	o, err := ctx.Dereference(o)
	if err != nil {
		return false
	}
	switch o := o.(type) {
	case types.Array:
		for _, packet := range o {
			if stream, _, err := ctx.DereferenceStreamDict(packet); err == nil && stream != nil && definesEntities(*stream) {
				return true
			}
		}
	case types.StreamDict:
		return definesEntities(o)
	}
	return false
}

func definesEntities(s types.StreamDict) bool {
	b, _ := some(decoded(s), formLimit)
	return bytes.Contains(b, []byte("<!ENTITY")) || bytes.Contains(b, []byte("<!DOCTYPE"))
}
