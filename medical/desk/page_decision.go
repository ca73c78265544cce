package desk

import (
	"slices"
	"strconv"

	"cloison/identity"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

const decisionsPath = peoplePath + "/decisions"

var decisionChoices = []layout.Option{{Value: collegeDecision, Label: "Composition des collèges (R. 425-13)"}, {Value: physicianDecision, Label: "Médecins qui rendent seuls un avis (R. 631-1)"}}

// decisionsPage is the page face of listCompositionDecisions.
func (k *Desk) decisionsPage(c *web.Call, list web.List[store.DecisionEntry]) (any, error) {
	head, err := k.isHead(c)
	page := layout.ListView{Shell: k.Shell(c), Heading: "Décisions de composition", Back: layout.Action{Label: "Équipe", Href: peoplePath},
		Next: []layout.Action{{Label: "Saisir une décision", Href: decisionsPath + "/nouvelle"}},
		Lead: "Une décision du directeur général est saisie par une personne et confirmée par une autre, qu’elle ne nomme pas. L’exploitation la publie ensuite dans les deux zones : avant cela, personne ne siège par elle."}
	entered := layout.ListSection{ID: "saisies", Title: "Décisions saisies", Empty: "Aucune décision n’a été saisie ici.", Columns: []string{"Référence", "Dates", "Médecins, dans l’ordre", "Où elle en est"}}
	for _, one := range list.Items {
		d, names := one.Decision, ""
		for _, line := range d.Lines {
			names += strconv.Itoa(line.Line) + ". Dr " + line.GivenName + " " + line.FamilyName + " "
		}
		stands := "Attend d’être confirmée"
		switch {
		case one.Published:
			stands = "Publiée dans cette zone"
		case one.ConfirmedBy != nil:
			stands = "Confirmée, à publier par l’exploitation"
		case head && one.EnteredBy != c.Who.ID && !slices.Contains(one.Persons, c.Who.ID):
			page.Acts = append(page.Acts, layout.Act{Title: d.Ref + " : à confirmer", Text: "Comparez au texte publié : " + names, Label: "Confirmer", Form: buttonOn(c, decisionsPath+"/"+one.ID+"/confirmation")})
		}
		entered.Rows = append(entered.Rows, []layout.ListCell{{Text: d.Ref}, {Text: "Signée le " + frenchDay(string(d.SignedOn)) + ", publiée le " + frenchDay(string(d.PublishedOn)),
			Note: "En vigueur à partir du " + frenchDay(string(d.ValidFrom))}, {Text: names}, {Text: stands}})
	}
	page.Sections = []layout.ListSection{entered}
	return page, err
}

// decisionForm is the page face of recordCompositionDecision.
func (k *Desk) decisionForm() web.Option {
	return web.Form(decisionsPath+"/nouvelle", web.Face[recordDecisionInput, store.DecisionEntry]{Template: "form", View: k.decisionPage, Said: "decision_entered",
		Done: func(*web.Call, recordDecisionInput, store.DecisionEntry) string { return decisionsPath }})
}

func (k *Desk) decisionPage(c *web.Call, _ recordDecisionInput, typed web.Typed) (any, error) {
	looking := k.onDecision(c, "", nil)
	looking.Action = "decision.list"
	if _, err := k.decisionsEntered(c, looking); err != nil {
		return nil, err
	}
	f := layout.NewForm(decisionsPath+"/nouvelle", typed.Key, typed, nil)
	page := layout.FormView{Shell: k.Shell(c), Heading: "Saisir une décision de composition", Form: f, Submit: "Saisir", Back: layout.Action{Label: "Décisions", Href: decisionsPath},
		Lead: "Recopiez le texte publié. Rien ne change avant qu’un chef de service, autre que vous, l’ait confirmée."}
	physicians, err := identity.PhysiciansOn(c.Context(), k.Pool, k.dayOfService())
	var people []layout.Option
	for _, p := range physicians {
		people = append(people, layout.Option{Value: p.ID, Label: "Dr " + p.Name()})
	}
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Text("ref", "Référence", "En majuscules, chiffres et tirets"), f.Radio("kind", "Objet", "", decisionChoices...),
		f.Date("signed_on", "Signée le", ""), f.Date("published_on", "Publiée le", ""), f.Date("valid_from", "En vigueur à partir du", ""),
		notRequired(f.Date("valid_to", "Jusqu’au", "Vide : sans terme")), f.Ticks("persons", "Médecins que la décision nomme", "", people...)}}}
	refuse(f, typed)
	return page, err
}

func (k *Desk) decisionConfirmedForm() web.Option {
	return web.Form(decisionsPath+"/:decision/confirmation", web.Face[confirmDecisionInput, store.DecisionEntry]{Said: "decision_confirmed",
		Done: func(*web.Call, confirmDecisionInput, store.DecisionEntry) string { return decisionsPath }})
}
