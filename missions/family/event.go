package family

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"cloison/missions"
)

// Actor is who an event comes from.
type Actor string

const (
	OFII       Actor = "OFII"
	Mayor      Actor = "MAIRE"
	Prefecture Actor = "PREFECTURE"
	Consulate  Actor = "CONSULAT"
	Clock      Actor = "ECHEANCE" // no person: what time alone causes

	Representation Actor = "REPRESENTATION"  // OFII's own, in the country of origin
	MedicalService Actor = "SERVICE_MEDICAL" // who makes the visit of arrival: it answers that it was made, and nothing else
)

// Event is a thing that happened in a case. State, deadlines and what a page shows follow from the events alone.
type Event struct {
	Seq  int           `json:"seq"`
	On   missions.Date `json:"on"` // the day of the act; data carries the days that papers carry
	By   Actor         `json:"by"`
	Data Data          `json:"data"`
}

// Data is what one kind of event carries: codes and dates, no free text.
type Data interface {
	// Type is the event's code.
	Type() string
	// by lists who may record it.
	by() []Actor
}

type (
	// Filed: received by the direction.
	Filed struct{}
	// Incomplete: the file goes back, and the six months have not begun.
	Incomplete struct {
		Missing []string `json:"missing"`
	}
	// Shelved: nothing came back.
	Shelved struct{}
	// Completed: the attestation of deposit is issued, which starts the six months (R. 434-12).
	Completed struct {
		Attestation string `json:"attestation"`
	}
	// ConsulateTold: the post that will issue the visa is informed at once, with the list of beneficiaries (R. 434-14).
	ConsulateTold struct {
		Post string `json:"post"`
	}
	// SentToMayor: a copy of the file goes to the commune (R. 434-13).
	SentToMayor struct {
		Commune string `json:"commune"`
	}
	// ReachedMayor: the commune received it, which starts the mayor's two months.
	ReachedMayor struct {
		On missions.Date `json:"on"`
	}
	// MayorOpinion: what the commune found, and what the mayor thinks.
	MayorOpinion struct {
		Resources Checked `json:"resources"`
		Housing   Checked `json:"housing"`
		Opinion   Opinion `json:"opinion"`
		AsksOFII  bool    `json:"asks_ofii"` // R. 434-19
	}
	// MayorSilent: two months have passed, the opinion is deemed favourable (R. 434-23).
	MayorSilent struct{}
	// EnquiryOpened: OFII verifies by itself (R. 434-25).
	EnquiryOpened struct {
		Why EnquiryMotive `json:"why"`
	}
	// Visit of the home by an agent of OFII.
	Visit struct {
		Outcome VisitOutcome   `json:"outcome"`
		Consent *missions.Date `json:"consent"` // the written authorisation, before the visit
		Again   *missions.Date `json:"again"`   // the new date after an absence
	}
	// FoundByOFII: its report, computed results included (R. 434-21). It stands beside the mayor's opinion and replaces nothing.
	FoundByOFII struct {
		Resources Outcome `json:"resources"`
		Housing   Outcome `json:"housing"`
		Version   string  `json:"law_version"`
	}
	// LabourEnquiry: the labour inspectorate was asked about the employment.
	LabourEnquiry struct{}
	// Proposed: OFII sends the file, the mayor's opinion and its own finding to the prefect.
	Proposed struct {
		Favourable bool     `json:"favourable"`
		Grounds    []Ground `json:"grounds"`
	}
	// PrinciplesAsked: the prefect asks the mayor about the principles of family life (R. 434-24).
	PrinciplesAsked struct{}
	// PrinciplesGiven: the mayor's answer.
	PrinciplesGiven struct {
		Favourable bool `json:"favourable"`
	}
	// PrinciplesSilent: two months have passed, the opinion is deemed given, in no sense.
	PrinciplesSilent struct{}
	// TitleChecked: whether the title asked for by who only had a receipt was issued (R. 434-27).
	TitleChecked struct {
		Issued bool `json:"issued"`
	}
	// Decided by the prefect, who alone may.
	Decided struct {
		Granted    bool          `json:"granted"`
		Grounds    []Ground      `json:"grounds"`
		NotifiedOn missions.Date `json:"notified_on"`
	}
	// RejectedBySilence: six months have passed since the attestation (R. 434-26).
	RejectedBySilence struct{}
	// Appealed against a refusal, given or by silence.
	Appealed struct {
		Remedy Remedy        `json:"remedy"`
		On     missions.Date `json:"on"`
	}
	// VisaAsked at the consulate: as soon as the attestation exists.
	VisaAsked struct {
		On missions.Date `json:"on"`
	}
	// VisaIssued, which starts the three months to enter (R. 434-34).
	VisaIssued struct {
		On missions.Date `json:"on"`
	}
	// VisaRefused by the consulate.
	VisaRefused struct {
		On missions.Date `json:"on"`
	}
	// Lapsed: the visa was not asked for, or the family did not enter, in time.
	Lapsed struct{}
	// NewVisaAgreed: the prefect accepts a new visa after force majeure.
	NewVisaAgreed struct{}
	// Prepared: a step of the arrival is done, from the country of origin on.
	Prepared struct {
		Step ArrivalStep `json:"step"`
	}
	// Arrived: the family entered.
	Arrived struct {
		EntryOn missions.Date `json:"entry_on"`
	}
	// CertificateIssued: the closed answer of the medical visit on arrival. It says that the visit was made, and nothing of what it found.
	CertificateIssued struct{}
	// HandedOver to integration: a recorded message (HandOver).
	HandedOver struct{}
	// Moved during the examination: another mayor, perhaps another direction.
	Moved struct {
		Commune string `json:"commune"`
	}
	// Born during the examination.
	Born struct {
		BirthDate missions.Date `json:"birth_date"`
	}
	// Died: a beneficiary, by rank in the request.
	Died struct {
		Beneficiary int `json:"beneficiary"`
	}
	// Naturalised: the applicant is French, the request has no object any more.
	Naturalised struct{}
	// Closed.
	Closed struct{}
	// PieceReceived: a supporting paper came in, with its sworn translation or without.
	PieceReceived struct {
		Piece      Piece `json:"piece"`
		Translated bool  `json:"translated"`
	}
	// CostIncurred: what something done in the case cost, and who pays it.
	CostIncurred struct {
		Kind    CostKind         `json:"kind"`
		Amount  missions.Value   `json:"amount"`
		Funding missions.Funding `json:"funding"`
		On      missions.Date    `json:"on"`
	}
)

