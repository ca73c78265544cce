package desk

import (
	"cloison/identity"
	"cloison/medical/store"
	"cloison/release"
	"cloison/web"
	"cloison/web/layout"
)

// collegeForm is the page face of composeCollege.
func (k *Desk) collegeForm() web.Option {
	return web.Form("/dossiers/:dossier/college", web.Face[composeCollegeInput, view]{
		Template: "form", View: k.collegePage, Said: "college_composed",
		Done: backToDossier(func(in composeCollegeInput) string { return in.Dossier }),
	})
}

// collegePage shows everybody of the decision in force: who may sit, and who is barred, by which rule.
func (k *Desk) collegePage(c *web.Call, in composeCollegeInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/college", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Désigner le collège")
	page.Lead = "Trois médecins distincts, inscrits ce jour dans la décision du directeur général (R. 425-13). L’auteur du rapport ne siège pas."
	page.Submit = "Désigner ces trois médecins"
	today := k.today(d).String()
	refs, err := store.DecisionsInForce(c.Context(), k.Pool, collegeDecision, today)
	if err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		page.Form, page.Lead = nil, "Aucune décision de composition n’est en vigueur aujourd’hui : le directeur général doit d’abord en publier une."
		return page, nil
	}
	decision, err := store.GetDecision(c.Context(), k.Pool, refs[0])
	if err != nil {
		return nil, err
	}
	away, err := identity.AwayOn(c.Context(), k.Pool, k.dayOfService())
	if err != nil {
		return nil, err
	}
	var choices []layout.Option
	for _, line := range decision.Lines {
		choices = append(choices, memberOption(line, d, today, away))
	}
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Hidden("decision_ref", decision.Ref),
		f.Ticks("members", "Décision "+decision.Ref+" du "+layout.SayDate(string(decision.SignedOn)), "Cochez trois médecins", choices...),
	}}}
	refuse(f, typed)
	return page, nil
}

func memberOption(line release.DecisionLine, d store.Dossier, today string, away map[string]identity.Absence) layout.Option {
	absence, absent := away[line.Person]
	option := layout.Option{Value: line.Person, Label: "Dr " + line.GivenName + " " + line.FamilyName}
	switch {
	case line.Person == d.Policy.Rapporteur:
		option.Barred, option.Hint = true, "Écarté : auteur du rapport (R. 425-13)"
	case string(line.ValidFrom) > today, line.ValidTo != nil && string(*line.ValidTo) < today:
		option.Barred, option.Hint = true, "Écarté : inscription qui ne couvre pas ce jour"
	case absent:
		option.Barred, option.Hint = true, "Écarté : absent jusqu’au "+frenchDay(absence.LastOn)
	}
	return option
}
