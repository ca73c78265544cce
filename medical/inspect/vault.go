package inspect

import (
	"context"

	"cloison/medical/inspect/wire"
	"cloison/medical/vault"
)

// ForVault is the inspector as the vault asks for it: the verdict also rests on the declared name.
func (i *Inspector) ForVault() vault.Inspector { return forVault{i} }

type forVault struct{ i *Inspector }

// Begin cannot fail: an inspection that could not be started fails at its first byte, and the document waits for its first opening.
func (v forVault) Begin(about vault.Inspected) vault.Inspection {
	x, err := v.i.Begin(about.Input.Size, about.Input.MediaType)
	if err != nil {
		return notStarted{err}
	}
	return inspected{x, about.Input.DeclaredName}
}

type inspected struct {
	*Inspection
	name string
}

func (x inspected) Verdict() (vault.Verdict, error) {
	v, err := x.Inspection.Verdict(context.Background()) // bounded by the inspector's own time
	if err != nil {
		return vault.Verdict{}, err
	}
	v = Judge(v, x.name)
	return vault.Verdict{Outcome: vault.Outcome(v.Outcome), Reason: string(v.Reason)}, nil
}

type notStarted struct{ err error }

func (x notStarted) Write([]byte) (int, error)       { return 0, x.err }
func (x notStarted) Verdict() (vault.Verdict, error) { return vault.Verdict{}, x.err }
func (x notStarted) Close() error                    { return nil }

// Shown says whether a reader gets the piece itself: what was only its name is put right by another name.
func Shown(v vault.Verdict) bool {
	return v.Outcome == vault.Accept || v.Outcome == vault.Sanitised && v.Reason == string(wire.NameNeutralised)
}
