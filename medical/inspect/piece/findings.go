package piece

import (
	"slices"

	"cloison/medical/inspect/wire"
)

// findings are what was seen in one piece. A refusal stands before anything that can be neutralised; of equals the gravest is told.
type findings struct {
	kind    wire.MediaType
	pages   int
	refused []wire.Reason
	removed []wire.Reason // found, and absent from what a reader is shown
}

func (f *findings) refuse(r wire.Reason) { f.refused = append(f.refused, r) }
func (f *findings) remove(r wire.Reason) { f.removed = append(f.removed, r) }

// over says that looking further would change nothing.
func (f *findings) over() bool { return len(f.refused) > 0 }

func (f *findings) verdict() wire.Verdict {
	v := wire.Verdict{Type: f.kind, Pages: min(f.pages, wire.MaxPages)}
	switch {
	case len(f.refused) > 0:
		v.Outcome, v.Reason = wire.Reject, gravest(f.refused)
	case f.kind == "":
		v.Outcome, v.Reason = wire.Reject, wire.Unrecognised
	case len(f.removed) > 0:
		v.Outcome, v.Reason = wire.Sanitised, gravest(f.removed)
	default:
		v.Outcome = wire.Accept
	}
	return v
}

func gravest(found []wire.Reason) wire.Reason {
	return slices.MinFunc(found, func(a, b wire.Reason) int {
		return slices.Index(wire.Reasons, a) - slices.Index(wire.Reasons, b)
	})
}
