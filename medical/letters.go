package medical

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloison/medical/reference"
)

// The letters of the service beside the summons (which is sealed as it was sent, REQ-23). Each follows from an event: it is written from its
// model and from that event alone, so that it says the same whenever it is drawn.
const (
	LetterInformation       = "INFORMATION"        // what becomes of the person's data, and what to do
	LetterCertificate       = "ACCUSE_CERTIFICAT"  // the certificate came
	LetterOriginals         = "RETOUR_ORIGINAUX"   // the slip with the originals
	LetterCompletion        = "COMPLETUDE"         // what lacks in the certificate
	LetterComplement        = "DEMANDE_COMPLEMENT" // to a professional
	LetterComplementRemoval = "DEMANDE_COMPLEMENT_ELOIGNEMENT"
	LetterComplementTold    = "INFORMATION_COMPLEMENT" // to the person, the same day
	LetterExams             = "PRESCRIPTION_EXAMENS"
	LetterExamsAgain        = "RELANCE_EXAMENS"
	LetterComplementAgain   = "RELANCE_COMPLEMENT"
	LetterPresence          = "ATTESTATION_PRESENCE" // neutral
	LetterSlip              = "BORDEREAU"            // with each release, under cover of the director general (R. 425-12, R. 425-13)
)

// ToProfessional is the addressee of a letter to a carer.
const ToProfessional = "professionnel"

// mentionsOf are the mentions without which a letter of each kind is not written. What the law wants of a summons stands in mandatoryMentions.
var mentionsOf = map[string][]string{
	LetterInformation:       {"FINALITE", "DEMARCHE", "SECRET", "ACCORD", "CONSERVATION", "DROITS", "RECLAMATION", "LANGUE"},
	LetterCertificate:       {"DATE_RECEPTION", "SUITE", "LANGUE"},
	LetterOriginals:         {"DATE_RECEPTION", "DECHARGE", "LANGUE"},
	LetterCompletion:        {"OBJET", "DELAI", "SECRET", "LANGUE"},
	LetterComplement:        {"PERSONNE", "QUESTION", "ACCORD", "DELAI", "SECRET"},
	LetterComplementRemoval: {"PERSONNE", "QUESTION", "ACCORD", "DELAI", "SECRET"},
	LetterComplementTold:    {"OBJET", "DELAI", "DROITS", "LANGUE"},
	LetterExams:             {"EXAMENS", "GRATUITE", "DELAI", "EMPECHEMENT", "CONSEQUENCES_ABSENCE", "LANGUE"},
	LetterExamsAgain:        {"DELAI", "EMPECHEMENT", "CONSEQUENCES_ABSENCE", "LANGUE"},
	LetterComplementAgain:   {"PERSONNE", "DELAI", "SECRET"},
	LetterPresence:          {"PERSONNE", "DATE", "LIEU"},
	LetterSlip:              {"SOUS_COUVERT", "OBJET", "PERSONNE", "ENVOI"},
}

// DueLetter is a letter that the events of a dossier call for. Medical: it holds the question or the examinations, which the secretariat does
// not read.
type DueLetter struct {
	Kind, Ref, To string
	On            Date
	Medical       bool
	Place         string // the territorial direction that it speaks of
	fill          map[string]string
}

// Letters are those that the events call for, in their order. A reminder is called for while its answer is awaited.
func (c Case) Letters() []DueLetter {
	var list []DueLetter
	certificates := 0
	toPerson := func(l DueLetter) {
		for _, to := range c.notified() {
			l.To = to
			list = append(list, l)
		}
	}
	for _, e := range c.Events {
		on := c.day(e.At)
		date := map[string]string{"date": longDate(on.Time())}
		switch d := e.Data.(type) {
		case SaisineRecue:
			if c.first(EvReferralReceived).Seq == e.Seq {
				toPerson(DueLetter{Kind: LetterInformation, On: on})
			}
		case CertificatRecu:
			certificates++
			ref := "cert-" + strconv.Itoa(certificates)
			toPerson(DueLetter{Kind: LetterCertificate, Ref: ref, On: on, fill: date})
			toPerson(DueLetter{Kind: LetterOriginals, Ref: ref, On: on, fill: date})
		case CompletudeDemandee:
			toPerson(DueLetter{Kind: LetterCompletion, Ref: d.Ref, On: on, fill: map[string]string{"echeance": before(d.DueOn)}})
		case ComplementDemande:
			toPerson(DueLetter{Kind: LetterComplementTold, Ref: d.Ref, On: on, fill: map[string]string{"echeance": longDate(d.DueOn.Time())}})
			list = append(list, c.complementLetters(d, on)...)
		case ExamensDemandes:
			toPerson(DueLetter{Kind: LetterExams, Ref: d.Ref, On: on, Medical: true, fill: map[string]string{"echeance": longDate(d.DueOn.Time())}})
			if r, ok := c.Request(d.Ref); ok && r.Open() {
				toPerson(DueLetter{Kind: LetterExamsAgain, Ref: d.Ref, On: on, fill: map[string]string{"date": date["date"], "echeance": longDate(c.dueOn(r).Time())}})
			}
		case Presence:
			place := c.Direction
			if r, ok := c.Request(d.Ref); ok {
				if summons, is := r.Summons(); is {
					place = summons.Place
				}
			}
			toPerson(DueLetter{Kind: LetterPresence, Ref: d.Ref, On: on, Place: place, fill: date})
		}
	}
	return list
}

