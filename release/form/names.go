package form

import (
	"errors"
	"fmt"
	"strings"

	"cloison/release"
)

// ErrNames: the names given are not those that this opinion needs.
var ErrNames = errors.New("names do not go with the opinion")

// Person is somebody as the prefecture named them.
type Person struct {
	FamilyName string   `json:"family_name"`
	UsageName  *string  `json:"usage_name"`
	GivenNames []string `json:"given_names"`
}

// Author is a physician as the published decision names them.
type Author struct {
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
}

// Names is all that the page says and the opinion does not: no name crosses the wall, so each zone joins its own.
type Names struct {
	AGDREF    string       `json:"agdref"`
	Patient   Person       `json:"patient"`
	BirthDate release.Date `json:"birth_date"`
	Requester *Person      `json:"requester"` // the legal representative who asked; nil when the person did
	Authors   []Author     `json:"authors"`   // in the order of the opinion's lines
}

// NamesOf takes the names of an opinion from the referral that crossed and from the published decision.
func NamesOf(o release.OpinionBody, civil release.Civil, requester, agdref string, decision release.CompositionDecision) (Names, error) {
	p := civil.Patient
	n := Names{AGDREF: agdref, Patient: Person{p.FamilyName, p.UsageName, p.GivenNames}, BirthDate: p.BirthDate}
	for _, rep := range civil.LegalRepresentatives {
		if rep.ID == requester {
			n.Requester = &Person{FamilyName: rep.FamilyName, GivenNames: rep.GivenNames}
		}
	}
	if requester != p.ID && n.Requester == nil {
		return Names{}, fmt.Errorf("naming the requester: %w", ErrNames)
	}
	for _, line := range o.Authors {
		if decision.Ref != o.Decision.Ref || line < 1 || line > len(decision.Lines) {
			return Names{}, fmt.Errorf("naming line %d of decision %s: %w", line, o.Decision.Ref, ErrNames)
		}
		l := decision.Lines[line-1]
		n.Authors = append(n.Authors, Author{l.FamilyName, l.GivenName})
	}
	return n, nil
}

func (n Names) check(o release.Unsealed) error {
	if n.AGDREF == "" || n.Patient.FamilyName == "" || !n.BirthDate.Valid() || len(n.Authors) != len(o.Authors) {
		return ErrNames
	}
	return nil
}

func (p Person) family() string {
	if p.UsageName != nil {
		return p.FamilyName + ", nom d'usage " + *p.UsageName
	}
	return p.FamilyName
}

func (p Person) given() string { return strings.Join(p.GivenNames, ", ") }

func (a Author) title() string { return "Docteur " + a.GivenName + " " + a.FamilyName }
