package medical

import "slices"

// Examiners are those who received or examined the person at the stage of the report, by the events they recorded. None of them sits
// (R. 4127-105 CSP). A secretary among them excludes nobody: a secretary never sits.
func Examiners(c Case) []string {
	list := []string{}
	for _, e := range c.Events {
		if e.Stage != StageReport || slices.Contains(list, e.Actor) {
			continue
		}
		switch e.Data.(type) {
		case Presence, IdentiteVerifiee, ExamensDemandes, ExamensProduits:
			list = append(list, e.Actor)
		}
	}
	return list
}
