package desk

import (
	"fmt"
	"strings"

	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const (
	queuePath = "/regroupement"
	lawPath   = "/regroupement/droit"
)

func casePath(id string) string { return queuePath + "/" + id }

// casesPage is the page face of listCases.
func (d *Desk) casesPage(c *web.Call, list web.List[Summary]) any {
	view := layout.CasesView{Shell: d.Shell(c), Heading: "Regroupement familial", Lead: "Ce qui échoit d’abord, dans votre ressort."}
	if c.Who.Role != "PREFECTURE" {
		view.New = &layout.Action{Label: "Nouvelle demande", Href: newPath, Primary: true}
		view.More = []layout.Action{{Label: "Chercher", Href: searchPath}, {Label: "Convoquer des familles", Href: convocationPath}, {Label: "Échanges", Href: exchangesPath}}
	}
	for _, s := range list.Items {
		row := layout.CaseRow{Name: s.FamilyName + " " + s.GivenNames, Reference: s.AGDREF, Kind: typeWords[s.Type], Stage: stateWords[s.State],
			Action: layout.Action{Label: "Ouvrir", Href: casePath(s.ID)}}
		if s.DueOn != nil {
			row.Due, row.Left = layout.FrenchDate(s.DueOn.Time()), left(*s.DueOn, d.today(d.Clock.Now()))
		}
		view.Rows = append(view.Rows, row)
	}
	if list.Next != "" {
		view.Next = queuePath + "?after=" + list.Next
	}
	return view
}

// left says how far a term is.
func left(due, today missions.Date) string {
	switch days := int(due.Time().Sub(today.Time()).Hours() / 24); {
	case days < 0:
		return "passé"
	case days == 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	default:
		return fmt.Sprintf("dans %d jours", days)
	}
}

// casePage is the page face of getCase: what was computed and why, both opinions side by side, and what may be done from here.
func (d *Desk) casePage(c *web.Call, k Case) (any, error) {
	view := layout.CaseView{Shell: d.Shell(c), Heading: k.FamilyName + " " + k.GivenNames, Back: layout.Action{Label: "Regroupement familial", Href: queuePath},
		Badges: []layout.Badge{{Text: k.AGDREF}, {Text: typeWords[k.Type], Tone: "info"}, {Text: stateWords[k.State], Tone: "new"}},
		Law:    layout.Action{Label: "Le droit derrière chaque montant", Href: lawPath},
		Given: []layout.Fact{{Name: "Déposée le", Value: layout.FrenchDate(k.FiledOn.Time())}, {Name: "Commune", Value: k.Commune},
			{Name: "Personnes au foyer", Value: fmt.Sprint(k.Persons)}, {Name: "Décide", Value: k.Authority}, {Name: "Direction", Value: directionWords(k.Direction)}}}
	if k.Post != "" {
		view.Given = append(view.Given, layout.Fact{Name: "Consulat informé", Value: postWords(k.Post)})
	}
	if k.Address != "" {
		view.Given = append(view.Given, layout.Fact{Name: "Adresse du demandeur", Value: k.Address})
	}
	if len(k.Numbers) > 1 {
		view.Given = append(view.Given, layout.Fact{Name: "Autres numéros de la personne", Value: strings.Join(k.Numbers[1:], ", ")})
	}
	for _, f := range k.Findings {
		view.Findings = append(view.Findings, finding(f))
	}
	for _, what := range []string{store.Resources, store.Housing} {
		if kept, ok := k.last(what); ok {
			view.Findings = append(view.Findings, finding(kept.Finding))
		}
	}
	view.Both, view.Exchanges = both(k.standing), exchanges(k.Exchanges)
	for _, e := range k.Events {
		view.Steps = append(view.Steps, layout.Moment{Date: layout.FrenchDate(e.On.Time()), What: eventWords[e.Type] + " (" + actorWords[e.By] + ")", Effect: effects[e.Type]})
	}
	if len(k.Terms) > 0 {
		soonest := k.Terms[0]
		view.Clock = layout.DayClock(termWords[soonest.Code], soonest.Source, soonest.From.Time(), soonest.On.Time(), d.today(d.Clock.Now()).Time())
	}
	for _, term := range k.Terms {
		what := termWords[term.Code] + ", " + term.Source
		if term.Doubt {
			what += " (à confirmer)"
		}
		view.Steps = append(view.Steps, layout.Moment{Date: "Au plus tard le " + layout.FrenchDate(term.On.Time()), What: what, Next: true})
	}
	view.Acts = d.offers(c, k)
	papers, err := d.known(k.kept)
	if err != nil {
		return nil, err
	}
	view.Papers = paperLinks(papers)
	if lines := d.appointmentLines(c, k); len(lines) > 0 {
		view.Aside = append(view.Aside, layout.Panel{Title: "Rendez-vous", Lines: lines})
	}
	view.Aside = append(view.Aside, layout.Panel{Title: "Pièces", Lines: pieceLines(k.Pieces)})
	if c.Who.Role == "PREFECTURE" {
		return view, nil
	}
	if lines := costLines(k.kept.Events); len(lines) > 0 {
		view.Aside = append(view.Aside, layout.Panel{Title: "Coûts", Lines: lines})
	}
	alike, link, err := d.aside(c, k)
	if err != nil {
		return nil, err
	}
	view.Acts = append(view.Acts, d.moreActs(k, alike, link)...)
	if len(alike) > 0 {
		view.Aside = append(view.Aside, alikePanel(alike))
	}
	return view, nil
}

// pieceLines are the papers that came and those that are expected.
func pieceLines(pieces []family.PieceStanding) (lines []layout.Line) {
	for _, p := range pieces {
		line := layout.Line{Mark: "wait", Text: pieceWords[p.Piece], Note: "attendue"}
		if p.ReceivedOn != nil {
			line.Mark, line.Note = "ok", "reçue le "+french(*p.ReceivedOn)
		}
		if p.Translated {
			line.Note += ", avec sa traduction"
		}
		lines = append(lines, line)
	}
	return lines
}

func costLines(events []family.Event) (lines []layout.Line) {
	for _, e := range events {
		if cost, ok := e.Data.(family.CostIncurred); ok {
			lines = append(lines, layout.Line{Text: costWords[cost.Kind] + ", " + cost.Amount.French() + " €", Note: french(cost.On) + ", " + fundingWords[cost.Funding]})
		}
	}
	return lines
}

// alikePanel warns that the person may be known under another number.
func alikePanel(alike []store.Case) layout.Panel {
	panel := layout.Panel{Title: "Peut-être la même personne"}
	for _, one := range alike {
		panel.Lines = append(panel.Lines, layout.Line{Mark: "wait", Text: one.FamilyName + " " + one.GivenNames + ", " + one.AGDREF, Note: "Même nom, même jour de naissance",
			Link: &layout.Action{Label: "Ouvrir la demande", Href: casePath(one.ID)}})
	}
	return panel
}

func finding(f family.Finding) layout.Finding {
	words := outcomeWords[f.Outcome]
	shown := layout.Finding{Title: ruleWords[f.Rule], Outcome: words[0], Tone: words[1], Why: f.Why, Source: f.Source, ToConfirm: f.ToConfirm()}
	if f.Doubt != "" {
		shown.Source += ". " + f.Doubt
	}
	for _, p := range f.Used {
		shown.Values = append(shown.Values, parameterWords(p))
	}
	return shown
}

func parameterWords(p missions.Parameter) string {
	text := fmt.Sprintf("%s %s : %s, depuis le %s (%s)", p.Code, p.Key, p.Value.French(), layout.FrenchDate(p.From.Time()), p.Source)
	if p.Status == missions.ToConfirm {
		text += ", à confirmer"
	}
	return text
}

var checkedWords = map[family.Checked]string{family.FoundMet: "remplie", family.FoundNotMet: "non remplie", family.Unchecked: "non vérifiée"}

var opinionWords = map[family.Opinion]string{family.Favourable: "Avis favorable", family.Unfavourable: "Avis défavorable", family.ResultsOnly: "Résultats seuls"}

// both are the mayor's opinion and OFII's finding: two facts.
func both(s family.Standing) []layout.Fact {
	var facts []layout.Fact
	if s.Mayor.Tacit {
		facts = append(facts, layout.Fact{Name: "Maire, par son silence", Value: "Avis réputé favorable (R. 434-23)"})
	}
	if o := s.Mayor.Opinion; o != nil {
		name := "Maire"
		if s.Mayor.Late {
			name = "Maire, après ses deux mois"
		}
		facts = append(facts, layout.Fact{Name: name, Value: fmt.Sprintf("%s ; ressources : condition %s ; logement : condition %s", opinionWords[o.Opinion], checkedWords[o.Resources], checkedWords[o.Housing])})
	}
	if f := s.Found; f != nil {
		facts = append(facts, layout.Fact{Name: "Constat de l’Office", Value: fmt.Sprintf("Ressources : %s ; logement : %s", outcomeWords[f.Resources][0], outcomeWords[f.Housing][0])})
	}
	return facts
}

var partnerWords = map[family.Partner]string{family.TownHall: "Mairie", family.Prefect: "Préfecture", family.Post: "Consulat", family.Labour: "DREETS", family.Visitors: "Service de la visite", family.Integration: "Intégration"}

// exchanges are what went to each partner and what came from it, in order.
func exchanges(log []family.Exchange) (facts []layout.Fact) {
	for _, partner := range family.Partners() {
		var lines []string
		for _, e := range log {
			if e.Partner != partner {
				continue
			}
			way := ", réception : "
			if e.Sent {
				way = ", envoi : "
			}
			lines = append(lines, french(e.On)+way+eventWords[e.Type])
		}
		if len(lines) > 0 {
			facts = append(facts, layout.Fact{Name: partnerWords[partner], Value: strings.Join(lines, "\n")})
		}
	}
	return facts
}

// lawPage is the page face of listParameters.
func (d *Desk) lawPage(c *web.Call, list web.List[missions.Parameter]) any {
	view := layout.LawView{Shell: d.Shell(c), Version: d.Law.Version(), Back: layout.Action{Label: "Regroupement familial", Href: queuePath}}
	if c.Who.Mission == headquartersWord {
		view.Back = layout.Action{Label: "Toute la France", Href: headquartersPath}
	}
	for _, p := range list.Items {
		row := layout.LawRow{Code: p.Code, Key: p.Key, Value: p.Value.French(), From: layout.FrenchDate(p.From.Time()), Source: p.Source, Note: p.Note, ToConfirm: p.Status == missions.ToConfirm}
		if p.To != nil {
			row.To = layout.FrenchDate(p.To.Time())
		}
		view.Rows = append(view.Rows, row)
	}
	return view
}
