package form

import (
	"strconv"

	"cloison/release"
)

// wording is what the fixed words of a form say of its author and of the country.
type wording struct {
	title, country string // heads the page; names the country
	designates     string // what the decision of the director general does
	deliberates    string // who gives the opinion
	system         string // of question 3
	rendered       string // by whom, above the names
	approved       string // below them
}

const ofCollege = "Avis du collège de médecins de l'OFII"

// annexeC is the opinion of the college on a residence permit: art. 6 of the arrêté of 27 December 2016. Versions 2017 and 2021 differ by
// the texts that they cite (law.go).
var annexeC = wording{
	title: ofCollege, country: "Pays d'origine", designates: "qui désigne les médecins du collège", deliberates: "le collège de médecins de l'OFII",
	system: "du pays dont elle est originaire", rendered: "par les médecins du collège", approved: "Les médecins l'ont chacun approuvé ; l'Office l'a scellé.",
}

func (w wording) draw(s *sheet, o release.Unsealed, n Names) {
	w.drawHeader(s, o)
	w.drawReferences(s, o, n)
	w.drawLaw(s, o)
	drawStages(s, o)
	w.drawAnswers(s, o)
	w.drawAuthors(s, o, n)
}

func (w wording) drawHeader(s *sheet, o release.Unsealed) {
	direction, _ := release.Direction(o.Receiver)
	s.put(strong, left, "Office français de l'immigration et de l'intégration")
	s.put(small, 490, "Annexe "+string(o.Form.Annexe))
	s.down(12)
	s.put(body, left, "Service médical : "+word(words.Directions, direction))
	s.down(26)
	s.put(title, left, w.title)
	s.down(14)
	s.put(body, left, word(words.Kinds, o.Kind))
	if o.Version > 1 {
		s.down(12)
		s.put(strong, left, "Avis rectificatif, version "+strconv.Itoa(o.Version)+" : il remplace la version "+strconv.Itoa(o.Version-1)+".")
	}
	s.down(18)
}

// authority says what the receiver is: a prefecture, or the minister.
func authority(code string) string {
	if code == "MI" {
		return "Autorité"
	}
	return "Préfecture"
}

func (w wording) drawReferences(s *sheet, o release.Unsealed, n Names) {
	section(s, "Références")
	line := func(label, value string, height int) {
		s.put(body, left, label)
		s.fitted(strong, 200, height, value)
	}
	line("Numéro AGDREF", n.AGDREF, 13)
	line("Nom", n.Patient.family(), 13)
	line("Prénoms", n.Patient.given(), 13)
	line("Date de naissance", day(n.BirthDate), 13)
	if n.Requester != nil {
		line("Représentant légal, demandeur", n.Requester.FamilyName+" "+n.Requester.given(), 13)
	}
	line(authority(o.Receiver), word(words.Prefectures, o.Receiver), 13)
	line(w.country, word(words.Countries, o.Country.Country), 13)
	s.down(5)
}

func (w wording) drawLaw(s *sheet, o release.Unsealed) {
	section(s, "Références juridiques")
	for _, text := range lawOn(o.Kind, o.IssuedOn) {
		s.paragraph(body, left, text)
	}
	s.paragraph(body, left, "Décision "+o.Decision.Ref+" du directeur général de l'Office, "+w.designates)
	s.down(5)
}

// drawStages ticks what the events say, at both stages (CE, 7 December 2018, n° 419226). A removal has no report, and no stage of it.
func drawStages(s *sheet, o release.Unsealed) {
	section(s, "Éléments de procédure")
	if o.StageReport != nil {
		drawStage(s, "Au stade de l'élaboration du rapport", *o.StageReport)
		s.down(3)
	}
	drawStage(s, "Au stade de l'élaboration de l'avis", *o.StageOpinion)
	s.down(5)
}