// Checked is what the commune verified.
type Checked string

const (
	FoundMet    Checked = "REMPLIE"
	FoundNotMet Checked = "NON_REMPLIE"
	Unchecked   Checked = "NON_VERIFIEE"
)

// Opinion of the mayor.
type Opinion string

const (
	Favourable   Opinion = "FAVORABLE"
	Unfavourable Opinion = "DEFAVORABLE"
	ResultsOnly  Opinion = "RESULTATS_SEULS"
)

// EnquiryMotive is why OFII verifies.
type EnquiryMotive string

const (
	MayorDidNotCheck EnquiryMotive = "MAIRE_SANS_VERIFICATION"
	MayorAsked       EnquiryMotive = "DEMANDE_DU_MAIRE"
	Doubt            EnquiryMotive = "DOUTE"
)

// VisitOutcome of a visit.
type VisitOutcome string

const (
	VisitDone    VisitOutcome = "FAITE"
	VisitRefused VisitOutcome = "REFUS_OCCUPANT"
	VisitAbsent  VisitOutcome = "ABSENT"
)

// Ground of a refusal. The number of rooms is none: courts annulled refusals that said so (TestNoGroundCountsRooms).
type Ground string

// Grounds are all of them.
func Grounds() []Ground {
	return []Ground{"DUREE_SEJOUR", "TITRE", "AGE", "FILIATION", "RESSOURCES", "LOGEMENT_SURFACE", "LOGEMENT_DECENCE", "LOGEMENT_VISITE_REFUSEE",
		"DEMANDE_PARTIELLE", "POLYGAMIE", "RESIDE_EN_FRANCE", "ORDRE_PUBLIC", "PRINCIPES"}
}

// Remedy is a way of appeal.
type Remedy string

// Remedies are all of them.
func Remedies() []Remedy { return []Remedy{"GRACIEUX", "HIERARCHIQUE", "TRIBUNAL_ADMINISTRATIF"} }

