package layout

import (
	"strconv"
	"strings"

	"cloison/release"
)

// Paper is an opinion as its legal form reads: what a physician signs and what a prefecture receives are shown by the same code.
type Paper struct {
	Heading   string
	Facts     []Fact
	Visa      string
	Stages    []PaperStage
	Lead      string
	Questions []PaperQuestion
	Lines     []string
	On        string
	Authors   []PaperAuthor
}

// Fact is a name and its value.
type Fact struct{ Name, Value string }

// PaperStage holds the procedural boxes of one stage.
type PaperStage struct {
	Title string
	Boxes []PaperBox
}

// PaperQuestion is one question of the form with its two answers.
type PaperQuestion struct {
	Text    string
	Answers []PaperBox
}

// PaperBox is a box of the form.
type PaperBox struct {
	Text string
	On   bool
}

// PaperAuthor is a signatory.
type PaperAuthor struct{ Name, State string }

// PaperOf is the form of an opinion. law is that of its document (form.Law); facts are what the reader's zone joins to it: no name crosses the
// wall.
func PaperOf(o release.OpinionBody, law string, facts []Fact, on string, authors []PaperAuthor) Paper {
	p := Paper{Heading: heading(o.Form.Annexe), Facts: facts, Visa: "Vu : " + strings.ReplaceAll(law, "'", "’"), Lead: lead(o.Form.Annexe), On: on, Authors: authors}
	for _, s := range []struct {
		title string
		stage *release.Stage
	}{{"Au stade du rapport", o.StageReport}, {"Au stade de l’avis", o.StageOpinion}} {
		if s.stage != nil {
			p.Stages = append(p.Stages, PaperStage{s.title, boxes(*s.stage)})
		}
	}
	p.Questions = questions(o)
	if o.DurationMonths != nil {
		p.Lines = append(p.Lines, "Les soins doivent être poursuivis pendant "+plural(*o.DurationMonths, "mois", "mois")+".")
	}
	return p
}

// PaperFacts are the head of the paper: the same for whoever signs it and for whoever receives it. requesters are those who ask for the person.
func PaperFacts(o release.OpinionBody, agdref string, patient release.Patient, requesters ...string) []Fact {
	facts := []Fact{
		{Name: "N° AGDREF", Value: agdref}, {Name: "Nom et prénoms", Value: PersonName(patient.FamilyName, patient.GivenNames)},
		{Name: "Date de naissance", Value: SayDate(string(patient.BirthDate))},
		{Name: CountryWords(o.Country.Role), Value: CountryName(o.Country.Country)},
		{Name: "Demande", Value: KindWords(o.Kind)}, {Name: "Autorité", Value: release.AuthorityLabel(o.Receiver)},
	}
	for _, requester := range requesters {
		facts = append(facts, Fact{Name: "Demandeur", Value: requester})
	}
	return facts
}

// PersonName is a person as a form names him.
func PersonName(family string, given []string) string {
	return family + " " + strings.Join(given, ", ")
}

// CountryWords says which country the question about care is of.
func CountryWords(role release.CountryRole) string {
	if role == release.Return {
		return "Pays de renvoi"
	}
	return "Pays d’origine"
}

func heading(a release.Annexe) string {
	if a == release.AnnexeD {
		return "Avis du médecin de l’OFII"
	}
	return "Avis du collège de médecins de l’OFII"
}

func lead(a release.Annexe) string {
	if a == release.AnnexeD {
		return "Le médecin de l’OFII émet l’avis suivant :"
	}
	return "Après en avoir délibéré, le collège de médecins de l’OFII émet l’avis suivant :"
}

func boxes(s release.Stage) []PaperBox {
	var all []PaperBox
	for _, one := range []struct {
		asked, done, missed string
		box                 release.Box
	}{
		{"Convocation pour examen", "la personne est venue", "la personne n’est pas venue", s.Convocation},
		{"Examens complémentaires demandés", "produits", "non produits", s.Exams},
		{"Justification de l’identité demandée", "justifiée", "non justifiée", s.Identity},
	} {
		text := one.asked
		switch {
		case one.box.Done != nil && *one.box.Done:
			text += " : " + one.done
		case one.box.Done != nil:
			text += " : " + one.missed
		}
		all = append(all, PaperBox{text, one.box.Requested})
	}
	return all
}

func questions(o release.OpinionBody) []PaperQuestion {
	country := "son pays d’origine"
	if o.Country.Role == release.Return {
		country = "le pays de renvoi"
	}
	return []PaperQuestion{
		{"L’état de santé de la personne", []PaperBox{
			{"nécessite une prise en charge médicale ;", o.CareNeeded == release.CareIsNeeded},
			{"ne nécessite pas de prise en charge médicale.", o.CareNeeded == release.CareIsNotNeeded}}},
		{"Le défaut de prise en charge", []PaperBox{
			{"peut entraîner des conséquences d’une exceptionnelle gravité ;", isValue(o.ExceptionalGravity, release.GravityPossible)},
			{"ne devrait pas entraîner de conséquences d’une exceptionnelle gravité.", isValue(o.ExceptionalGravity, release.GravityUnlikely)}}},
		{"Eu égard à l’offre de soins et aux caractéristiques du système de santé dans " + country + " (" + CountryName(o.Country.Country) + "), la personne", []PaperBox{
			{"peut y bénéficier effectivement d’un traitement approprié ;", isValue(o.TreatmentAvailable, release.TreatmentReachable)},
			{"ne peut pas y bénéficier effectivement d’un traitement approprié.", isValue(o.TreatmentAvailable, release.TreatmentUnreachable)}}},
		{"Au vu des éléments du dossier, son état de santé", []PaperBox{
			{"peut lui permettre de voyager sans risque vers ce pays ;", isValue(o.CanTravel, release.TravelPossible)},
			{"ne lui permet pas de voyager sans risque vers ce pays.", isValue(o.CanTravel, release.TravelImpossible)}}},
	}
}

func isValue[T comparable](p *T, want T) bool { return p != nil && *p == want }

// VisaSentence is what a decision quotes, word for word: who gave the opinion, when, under which published decision.
func VisaSentence(o release.Opinion, authors []string, decisionOn string) string {
	who := "le collège de médecins de l’Office français de l’immigration et de l’intégration, composé des docteurs " + list(authors)
	under := "désignés"
	if o.Form.Annexe == release.AnnexeD {
		who, under = "le médecin de l’Office français de l’immigration et de l’intégration, le docteur "+list(authors), "désigné"
	}
	return "Vu l’avis émis le " + SayDate(string(o.IssuedOn)) + " par " + who + ", " + under + " par la décision du directeur général du " + decisionOn + " ;"
}

func list(names []string) string {
	text := ""
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " et "
		default:
			text += ", "
		}
		text += name
	}
	return text
}

// Group writes a number as people read it: 18 204.
func Group(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	return digits
}
