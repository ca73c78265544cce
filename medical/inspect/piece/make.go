package piece

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"cloison/medical/inspect/wire"
)

// Make gives what a viewer may show of a piece (Render: one page of an image, a whole clean PDF, the words of a text), or the piece
// without what was found in it (Neutralise: the same type, the same pixels). Nothing is given of a piece that would be refused, nor of
// one in which, once made, something is still found.
func Make(content []byte, operation wire.Operation, page int) (made []byte, kind wire.MediaType, pages int) {
	defer func() {
		if recover() != nil { // as in Examine
			made, kind = nil, ""
		}
	}()
	v := Examine(content, "")
	if v.Outcome == wire.Reject {
		return nil, "", 0
	}
	if operation == wire.Neutralise {
		made, kind = neutralise(content, v.Type), v.Type
		if Examine(made, v.Type).Outcome != wire.Accept {
			return nil, "", v.Pages
		}
		return made, kind, v.Pages
	}
	made, kind = render(content, v.Type, page)
	return made, kind, v.Pages
}

func neutralise(b []byte, kind wire.MediaType) []byte {
	switch kind {
	case wire.PDF:
		return cleanPDF(b)
	case wire.JPEG:
		return stripJPEG(b)
	case wire.PNG:
		return stripPNG(b)
	case wire.TIFF:
		return stripTIFF(b)
	case wire.WebP:
		return stripWebP(b)
	case wire.HEIC:
		return stripHEIC(b)
	case wire.DICOM:
		return blankPreamble(b)
	}
	return nil
}

func render(b []byte, kind wire.MediaType, page int) ([]byte, wire.MediaType) {
	switch kind {
	case wire.PDF:
		return cleanPDF(b), wire.PDF
	case wire.DOCX:
		return docxText(b), wire.Text
	case wire.JPEG:
		return photo(b)
	}
	m, err := pageOf(b, kind, page)
	if err != nil {
		return nil, ""
	}
	var out bytes.Buffer
	if png.Encode(&out, m) != nil {
		return nil, ""
	}
	return out.Bytes(), wire.PNG
}

// photo decodes and encodes a photograph: pixels only.
func photo(b []byte) ([]byte, wire.MediaType) {
	m, err := decodeJPEG(b)
	if err != nil {
		return nil, ""
	}
	orientation := 1
	segments, _, _ := jpegSegments(b)
	for _, s := range segments {
		orientation = max(orientation, jpegOrientation(b, s))
	}
	var out bytes.Buffer
	if jpeg.Encode(&out, turned(m, orientation), &jpeg.Options{Quality: 92}) != nil {
		return nil, ""
	}
	return out.Bytes(), wire.JPEG
}

// pageOf decodes one page of an image.
func pageOf(b []byte, kind wire.MediaType, page int) (image.Image, error) {
	switch kind {
	case wire.PNG:
		_, end, _ := pngChunks(b)
		return decodePNG(b[:end])
	case wire.WebP:
		_, end, _ := webpChunks(b)
		return decodeWebP(b[:end])
	case wire.TIFF:
		t, err := openTIFF(b)
		if err != nil {
			return nil, err
		}
		pages, err := t.pages()
		if err != nil || page < 1 || page > len(pages) {
			return nil, errNotShown
		}
		m, err := decodeTIFF(b, pages[page-1])
		if err != nil {
			return nil, err
		}
		return turned(m, int(pages[page-1].number(tagOrientation, 1))), nil
	case wire.DICOM:
		return dicomFrame(b, page)
	}
	return nil, errNotShown
}
