// Package wire is what the medical program and the inspector say to each other: one request, the bytes of a piece, one answer. Every shape
// is closed, because the inspector has read a stranger's file: whatever it says beyond these codes and numbers is not believed.
package wire

import (
	"errors"
	"slices"
)

// Operation is what is asked of one inspector.
type Operation string

const (
	Check      Operation = "check"      // say what confines you, and end
	Inspect    Operation = "inspect"    // say what the piece is
	Render     Operation = "render"     // give what a viewer may show of it
	Neutralise Operation = "neutralise" // give the piece without what was found in it
	Print      Operation = "print"      // give an image as a PDF
	Extract    Operation = "extract"    // give some pages of a PDF, as one of their own
)

// Request precedes the bytes of a piece. Size is their number: an inspector that reads another one says nothing. Whole is the size of the
// piece: a larger one is looked at by its beginning alone.
type Request struct {
	Operation Operation `json:"operation"`
	Size      int64     `json:"size"`
	Whole     int64     `json:"whole"`
	Declared  MediaType `json:"declared"` // "" when it is not known
	Page      int       `json:"page"`     // from 1; for render, and the first one for extract
	Last      int       `json:"last"`     // for extract; 0 is to the end
	Weak      bool      `json:"weak"`     // go on where a confinement is missing: never in production
}

// Outcome is what becomes of a piece.
type Outcome string

const (
	Accept    Outcome = "ACCEPT"
	Sanitised Outcome = "SANITISED"
	Reject    Outcome = "REJECT"
)

// Verdict is what an inspection found.
type Verdict struct {
	Outcome Outcome   `json:"outcome"`
	Reason  Reason    `json:"reason"` // "" with ACCEPT, and only then
	Type    MediaType `json:"type"`   // what the bytes are; "" when that is no admitted type
	Pages   int       `json:"pages"`  // 0 when it has none
}

// Answer is the whole of what an inspector says before any content.
type Answer struct {
	Missing []string `json:"missing"` // confinements that this machine refused
	Verdict *Verdict `json:"verdict"` // to inspect
	Content *Content `json:"content"` // to all but inspect and check: Size bytes follow
}

// Content is what follows an answer. Size 0 says that there is nothing harmless to show.
type Content struct {
	Type  MediaType `json:"type"`
	Size  int64     `json:"size"`
	Pages int       `json:"pages"`
}

// MaxAnswer bounds an answer, in bytes.
const MaxAnswer = 4096

// ErrAnswer: the inspector said something that has not the shape of an answer.
var ErrAnswer = errors.New("the inspector's answer has not its shape")

// Validate refuses a verdict that no honest inspector gives.
func (v Verdict) Validate() error {
	known := v.Type == "" || slices.Contains(Admitted, v.Type)
	reasoned := slices.Contains(Reasons, v.Reason)
	switch {
	case !known, v.Pages < 0, v.Pages > MaxPages:
	case v.Outcome == Accept && v.Reason == "" && v.Type != "":
		return nil
	case v.Outcome == Sanitised && reasoned && v.Type != "":
		return nil
	case v.Outcome == Reject && reasoned:
		return nil
	}
	return ErrAnswer
}

// Validate refuses a content that would be shown as something else than a still page, or that is larger than a rendition may be.
func (c Content) Validate() error {
	shown := slices.Contains(Shown, c.Type) || slices.Contains(Admitted, c.Type)
	if c.Size < 0 || c.Size > MaxContent || c.Pages < 0 || c.Pages > MaxPages || c.Size > 0 && !shown {
		return ErrAnswer
	}
	return nil
}