func drawStage(s *sheet, name string, stage release.Stage) {
	s.put(strong, left, name)
	s.down(13)
	drawBox(s, "Convocation pour examen", "réalisée", stage.Convocation)
	drawBox(s, "Examens complémentaires demandés", "réalisés", stage.Exams)
	drawBox(s, "Justification de l'identité demandée", "réalisée", stage.Identity)
}

func drawBox(s *sheet, asked, done string, b release.Box) {
	s.put(body, left+12, asked)
	choice(s, 250, "oui", b.Requested)
	choice(s, 295, "non", !b.Requested)
	s.put(body, 350, done)
	choice(s, 400, "oui", b.Done != nil && *b.Done)
	choice(s, 445, "non", b.Done != nil && !*b.Done)
	s.down(13)
}

func (w wording) drawAnswers(s *sheet, o release.Unsealed) {
	s.rule()
	s.down(16)
	s.put(heading, left, "Après en avoir délibéré, "+w.deliberates+" émet l'avis suivant :")
	s.down(16)
	question(s, "1. L'état de santé de la personne :",
		option{"nécessite une prise en charge médicale", o.CareNeeded == release.CareIsNeeded},
		option{"ne nécessite pas de prise en charge médicale", o.CareNeeded == release.CareIsNotNeeded})
	question(s, "2. Le défaut de prise en charge :",
		option{"peut entraîner pour elle des conséquences d'une exceptionnelle gravité", is(o.ExceptionalGravity, release.GravityPossible)},
		option{"ne devrait pas entraîner pour elle de conséquences d'une exceptionnelle gravité", is(o.ExceptionalGravity, release.GravityUnlikely)})
	question(s, "3. Eu égard à l'offre de soins et aux caractéristiques du système de santé "+w.system+", la personne :",
		option{"peut y bénéficier effectivement d'un traitement approprié", is(o.TreatmentAvailable, release.TreatmentReachable)},
		option{"ne peut pas y bénéficier effectivement d'un traitement approprié", is(o.TreatmentAvailable, release.TreatmentUnreachable)})
	s.put(body, left, "4. Durée prévisible des soins :")
	s.put(strong, 200, months(o.DurationMonths))
	s.down(16)
	question(s, "5. Au vu des éléments du dossier, à la date de l'avis, l'état de santé de la personne :",
		option{"peut lui permettre de voyager sans risque vers ce pays", is(o.CanTravel, release.TravelPossible)},
		option{"ne peut pas lui permettre de voyager sans risque vers ce pays", is(o.CanTravel, release.TravelImpossible)})
}

func (w wording) drawAuthors(s *sheet, o release.Unsealed, n Names) {
	s.rule()
	s.down(15)
	s.put(body, left, "Avis rendu le "+day(o.IssuedOn)+" "+w.rendered+" :")
	s.down(14)
	for _, a := range n.Authors {
		s.fitted(strong, left+12, 13, a.title())
	}
	s.down(2)
	s.put(small, left, "Avis "+o.ID+", version "+strconv.Itoa(o.Version)+", formulaire "+o.Form.Version+". "+w.approved)
}

func section(s *sheet, name string) {
	s.put(heading, left, name)
	s.down(14)
}

// option is one answer of a question, and whether it is the one given.
type option struct {
	text   string
	chosen bool
}

func question(s *sheet, text string, options ...option) {
	s.put(body, left, text)
	s.down(13)
	for _, o := range options {
		choice(s, left+12, o.text, o.chosen)
		s.down(13)
	}
	s.down(3)
}

func choice(s *sheet, x int, text string, ticked bool) {
	s.box(x, ticked)
	s.put(body, x+13, text)
}

func is[T comparable](p *T, v T) bool { return p != nil && *p == v }

// months: a duration stands where the opinion gives one (art. 6 d).
func months(n *int) string {
	if n == nil {
		return "sans objet"
	}
	return strconv.Itoa(*n) + " mois"
}

// day is a date as it is read in France.
func day(d release.Date) string { return string(d[8:10]) + "/" + string(d[5:7]) + "/" + string(d[:4]) }
