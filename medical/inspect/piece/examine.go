package piece

import (
	"cloison/medical/inspect/wire"
)

// Examine says what a piece is. It never fails: what breaks a parser is a corrupt file.
func Examine(content []byte, declared wire.MediaType) (v wire.Verdict) {
	defer func() {
		if recover() != nil { // a parser's own defect on a stranger's file: refused, like any file that cannot be read
			v = wire.Verdict{Outcome: wire.Reject, Reason: wire.Corrupt}
		}
	}()
	f := &findings{}
	switch {
	case len(content) == 0:
		f.refuse(wire.EmptyFile)
	case len(content) > wire.MaxBytes:
		f.refuse(wire.DimensionsTooLarge)
	default:
		examine(f, content, declared)
	}
	return f.verdict()
}

// examineBeginning says what a piece is that is too large to be looked at whole, as the operator's limits may allow for imaging: series of
// images, which nothing in a browser opens, are accepted by their type; anything else has to be sent in several files.
func examineBeginning(content []byte, declared wire.MediaType) wire.Verdict {
	f := &findings{}
	kind, not := detect(content)
	switch f.kind = kind; {
	case infected(content):
		f.refuse(wire.MalwareSignature)
	case kind == "":
		f.refuse(not)
	case declared != "" && declared != kind:
		f.refuse(wire.TypeMismatch)
	case kind != wire.DICOM && kind != wire.TIFF:
		f.refuse(wire.DimensionsTooLarge)
	case kind == wire.DICOM && executable(content):
		f.refuse(wire.Polyglot)
	}
	return f.verdict()
}

func examine(f *findings, content []byte, declared wire.MediaType) {
	if infected(content) {
		f.refuse(wire.MalwareSignature)
	}
	kind, not := detect(content)
	f.kind = kind
	if kind == "" {
		f.refuse(not)
		if not == wire.TypeNotAllowed && declared != "" {
			f.refuse(wire.TypeMismatch)
		}
		return
	}
	if declared != "" && declared != kind {
		f.refuse(wire.TypeMismatch)
	}
	if f.over() {
		return
	}
	switch kind {
	case wire.PDF:
		examinePDF(f, content)
	case wire.JPEG:
		examineJPEG(f, content)
	case wire.PNG:
		examinePNG(f, content)
	case wire.TIFF:
		examineTIFF(f, content)
	case wire.WebP:
		examineWebP(f, content)
	case wire.HEIC:
		examineHEIC(f, content)
	case wire.DICOM:
		examineDICOM(f, content)
	case wire.DOCX:
		examineDOCX(f, content)
	}
}
