package medical

import "slices"

// Examiners are those who received or examined the person at the stage of the report, by the events they recorded, and whoever was its author
// before the one who is. None of them sits (R. 4127-105 CSP). A secretary among them excludes nobody: a secretary never sits.
func Examiners(c Case) []string {
	list := FormerRapporteurs(c)
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

// FormerRapporteurs are those who were in charge of the report and are not any more.
func FormerRapporteurs(c Case) []string {
	list, last := []string{}, ""
	for _, e := range c.Events {
		d, ok := e.Data.(RapporteurDesigne)
		if !ok || d.Rapporteur == last {
			continue
		}
		if last != "" && !slices.Contains(list, last) {
			list = append(list, last)
		}
		last = d.Rapporteur
	}
	return slices.DeleteFunc(list, func(one string) bool { return one == last })
}