var (
	ofii      = []Actor{OFII}
	mayor     = []Actor{Mayor, OFII} // OFII records what a commune sent on paper
	prefect   = []Actor{Prefecture}
	consulate = []Actor{Consulate, OFII}
	clock     = []Actor{Clock}
	abroad    = []Actor{OFII, Representation}
	medical   = []Actor{MedicalService}
)

func (Filed) Type() string             { return "DEPOT" }
func (Incomplete) Type() string        { return "INCOMPLET" }
func (Shelved) Type() string           { return "CLASSEMENT" }
func (Completed) Type() string         { return "ATTESTATION_DE_DEPOT" }
func (ConsulateTold) Type() string     { return "INFORMATION_CONSULAT" }
func (SentToMayor) Type() string       { return "TRANSMISSION_MAIRE" }
func (ReachedMayor) Type() string      { return "RECEPTION_MAIRE" }
func (MayorOpinion) Type() string      { return "AVIS_MAIRE" }
func (MayorSilent) Type() string       { return "AVIS_TACITE" }
func (EnquiryOpened) Type() string     { return "ENQUETE" }
func (Visit) Type() string             { return "VISITE" }
func (FoundByOFII) Type() string       { return "CONSTAT" }
func (LabourEnquiry) Type() string     { return "ENQUETE_DREETS" }
func (Proposed) Type() string          { return "PROPOSITION" }
func (PrinciplesAsked) Type() string   { return "AVIS_PRINCIPES_DEMANDE" }
func (PrinciplesGiven) Type() string   { return "AVIS_PRINCIPES" }
func (PrinciplesSilent) Type() string  { return "AVIS_PRINCIPES_REPUTE_RENDU" }
func (TitleChecked) Type() string      { return "TITRE_VERIFIE" }
func (Decided) Type() string           { return "DECISION" }
func (RejectedBySilence) Type() string { return "REJET_IMPLICITE" }
func (Appealed) Type() string          { return "RECOURS" }
func (VisaAsked) Type() string         { return "VISA_DEMANDE" }
func (VisaIssued) Type() string        { return "VISA_DELIVRE" }
func (VisaRefused) Type() string       { return "VISA_REFUSE" }
func (Lapsed) Type() string            { return "CADUCITE" }
func (NewVisaAgreed) Type() string     { return "NOUVEAU_VISA_ACCEPTE" }
func (Prepared) Type() string          { return "PREPARATION" }
func (Arrived) Type() string           { return "ARRIVEE" }
func (CertificateIssued) Type() string { return "CERTIFICAT_DELIVRE" }
func (HandedOver) Type() string        { return "REMISE_INTEGRATION" }
func (Moved) Type() string             { return "DEMENAGEMENT" }
func (Born) Type() string              { return "NAISSANCE" }
func (Died) Type() string              { return "DECES" }
func (Naturalised) Type() string       { return "NATURALISATION" }
func (Closed) Type() string            { return "CLOTURE" }
func (PieceReceived) Type() string     { return "PIECE_RECUE" }
func (CostIncurred) Type() string      { return "COUT" }

func (Filed) by() []Actor             { return ofii }
func (Incomplete) by() []Actor        { return ofii }
func (Shelved) by() []Actor           { return ofii }
func (Completed) by() []Actor         { return ofii }
func (ConsulateTold) by() []Actor     { return ofii }
func (SentToMayor) by() []Actor       { return ofii }
func (ReachedMayor) by() []Actor      { return mayor }
func (MayorOpinion) by() []Actor      { return mayor }
func (MayorSilent) by() []Actor       { return clock }
func (EnquiryOpened) by() []Actor     { return ofii }
func (Visit) by() []Actor             { return ofii }
func (FoundByOFII) by() []Actor       { return ofii }
func (LabourEnquiry) by() []Actor     { return ofii }
func (Proposed) by() []Actor          { return ofii }
func (PrinciplesAsked) by() []Actor   { return prefect }
func (PrinciplesGiven) by() []Actor   { return mayor }
func (PrinciplesSilent) by() []Actor  { return clock }
func (TitleChecked) by() []Actor      { return prefect }
func (Decided) by() []Actor           { return prefect }
func (RejectedBySilence) by() []Actor { return clock }
func (Appealed) by() []Actor          { return []Actor{Prefecture, OFII} }
func (VisaAsked) by() []Actor         { return consulate }
func (VisaIssued) by() []Actor        { return consulate }
func (VisaRefused) by() []Actor       { return consulate }
func (Lapsed) by() []Actor            { return clock }
func (NewVisaAgreed) by() []Actor     { return prefect }
func (Prepared) by() []Actor          { return abroad }
func (Arrived) by() []Actor           { return ofii }
func (CertificateIssued) by() []Actor { return medical }
func (HandedOver) by() []Actor        { return ofii }
func (Moved) by() []Actor             { return ofii }
func (Born) by() []Actor              { return ofii }
func (Died) by() []Actor              { return ofii }
func (Naturalised) by() []Actor       { return ofii }
func (Closed) by() []Actor            { return ofii }
func (PieceReceived) by() []Actor     { return ofii }
func (CostIncurred) by() []Actor      { return ofii }

