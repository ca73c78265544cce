package inspect

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cloison/medical/inspect/wire"
)

// nameLength is what is shown of a name, in characters.
const nameLength = 120

// extensions that name a type; the first is given to a name that has another's.
var extensions = map[wire.MediaType][]string{
	wire.PDF: {".pdf"}, wire.JPEG: {".jpg", ".jpeg", ".jpe", ".jfif"}, wire.PNG: {".png"}, wire.TIFF: {".tif", ".tiff"}, wire.WebP: {".webp"},
	wire.HEIC: {".heic", ".heif"}, wire.DICOM: {".dcm", ".dicom"}, wire.DOCX: {".docx"},
}

// Names that Windows takes for devices.
var devices = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// Name gives a declared file name as it may be shown and proposed for download: one line, one way to read it, no path, nothing that an
// interpreter or a header takes for more than a letter, and the extension of what the file is. changed says that it was not so already.
// Accents written in two characters become one, which changes nothing that is seen.
func Name(declared string, kind wire.MediaType) (name string, changed bool) {
	composed := norm.NFC.String(declared)
	name = strings.Map(letter, strings.ToValidUTF8(composed, "_"))
	name = strings.TrimLeft(strings.TrimRight(name, " ."), " .-_")
	name = fitted(name, kind)
	if stem, _, _ := strings.Cut(name, "."); slices.Contains(devices, strings.ToLower(stem)) {
		name = "piece-" + name
	}
	return name, name != composed
}

// letter replaces what is not one.
func letter(r rune) rune {
	switch {
	case strings.ContainsRune(`/\:*?"<>|%$&;=`+"`", r), r == utf8.RuneError:
		return '_'
	case unicode.Is(unicode.Bidi_Control, r), unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
		return '_'
	}
	return r
}

// fitted gives a name its type's extension and a length that can be shown.
func fitted(name string, kind wire.MediaType) string {
	extension := path.Ext(name)
	own := extensions[kind]
	if extension != "" && len(own) > 0 && !slices.Contains(own, strings.ToLower(extension)) {
		name = strings.TrimSuffix(name, extension)
		if known := strings.ToLower(path.Ext(name)); !slices.Contains(own, known) {
			name += own[0]
		}
		extension = path.Ext(name)
	}
	stem := strings.TrimSuffix(name, extension)
	if stem == "" {
		stem = "piece"
		if extension == "" && len(own) > 0 {
			extension = own[0]
		}
	}
	if letters := []rune(stem); len(letters)+len(extension) > nameLength {
		stem = string(letters[:nameLength-len(extension)])
	}
	return stem + extension
}
