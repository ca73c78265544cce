package wire

// Reason says why a piece is not simply accepted. The codes say nothing of a person or an illness: they may stand in clear.
type Reason string

const (
	MalwareSignature   Reason = "MALWARE_SIGNATURE"
	ExecutableContent  Reason = "EXECUTABLE_CONTENT"
	Macro              Reason = "MACRO"
	ActiveContent      Reason = "ACTIVE_CONTENT"
	EntityExpansion    Reason = "ENTITY_EXPANSION"
	DecompressionBomb  Reason = "DECOMPRESSION_BOMB"
	ExternalReference  Reason = "EXTERNAL_REFERENCE"
	EmbeddedFile       Reason = "EMBEDDED_FILE"
	PathTraversal      Reason = "PATH_TRAVERSAL"
	DuplicatePart      Reason = "DUPLICATE_PART"
	OverlappingEntries Reason = "OVERLAPPING_ENTRIES"
	Polyglot           Reason = "POLYGLOT"
	Encrypted          Reason = "ENCRYPTED"
	TooManyPages       Reason = "TOO_MANY_PAGES"
	DimensionsTooLarge Reason = "DIMENSIONS_TOO_LARGE"
	TypeMismatch       Reason = "TYPE_MISMATCH"
	TypeNotAllowed     Reason = "TYPE_NOT_ALLOWED"
	ArchiveNotAllowed  Reason = "ARCHIVE_NOT_ALLOWED"
	EmptyFile          Reason = "EMPTY_FILE"
	Unrecognised       Reason = "UNRECOGNISED"
	Truncated          Reason = "TRUNCATED"
	Corrupt            Reason = "CORRUPT"
	Repaired           Reason = "REPAIRED"
	HiddenRevision     Reason = "HIDDEN_REVISION"
	TrailingData       Reason = "TRAILING_DATA"
	PermissionsIgnored Reason = "PERMISSIONS_IGNORED"
	MetadataStripped   Reason = "METADATA_STRIPPED"
	NameNeutralised    Reason = "NAME_NEUTRALISED"
	NameRefused        Reason = "NAME_REFUSED"
)

// Reasons is the closed list, the gravest first: of several findings the first in this order is told.
var Reasons = []Reason{
	MalwareSignature, ExecutableContent, Macro, ActiveContent, EntityExpansion, DecompressionBomb, ExternalReference, EmbeddedFile,
	PathTraversal, DuplicatePart, OverlappingEntries, Polyglot, Encrypted, TooManyPages, DimensionsTooLarge, TypeMismatch, TypeNotAllowed,
	ArchiveNotAllowed, EmptyFile, Unrecognised, Truncated, Corrupt, Repaired, HiddenRevision, TrailingData, PermissionsIgnored,
	MetadataStripped, NameNeutralised, NameRefused,
}
