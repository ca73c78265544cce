package vault

import (
	"io"

	"cloison/medical"
)

// Inspector looks at what a document contains while it is sealed, and says whether it may enter the dossier. It is given the plaintext
// once, in order, in the process that received all of it; a document that no process saw whole is given to it again when a physician
// opens it first, before any byte is served. It must be safe for concurrent use, bounded in memory and time, and write nothing anywhere.
type Inspector interface {
	Begin(about Inspected) Inspection
}

// Inspected is what was declared of the content.
type Inspected struct {
	Dossier, Document string
	Input             medical.DocumentInput // kind, declared name and media type, size, pages
}

// Inspection is the look at one content. Write takes the next bytes: it must not keep p, and its errors are not those of the content (a
// content that is refused is refused by Verdict): an error, or a short write, ends the inspection, and the document waits for its first
// opening. Verdict is called at most once, after the last byte. Close is called exactly once, in every case.
type Inspection interface {
	io.Writer
	Verdict() (Verdict, error)
	Close() error
}

// Verdict is what the inspection found. Reason is a code of the closed list of refusals (package policy knows its sentence and its kind),
// never a word of the content; it is empty for Accept.
type Verdict struct {
	Outcome Outcome
	Reason  string
}

// Outcome is what becomes of a content.
type Outcome string

const (
	Accept    Outcome = "ACCEPT"    // as it is
	Sanitised Outcome = "SANITISED" // kept, but a reader is shown a harmless version only
	Reject    Outcome = "REJECT"    // does not enter the dossier: destroyed at upload, excluded at the first opening
)

func (v Verdict) valid() bool {
	switch v.Outcome {
	case Accept:
		return v.Reason == ""
	case Sanitised, Reject:
		return v.Reason != ""
	}
	return false
}

// acceptAll is the inspector of a vault that was given none.
type acceptAll struct{}

func (acceptAll) Begin(Inspected) Inspection  { return acceptAll{} }
func (acceptAll) Write(p []byte) (int, error) { return len(p), nil }
func (acceptAll) Verdict() (Verdict, error)   { return Verdict{Outcome: Accept}, nil }
func (acceptAll) Close() error                { return nil }
