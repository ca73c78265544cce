package wire

// MediaType is one of the few types that are spoken of; any other is "".
type MediaType string

const (
	PDF   MediaType = "application/pdf"
	JPEG  MediaType = "image/jpeg"
	PNG   MediaType = "image/png"
	TIFF  MediaType = "image/tiff"
	WebP  MediaType = "image/webp"
	HEIC  MediaType = "image/heic"
	DICOM MediaType = "application/dicom"
	DOCX  MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	Text  MediaType = "text/plain; charset=utf-8" // of renditions only
)

// Admitted are the types that may enter a dossier; Shown, those that a rendition may have.
var (
	Admitted = []MediaType{PDF, JPEG, PNG, TIFF, WebP, HEIC, DICOM, DOCX}
	Shown    = []MediaType{PDF, PNG, JPEG, Text}
)
