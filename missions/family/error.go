package family

import "errors"

// Rule is a rule of the procedure that an act would break, by its code. One code has one French sentence, wherever it is raised.
type Rule string

const (
	WrongAuthority     Rule = "RF_WRONG_AUTHORITY"      // only the prefect decides, only the clock is silent
	WrongState         Rule = "RF_WRONG_STATE"          // the case is not where this may happen
	OutOfOrder         Rule = "RF_DATE_OUT_OF_ORDER"    // the day is before what it follows
	NotChecked         Rule = "RF_MAYOR_NOT_CHECKED"    // R. 434-25: OFII verifies what the mayor did not
	MayorStillHasTime  Rule = "RF_MAYOR_HAS_TIME"       // R. 434-15
	TitleNotChecked    Rule = "RF_E9"                   // R. 434-27
	GroundsRequired    Rule = "RF_GROUNDS_REQUIRED"     // a refusal gives its reasons
	ConsentRequired    Rule = "RF_VISIT_CONSENT"        // R. 434-18: prior written authorisation
	SecondAbsence      Rule = "RF_VISIT_SECOND_ABSENCE" // circular of 2000
	VisitTooFar        Rule = "RF_VISIT_WITHIN_DAYS"
	NotDue             Rule = "RF_NOT_DUE"        // what the clock causes has not come yet
	EntryTooLate       Rule = "RF_ENTRY_TOO_LATE" // R. 434-34
	RemediesOver       Rule = "RF_REMEDIES_OVER"  // two months
	CertificateMissing Rule = "RF_CERTIFICATE_MISSING"
	ArrivalUnprepared  Rule = "RF_ARRIVAL_UNPREPARED"
	CaseOpen           Rule = "RF_CASE_OPEN" // one request of a person at a time
	SameNumber         Rule = "RF_SAME_NUMBER"
	AlreadySaid        Rule = "RF_ALREADY_SAID" // the two numbers are joined, or apart, already
)

func (r Rule) Error() string { return string(r) }

// Rules are all of them.
func Rules() []Rule {
	return []Rule{WrongAuthority, WrongState, OutOfOrder, NotChecked, MayorStillHasTime, TitleNotChecked, GroundsRequired, ConsentRequired, SecondAbsence,
		VisitTooFar, NotDue, EntryTooLate, RemediesOver, CertificateMissing, ArrivalUnprepared, CaseOpen, SameNumber, AlreadySaid}
}

// Wrong is a value that cannot be: Field is its JSON name, Text says in French what to write instead. Neither repeats what was typed.
type Wrong struct{ Field, Text string }

func (e *Wrong) Error() string { return "field " + e.Field + " is not accepted" }

// Sentence says what to do.
func (e *Wrong) Sentence() string { return e.Text }

// Place is where a form says it.
func (e *Wrong) Place() (path, sentence string) { return e.Field, e.Text }

func wrong(field, text string) error { return &Wrong{field, text} }

// NotComputed says that a result cannot be computed, and why, in a sentence for a person. The case stays as it was.
type NotComputed struct{ Code, Text string }

func (e *NotComputed) Error() string { return "not computed: " + e.Code }

// Sentence says what to do.
func (e *NotComputed) Sentence() string { return e.Text }

// Sentence is what a person is told of an error of this package or of a missing parameter; "" for any other error.
func Sentence(err error) string {
	var told interface{ Sentence() string }
	if errors.As(err, &told) {
		return told.Sentence()
	}
	var rule Rule
	if errors.As(err, &rule) {
		return sentences[rule]
	}
	return ""
}

var sentences = map[Rule]string{
	WrongAuthority:     "Cet acte appartient à une autre autorité : le préfet seul décide, l’échéance seule constate un silence. Adressez-vous à elle ; le dossier n’a pas changé.",
	WrongState:         "Le dossier n’en est pas là. Rechargez-le et suivez l’étape en cours ; il n’a pas changé.",
	OutOfOrder:         "Cette date précède ce qu’elle suit. Vérifiez-la sur la pièce, puis recommencez.",
	NotChecked:         "Le maire n’a pas vérifié les ressources ou le logement. Ouvrez l’enquête de l’Office et enregistrez son constat avant de transmettre au préfet.",
	MayorStillHasTime:  "Le maire a encore le temps de répondre. Attendez son avis ou la fin de ses deux mois.",
	TitleNotChecked:    "Le demandeur n’avait qu’un récépissé. Vérifiez que le titre a été délivré, enregistrez-le, puis décidez.",
	GroundsRequired:    "Un refus est motivé. Indiquez au moins un motif de la liste.",
	ConsentRequired:    "Le logement ne se visite qu’avec l’autorisation écrite et préalable de l’occupant. Indiquez-en la date, ou enregistrez son refus.",
	SecondAbsence:      "L’occupant a déjà été absent deux fois. Établissez le constat sur ce qui est au dossier.",
	VisitTooFar:        "La nouvelle date est trop éloignée. Proposez-la dans le délai indiqué.",
	NotDue:             "L’échéance n’est pas passée. Rien n’est à constater.",
	EntryTooLate:       "La personne est entrée après la fin de validité de l’autorisation. Celle-ci est caduque ; en cas de force majeure, le préfet peut accepter un nouveau visa.",
	RemediesOver:       "Le délai de recours est passé. Enregistrez le recours avec la date de son dépôt si elle est antérieure.",
	CertificateMissing: "Le certificat de contrôle médical n’est pas délivré. Attendez-le avant la remise au parcours d’intégration.",
	CaseOpen:           "Une demande est déjà en cours pour cette personne. Ouvrez-la, ou enregistrez-y le changement de situation.",
	SameNumber:         "Les deux demandes portent déjà le même numéro. Il n’y a rien à réunir.",
	AlreadySaid:        "Ces deux numéros sont déjà comme vous le demandez. Rechargez le dossier.",
	ArrivalUnprepared:  "La préparation de l’arrivée n’est pas terminée. Terminez-en les étapes, puis remettez le dossier.",
}
