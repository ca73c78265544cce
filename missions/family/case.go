package family

import (
	"slices"

	"cloison/missions"
)

// Type is a kind of request.
type Type string

const (
	Introduction Type = "RF_INTRO"      // the family is abroad: the usual case
	OnTheSpot    Type = "RF_SUR_PLACE"  // admission from within the country, exceptional (R. 434-6)
	Partial      Type = "RF_PARTIEL"    // not for the whole family (L. 434-1)
	Algerian     Type = "RF_DZ"         // regime of the agreement of 27 December 1968
	Renewed      Type = "RF_NOUVELLE"   // asked again after a refusal (R. 434-29)
	Changed      Type = "RF_CHANGEMENT" // circumstances changed while a request was examined
)

const (
	algeria = "DZA" // ISO 3166-1 alpha-3, as civil-status papers are recorded
	mayotte = "976" // has rules of its own, which are not entered
	paris   = "75"  // there the prefect is the préfet de police
)

// Types are all kinds, in the order in which a form offers them.
func Types() []Type { return []Type{Introduction, OnTheSpot, Partial, Algerian, Renewed, Changed} }

// Relation is what a beneficiary is to the applicant.
type Relation string

const (
	Spouse Relation = "CONJOINT"
	Child  Relation = "ENFANT"
)

// Filiation is the ground on which a child may be asked for (L. 434-3, L. 434-4).
type Filiation string

const (
	OfTheCouple    Filiation = "COUPLE"
	OfOneParent    Filiation = "SEUL_PARENT"         // filiation with the applicant or the spouse only
	OtherDead      Filiation = "AUTRE_PARENT_DECEDE" // the other parent has died
	OtherDeprived  Filiation = "AUTRE_PARENT_DECHU"  // or was deprived of parental rights
	EntrustedChild Filiation = "CONFIE"              // by a foreign court, with the other parent's consent
	Kafala         Filiation = "KAFALA"              // legal fostering of an Algerian minor, by a judge or homologated
)

// Filiations are all grounds.
func Filiations() []Filiation {
	return []Filiation{OfTheCouple, OfOneParent, OtherDead, OtherDeprived, EntrustedChild, Kafala}
}

// Motive is why a request leaves a member of the family out, in the child's interest (R. 434-10). A motive of health is never written here: it
// stands in the pieces, so that no column of this mission says anything of a person's health (TestNoFieldOfACaseSpeaksOfHealth).
type Motive string

const (
	Schooling   Motive = "SCOLARITE"
	HousingOnly Motive = "LOGEMENT"
	InThePieces Motive = "DANS_LES_PIECES"
)

// Motives are all of them.
func Motives() []Motive { return []Motive{Schooling, HousingOnly, InThePieces} }

// Applicant is who asks, in France.
type Applicant struct {
	BirthDate   missions.Date  `json:"birth_date"`
	Nationality string         `json:"nationality"`
	Status      Status         `json:"status"`
	Titles      []Title        `json:"titles"`
	Exempted    bool           `json:"exempted"` // holds an allowance that exempts of the resources test; which one stands in the pieces
	MarriedOn   *missions.Date `json:"married_on"`
}

// Beneficiary is a member of the family.
type Beneficiary struct {
	Relation     Relation      `json:"relation"`
	BirthDate    missions.Date `json:"birth_date"`
	Nationality  string        `json:"nationality"`
	Asked        bool          `json:"asked"`          // the request is for this person
	InFrance     bool          `json:"in_france"`      // lives in France already
	WillLiveHere bool          `json:"will_live_here"` // counts in the household although not asked for: a child who is here already
	Filiation    Filiation     `json:"filiation,omitempty"`
	Judgment     bool          `json:"judgment"`     // a court's decision, or a homologated kafala, is in the file
	Consent      bool          `json:"consent"`      // of the other parent
	OtherSpouse  bool          `json:"other_spouse"` // of a polygamous applicant whose other spouse lives with him in France
}

// Request is what a case rests on when it is filed, and what a change of circumstances amends.
type Request struct {
	Type      Type          `json:"type"`
	FiledOn   missions.Date `json:"filed_on"`
	Commune   string        `json:"commune"`  // INSEE code of where the family will live
	Motive    *Motive       `json:"motive"`   // of a partial request
	Previous  string        `json:"previous"` // the case that was refused, or that is being examined
	Applicant Applicant     `json:"applicant"`
	Family    []Beneficiary `json:"family"`
}

// Asked are the beneficiaries that the request is for.
func (r Request) Asked() []Beneficiary {
	return slices.DeleteFunc(slices.Clone(r.Family), func(b Beneficiary) bool { return !b.Asked })
}

// Size is the number of persons who will live in the home: the applicant, those asked for, and the children who are here already.
func (r Request) Size() int {
	n := 1
	for _, b := range r.Family {
		if b.Asked || b.WillLiveHere {
			n++
		}
	}
	return n
}

func (r Request) spouse() (Beneficiary, bool) {
	for _, b := range r.Family {
		if b.Relation == Spouse && b.Asked {
			return b, true
		}
	}
	return Beneficiary{}, false
}

// algerian: the agreement of 1968 follows the person, whatever the kind of request.
func (r Request) algerian() bool { return r.Applicant.Nationality == algeria }
