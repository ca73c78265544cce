package family

import "cloison/missions"

// ArrivalStep is a step by which OFII helps the applicant to prepare the family's arrival, from the country of origin to France. There is no
// test of French before departure: the reform of 2016 ended it (RF-EC11).
type ArrivalStep string

const (
	FirstContact   ArrivalStep = "CONTACT_PAYS_ORIGINE" // by OFII's representation, or the consulate where it has none
	ArrivalGuide   ArrivalStep = "GUIDE_REMIS"
	HomeReady      ArrivalStep = "LOGEMENT_PRET"
	MedicalSummons ArrivalStep = "CONVOCATION_VISITE"
	Welcome        ArrivalStep = "CONVOCATION_ACCUEIL"
)

// ArrivalSteps are all of them, in order.
func ArrivalSteps() []ArrivalStep {
	return []ArrivalStep{FirstContact, ArrivalGuide, HomeReady, MedicalSummons, Welcome}
}

// StepsAbroad are those that OFII's representation does, in the country of origin. The others are done in France.
func StepsAbroad() []ArrivalStep { return []ArrivalStep{FirstContact, ArrivalGuide} }

// HandOver is the message that gives a case to integration: a person is created there from these fields and no other. It is recorded with its
// legal basis; each mission keeps its own persons.
type HandOver struct {
	From       string        `json:"from"`
	To         string        `json:"to"`
	LegalBasis string        `json:"legal_basis"`
	Fields     []string      `json:"fields"`
	Case       string        `json:"case"`
	Direction  string        `json:"direction"`
	EntryOn    missions.Date `json:"entry_on"`
	Persons    []HandedOne   `json:"persons"`
}

// HandedOne is a person who entered.
type HandedOne struct {
	Relation    Relation      `json:"relation"`
	BirthDate   missions.Date `json:"birth_date"`
	Nationality string        `json:"nationality"`
}

// NewHandOver is the message of a case that arrived.
func NewHandOver(id, direction string, r Request, s Standing) HandOver {
	message := HandOver{From: "family", To: "integration", LegalBasis: "CESEDA, L. 413-2 et L. 434-1",
		Fields: []string{"case", "direction", "entry_on", "persons.relation", "persons.birth_date", "persons.nationality"},
		Case:   id, Direction: direction, EntryOn: s.EntryOn}
	for _, b := range r.Asked() {
		message.Persons = append(message.Persons, HandedOne{b.Relation, b.BirthDate, b.Nationality})
	}
	return message
}
