package wire

// What a piece may be at most.
const (
	MaxBytes     = 50 << 20    // of a file that is looked at whole
	MaxPages     = 500         // of a document, or frames of an image
	MaxPixels    = 200_000_000 // of one image
	MaxExpansion = 200         // times its size, once decompressed
	MaxContent   = 128 << 20   // of a rendition
)
