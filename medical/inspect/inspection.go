package inspect

import (
	"context"
	"slices"

	"cloison/medical/inspect/wire"
)

// Inspection is the look at one piece. It is for one goroutine, and must be closed.
type Inspection struct {
	i    *Inspector
	c    *child
	left int64 // bytes that the process still takes
}

// Begin starts the inspection of size bytes. Declared is what the sender says they are, "" when it is not known. Where as many wait for
// the rest of their piece as may, the one that has waited longest ends: it can be begun again.
func (i *Inspector) Begin(size int64, declared string) (*Inspection, error) {
	kind := wire.MediaType(declared)
	if !slices.Contains(wire.Admitted, kind) {
		kind = "" // the bytes decide
	}
	x := &Inspection{i: i, left: min(size, wire.MaxBytes)}
	c, err := i.start(wire.Request{Operation: wire.Inspect, Size: x.left, Whole: size, Declared: kind, Weak: i.weak})
	if err != nil {
		return nil, err
	}
	x.c = c
	i.open.enter(x)
	return x, nil
}

// Write gives the next bytes of the piece.
func (x *Inspection) Write(p []byte) (int, error) {
	x.i.open.touch(x)
	given := p[:min(int64(len(p)), x.left)]
	x.left -= int64(len(given))
	if len(given) > 0 {
		if n, err := x.c.write(given, x.i.o.Time); err != nil {
			return n, err
		}
	}
	return len(p), nil // what is beyond the bound is not looked at (wire.MaxBytes)
}

// Verdict is what the piece is, once all of it was written.
func (x *Inspection) Verdict(ctx context.Context) (wire.Verdict, error) {
	a, err := x.i.ask(ctx, x.c)
	if err != nil {
		return wire.Verdict{}, err
	}
	if a.Verdict == nil {
		return wire.Verdict{}, wire.ErrAnswer
	}
	return *a.Verdict, a.Verdict.Validate()
}

// Close ends the process. It may be called at any time, and again.
func (x *Inspection) Close() error {
	x.i.open.leave(x)
	x.c.end()
	return nil
}
