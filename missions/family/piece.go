package family

import (
	"slices"

	"cloison/missions"
)

// Piece is a kind of supporting paper. That it came in is recorded; the paper is not kept here: several kinds speak of a person's health, and nothing
// here does (docs/decisions, « no scan in family reunification »).
type Piece string

const (
	RequestForm    Piece = "CERFA_11436"
	Titles         Piece = "TITRES_DE_SEJOUR"
	CivilStatus    Piece = "ETAT_CIVIL"
	MarriageRecord Piece = "ACTE_DE_MARIAGE"
	BirthRecords   Piece = "ACTES_DE_NAISSANCE"
	CustodyRuling  Piece = "JUGEMENT_DE_GARDE"
	TwelveMonths   Piece = "RESSOURCES_12_MOIS"
	TaxNotice      Piece = "AVIS_D_IMPOSITION"
	HomeTitle      Piece = "LOGEMENT" // a lease, a deed, or Cerfa 11437 of who lodges the family
)

// Pieces are all of them, in the order of the form.
func Pieces() []Piece {
	return []Piece{RequestForm, Titles, CivilStatus, MarriageRecord, BirthRecords, CustodyRuling, TwelveMonths, TaxNotice, HomeTitle}
}

// Expected are the papers that a request comes with. None blocks: after a refusal some are waived (R. 434-29), and the agent says what is complete.
func Expected(r Request) []Piece {
	want := []Piece{RequestForm, Titles, CivilStatus}
	if _, married := r.spouse(); married {
		want = append(want, MarriageRecord)
	}
	children := func(with func(Beneficiary) bool) bool {
		return slices.ContainsFunc(r.Asked(), func(b Beneficiary) bool { return b.Relation == Child && with(b) })
	}
	if children(func(Beneficiary) bool { return true }) {
		want = append(want, BirthRecords)
	}
	if children(func(b Beneficiary) bool { return b.Filiation != OfTheCouple }) {
		want = append(want, CustodyRuling)
	}
	return append(want, TwelveMonths, TaxNotice, HomeTitle)
}

// PieceStanding is whether a paper has come in.
type PieceStanding struct {
	Piece      Piece          `json:"piece"`
	ReceivedOn *missions.Date `json:"received_on"`
	Translated bool           `json:"translated"`
}

// PiecesOf are the papers of a case: those expected, then others that came, each with the day on which it last came.
func PiecesOf(r Request, events []Event) []PieceStanding {
	all := []PieceStanding{}
	for _, p := range Expected(r) {
		all = append(all, PieceStanding{Piece: p})
	}
	for _, e := range events {
		came, ok := e.Data.(PieceReceived)
		if !ok {
			continue
		}
		at := slices.IndexFunc(all, func(p PieceStanding) bool { return p.Piece == came.Piece })
		if at < 0 {
			at, all = len(all), append(all, PieceStanding{Piece: came.Piece})
		}
		all[at].ReceivedOn, all[at].Translated = &e.On, all[at].Translated || came.Translated
	}
	return all
}

// CostKind is what a case may cost.
type CostKind string

// CostKinds are all of them.
func CostKinds() []CostKind {
	return []CostKind{"VISITE_LOGEMENT", "INTERPRETE", "TRADUCTION", "PREPARATION_ARRIVEE", "ACCUEIL"}
}

// recordPapers: papers and costs, which move a case nowhere.
func recordPapers(r Request, s Standing, e Event, _ *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case PieceReceived:
		if !slices.Contains(Pieces(), d.Piece) {
			return true, wrong("piece", "Choisissez la pièce dans la liste.")
		}
		if s.State == Draft || s.over() {
			return true, WrongState
		}
	case CostIncurred:
		switch {
		case !slices.Contains(CostKinds(), d.Kind):
			return true, wrong("kind", "Choisissez la nature du coût dans la liste.")
		case !d.Funding.Known():
			return true, wrong("funding", "Dites qui finance : l’État ou l’Union européenne.")
		case d.Amount <= 0:
			return true, wrong("amount", "Indiquez un montant en euros.")
		case d.On.Before(r.FiledOn) || d.On.After(e.On):
			return true, OutOfOrder
		case s.State == Draft:
			return true, WrongState
		}
	default:
		return false, nil
	}
	return true, nil
}
