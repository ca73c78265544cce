package store

import "slices"

// What a physician still had to do in a dossier.
const (
	OwedReport       = "RAPPORT"
	OwedTransmission = "TRANSMISSION"
	OwedSupplement   = "COMPLEMENT"
	OwedAnswer       = "REPONSE"
	OwedSignature    = "SIGNATURE"
	OwedNothing      = "RIEN" // his signature stands, and counts
)

// OwedBy is what a physician still has to do in a dossier whose opinion is awaited, as its author and as a member.
func OwedBy(d Dossier, person string) []Succession {
	var list []Succession
	p := d.Policy
	if p.Closed || p.Issued {
		return nil
	}
	add := func(capacity string, composition int, owed string) {
		list = append(list, Succession{Dossier: d.ID, Capacity: capacity, Composition: composition, Predecessor: person, Owed: owed})
	}
	switch {
	case p.Rapporteur != person:
	case !p.ReportSigned:
		add(AsRapporteur, 0, OwedReport)
	case !p.ReportTransmitted:
		add(AsRapporteur, 0, OwedTransmission)
	case p.SupplementAsked:
		add(AsRapporteur, 0, OwedSupplement)
	}
	c := p.Composition
	if c == nil || !c.Open || !slices.Contains(c.Members, person) {
		return list
	}
	switch {
	case slices.Contains(c.Signed, person):
		add(AsMember, c.Version, OwedNothing)
	case !slices.Contains(c.Answered, person):
		add(AsMember, c.Version, OwedAnswer)
	default:
		add(AsMember, c.Version, OwedSignature)
	}
	return list
}

// Awaited says whether somebody has to act: nobody does where nothing was owed; a supplement that will not come is closed by the college, and its
// author stays who he is (R. 425-13).
func (s Succession) Awaited() bool { return s.Owed != OwedNothing && s.Owed != OwedSupplement }
