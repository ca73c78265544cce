package piece

import (
	"archive/zip"
	"bytes"
	"slices"

	"cloison/medical/inspect/wire"
)

// headerWithin is how far readers look for the start of a PDF.
const headerWithin = 1024

// detect names the admitted type that the bytes are, or says why they are none.
func detect(b []byte) (wire.MediaType, wire.Reason) {
	switch {
	case len(b) > 132 && string(b[128:132]) == "DICM": // before TIFF: a DICOM preamble may be a TIFF header
		return wire.DICOM, ""
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return wire.JPEG, ""
	case bytes.HasPrefix(b, []byte(pngMagic)):
		return wire.PNG, ""
	case bytes.HasPrefix(b, []byte("II*\x00")), bytes.HasPrefix(b, []byte("MM\x00*")):
		return wire.TIFF, ""
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return wire.WebP, ""
	case len(b) >= 12 && string(b[4:8]) == "ftyp":
		return heic(b)
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return archive(b)
	case executable(b):
		return "", wire.ExecutableContent
	case bytes.Contains(b[:min(len(b), headerWithin)], []byte("%PDF-")):
		return wire.PDF, ""
	}
	return "", known(b)
}

func heic(b []byte) (wire.MediaType, wire.Reason) {
	if slices.Contains([]string{"heic", "heix", "heim", "heis", "mif1"}, string(b[8:12])) {
		return wire.HEIC, ""
	}
	return "", wire.TypeNotAllowed
}

// archive tells a Word document from any other archive by the two parts that make it one.
func archive(b []byte) (wire.MediaType, wire.Reason) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "", wire.ArchiveNotAllowed
	}
	parts := 0
	for _, f := range z.File {
		if f.Name == contentTypes || f.Name == mainPart {
			parts++
		}
	}
	if parts < 2 {
		return "", wire.ArchiveNotAllowed
	}
	return wire.DOCX, ""
}

func executable(b []byte) bool {
	for _, magic := range []string{"MZ", "\x7fELF", "#!", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	return false
}

// known tells a type that is recognised and not admitted from bytes that nobody can name.
func known(b []byte) wire.Reason {
	for _, magic := range []string{"Rar!", "7z\xbc\xaf", "\x1f\x8b", "BZh", "\xfd7zXZ", "PK\x05\x06"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return wire.ArchiveNotAllowed
		}
	}
	for _, magic := range []string{"GIF8", "BM", "{\\rtf", "%!PS", "\xd0\xcf\x11\xe0", "II+\x00", "MM\x00+"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return wire.TypeNotAllowed
		}
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(b[:min(len(b), headerWithin)], []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(start, []byte("<")) {
		return wire.TypeNotAllowed // HTML, SVG, XML
	}
	return wire.Unrecognised
}
