package inspect

import "cloison/medical/inspect/wire"

// Judge adds to what a piece is what its name is: a name that had to be changed is told, of a piece that is otherwise accepted.
func Judge(v wire.Verdict, declaredName string) wire.Verdict {
	if _, changed := Name(declaredName, v.Type); changed && v.Outcome == wire.Accept {
		v.Outcome, v.Reason = wire.Sanitised, wire.NameNeutralised
	}
	return v
}
