package desk

import (
	"context"

	"cloison/act"
	"cloison/identity"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

const absencesTail = "/absences"

// absencesPage is the page face of listAbsences: one's own days, or another's for a head of service, and what became of the dossiers.
func (k *Desk) absencesPage(c *web.Call, shown Absences) (any, error) {
	page := layout.FormView{Shell: k.Shell(c), Heading: "Absences", Back: k.fromAbsences(c, shown.Person),
		Lead: "Pendant une absence, un médecin n’est proposé nulle part, et un chef de service voit qui pourrait reprendre ses dossiers. Elle finit d’elle-même. Elle n’ouvre aucun dossier à personne, et aucun motif n’est gardé."}
	names, err := identity.NamesOf(c.Context(), k.Pool, []string{shown.Person})
	page.Heading += " : " + names[shown.Person]
	page.Acts = append(page.Acts, layout.Act{Title: "Une absence à venir", Text: "Elle se dit à l’avance, et se retire.", Link: &layout.Action{Label: "Dire une absence", Href: personPath(shown.Person, "/absence")}})
	for _, a := range shown.Absences {
		page.Acts = append(page.Acts, layout.Act{Title: daysAway(a), Label: "Retirer cette absence", Form: buttonOn(c, personPath(shown.Person, absencesTail+"/"+a.ID+"/retrait")), Minor: true})
	}
	if len(shown.Replaced) > 0 {
		page.Aside = append(page.Aside, replacedPanel(shown.Replaced))
	}
	return page, err
}

func daysAway(a identity.Absence) string {
	if a.FirstOn == a.LastOn {
		return "Le " + frenchDay(a.FirstOn)
	}
	return "Du " + frenchDay(a.FirstOn) + " au " + frenchDay(a.LastOn)
}

// replacedPanel tells who was replaced, dossier by dossier.
func replacedPanel(replaced []store.Replacement) layout.Panel {
	panel := layout.Panel{Title: "Dossiers repris par un autre médecin"}
	for _, r := range replaced {
		as := "le rapport"
		if r.Capacity == store.AsMember {
			as = "le siège au collège"
		}
		panel.Lines = append(panel.Lines, layout.Line{Text: "Dossier " + r.Dossier[:8] + " : " + as, Note: "le " + frenchDay(r.At.Format("2006-01-02"))})
	}
	return panel
}

// fromAbsences leads back to where the reader came from: the team for who keeps it, one's own openings otherwise.
func (k *Desk) fromAbsences(c *web.Call, person string) layout.Action {
	if person == c.Who.ID {
		return layout.Action{Label: "Mes ouvertures", Href: budgetPath}
	}
	return layout.Action{Label: "Équipe", Href: peoplePath}
}

// absenceForm is the page face of setAbsence.
func (k *Desk) absenceForm() web.Option {
	return web.Form(peoplePath+"/:person/absence", web.Face[setAbsenceInput, Absences]{Template: "form", View: k.absencePage, Said: "absence_said",
		Done: func(_ *web.Call, in setAbsenceInput, _ Absences) string { return personPath(in.Person, absencesTail) }})
}

// absencePage is for whoever may see that person's absences, by that act's own decision.
func (k *Desk) absencePage(c *web.Call, in setAbsenceInput, typed web.Typed) (any, error) {
	looking := k.about(c, in.Person, "", nil)
	looking.Action, looking.IdempotencyKey, looking.ReadOnly = "absence.list", "", true
	if _, err := k.Gate.Do(c.Context(), c.Who, looking, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	f := layout.NewForm(personPath(in.Person, "/absence"), typed.Key, typed, nil)
	names, err := identity.NamesOf(c.Context(), k.Pool, []string{in.Person})
	page := layout.FormView{Shell: k.Shell(c), Heading: "Dire une absence : " + names[in.Person], Form: f, Submit: "Enregistrer",
		Back: layout.Action{Label: "Absences", Href: personPath(in.Person, absencesTail)},
		Lead: "Les deux jours sont compris. N’écrivez le motif nulle part : le service n’a pas à le connaître."}
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Date("first_on", "Premier jour", ""), f.Date("last_on", "Dernier jour", "")}}}
	refuse(f, typed)
	return page, err
}

func (k *Desk) backForm() web.Option {
	return web.Form(peoplePath+"/:person/absences/:absence/retrait", web.Face[withdrawAbsenceInput, Absences]{Said: "absence_withdrawn",
		Done: func(_ *web.Call, in withdrawAbsenceInput, _ Absences) string {
			return personPath(in.Person, absencesTail)
		}})
}