// complementLetters are those to the professional. The author of the report is asked without a letter: he reads the question in the dossier.
func (c Case) complementLetters(d ComplementDemande, on Date) []DueLetter {
	if d.To == ToRapporteur {
		return nil
	}
	due := map[string]string{"echeance": longDate(d.DueOn.Time())}
	asked := DueLetter{Kind: LetterComplement, Ref: d.Ref, To: ToProfessional, On: on, Medical: true, fill: due}
	if !c.Stay() {
		asked.Kind = LetterComplementRemoval
	}
	list := []DueLetter{asked}
	if r, ok := c.Request(d.Ref); ok && r.Open() {
		again := map[string]string{"date": longDate(on.Time()), "echeance": longDate(c.dueOn(r).Time())}
		list = append(list, DueLetter{Kind: LetterComplementAgain, Ref: d.Ref, To: ToProfessional, On: on, Medical: true, fill: again})
	}
	return list
}

// notified are those to whom letters to the person go: the legal representatives of a minor, each of them (invariant 14, SC16).
func (c Case) notified() []string {
	if c.Minor() && len(c.Representatives) > 0 {
		return c.Representatives
	}
	return []string{"patient"}
}

func before(due *Date) string {
	if due == nil {
		return ""
	}
	return ", avant le " + longDate(due.Time())
}

// Letter finds a letter that is called for; false for any other.
func (c Case) Letter(kind, ref, to string) (DueLetter, bool) {
	list := c.Letters()
	i := slices.IndexFunc(list, func(l DueLetter) bool { return l.Kind == kind && l.Ref == ref && (l.To == to || to == "") })
	if i < 0 {
		return DueLetter{}, false
	}
	return list[i], true
}

// Slip is the slip of a release. It follows the release, not an event.
func (c Case) Slip(on Date) DueLetter {
	return DueLetter{Kind: LetterSlip, On: on, fill: map[string]string{"date": longDate(on.Time())}}
}

// PrefectureAt is the prefecture that was in charge of a referral at an instant: the one that a release went to.
func (c Case) PrefectureAt(referral string, at time.Time) string {
	for _, r := range c.Referrals {
		if r.ID == referral {
			return c.prefectureOf(r, at)
		}
	}
	return ""
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Write is the text of a letter: its model in force that day, filled with what the events say and with what the caller opened for it. A model
// that lacks a mention, or a blank that nobody fills, is refused: nothing is sent half written (TestNoLetterLacksAMention).
func (l DueLetter) Write(opened map[string]string) (Letter, error) {
	model, ok := reference.LetterOn(l.Kind, l.On)
	if !ok {
		return Letter{}, LetterMentions
	}
	words := map[string]string{"lieu": placeLabel(l.Place)}
	for _, from := range []map[string]string{l.fill, opened} {
		for name, value := range from {
			words[name] = value
		}
	}
	letter := Letter{Model: model.Code, Certainty: model.Certainty, Addressee: l.To}
	var text []string
	for _, p := range model.Paragraphs {
		blank := false
		said := placeholder.ReplaceAllStringFunc(p.Text, func(name string) string {
			value, known := words[strings.Trim(name, "{}")]
			blank = blank || !known
			return value
		})
		if blank {
			return Letter{}, LetterMentions
		}
		if p.Mention != "" {
			letter.Mentions = append(letter.Mentions, p.Mention)
		}
		text = append(text, said)
	}
	for _, m := range mentionsOf[l.Kind] {
		if !slices.Contains(letter.Mentions, m) {
			return Letter{}, LetterMentions
		}
	}
	letter.Text = strings.Join(text, "\n\n")
	return letter, nil
}

func placeLabel(code string) string {
	d, _ := reference.DirectionByCode(code)
	return d.Label
}
