package medical

import "slices"

// LiftSecrecy is the event of a lifting: only the applicant himself lifts the secrecy that protects him (CE, 28 July 2022, n° 441481), and for
// a minor a holder of parental authority. A lawyer's letter is a proof of it, not another hand.
func (c Case) LiftSecrecy(scope, by string) (LeveeSecret, error) {
	switch {
	case c.Minor() && slices.Contains(c.Representatives, by):
		return LeveeSecret{Scope: scope, By: by}, nil
	case !c.Minor() && (by == "" || by == "patient"):
		return LeveeSecret{Scope: scope}, nil
	}
	return LeveeSecret{}, LiftingWrongPerson
}