// kinds reads each type of event.
var kinds = map[string]func([]byte) (Data, error){
	Filed{}.Type():             decode[Filed],
	Incomplete{}.Type():        decode[Incomplete],
	Shelved{}.Type():           decode[Shelved],
	Completed{}.Type():         decode[Completed],
	ConsulateTold{}.Type():     decode[ConsulateTold],
	SentToMayor{}.Type():       decode[SentToMayor],
	ReachedMayor{}.Type():      decode[ReachedMayor],
	MayorOpinion{}.Type():      decode[MayorOpinion],
	MayorSilent{}.Type():       decode[MayorSilent],
	EnquiryOpened{}.Type():     decode[EnquiryOpened],
	Visit{}.Type():             decode[Visit],
	FoundByOFII{}.Type():       decode[FoundByOFII],
	LabourEnquiry{}.Type():     decode[LabourEnquiry],
	Proposed{}.Type():          decode[Proposed],
	PrinciplesAsked{}.Type():   decode[PrinciplesAsked],
	PrinciplesGiven{}.Type():   decode[PrinciplesGiven],
	PrinciplesSilent{}.Type():  decode[PrinciplesSilent],
	TitleChecked{}.Type():      decode[TitleChecked],
	Decided{}.Type():           decode[Decided],
	RejectedBySilence{}.Type(): decode[RejectedBySilence],
	Appealed{}.Type():          decode[Appealed],
	VisaAsked{}.Type():         decode[VisaAsked],
	VisaIssued{}.Type():        decode[VisaIssued],
	VisaRefused{}.Type():       decode[VisaRefused],
	Lapsed{}.Type():            decode[Lapsed],
	NewVisaAgreed{}.Type():     decode[NewVisaAgreed],
	Prepared{}.Type():          decode[Prepared],
	Arrived{}.Type():           decode[Arrived],
	CertificateIssued{}.Type(): decode[CertificateIssued],
	HandedOver{}.Type():        decode[HandedOver],
	Moved{}.Type():             decode[Moved],
	Born{}.Type():              decode[Born],
	Died{}.Type():              decode[Died],
	Naturalised{}.Type():       decode[Naturalised],
	Closed{}.Type():            decode[Closed],
	PieceReceived{}.Type():     decode[PieceReceived],
	CostIncurred{}.Type():      decode[CostIncurred],
}

func decode[T Data](text []byte) (Data, error) {
	var data T
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&data)
	return data, err
}

// EventTypes are the codes of all kinds.
func EventTypes() []string {
	var codes []string
	for code := range kinds {
		codes = append(codes, code)
	}
	return codes
}

// EncodeData writes what an event carries.
func EncodeData(d Data) ([]byte, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("writing event %s: %w", d.Type(), err)
	}
	return text, nil
}

// DecodeData reads what EncodeData wrote, and nothing else. What was sent may hold anything and its errors end in a log: they repeat no word of it, nor
// package json's, which does (TestAnEventThatCannotBeReadIsNotRepeated).
func DecodeData(code string, text []byte) (Data, error) {
	read, ok := kinds[code]
	if !ok {
		return nil, errors.New("reading an event: unknown type")
	}
	data, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("reading event %s: not of its shape", code)
	}
	return data, nil
}
