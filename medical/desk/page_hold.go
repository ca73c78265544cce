package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// holdForm is the page face of setHold, for the data-protection officer: how long a dossier is kept, and nothing of what it holds.
func (k *Desk) holdForm() web.Option {
	return web.Form("/dossiers/:dossier/conservation", web.Face[setHoldInput, Retention]{Template: "form", View: k.holdPage, Said: "hold_changed",
		Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("hold_reason", "CONTENTIEUX") },
		Done: func(_ *web.Call, in setHoldInput, _ Retention) string {
			return dossierPath(in.Dossier) + "/conservation"
		}})
}

func (k *Desk) holdPage(c *web.Call, in setHoldInput, typed web.Typed) (any, error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "retention.get", "", true
	if _, err := k.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	kept := retentionOf(d)
	f := layout.NewForm(dossierPath(d.ID)+"/conservation", typed.Key, typed, nil)
	page := layout.FormView{Shell: k.Shell(c), Heading: "Conservation du dossier " + d.ID[:8], Form: f, Back: layout.Action{Label: "Journal", Href: "/"},
		Badges: []layout.Badge{{Text: stageWords[d.Policy.State], Tone: "new"}}, Aside: []layout.Panel{retentionPanel(kept)}}
	if kept.HoldSet {
		page.Lead, page.Submit = "La destruction est suspendue. La lever rend le dossier à son terme : rien n’est détruit aussitôt, et un recours en cours le retient encore.", "Lever la suspension"
		page.Parts = []layout.Part{{Fields: []layout.Field{f.Hidden("type", string(medical.EvHoldLifted))}}}
	} else {
		page.Lead, page.Submit = "Suspendre la destruction de ce dossier, pour un contentieux. Vous n’en lisez rien : ni nom, ni pièce.", "Suspendre la destruction"
		page.Parts = []layout.Part{{Fields: []layout.Field{f.Hidden("type", string(medical.EvHoldSet))}}}
	}
	page.Aside = append(page.Aside, layout.Panel{Title: "Aussi", Lines: []layout.Line{
		{Text: "Qui a ouvert ce dossier, par fonction", Link: &layout.Action{Label: "Accès enregistrés", Href: dossierPath(d.ID) + "/acces-enregistres"}},
		{Text: "La fin de sa conservation", Link: &layout.Action{Label: "Détruire", Href: dossierPath(d.ID) + "/destruction"}}}})
	page.Back = layout.Action{Label: "Conservation", Href: "/conservation"}
	refuse(f, typed)
	return page, nil
}

func retentionPanel(kept Retention) layout.Panel {
	panel := layout.Panel{Title: "Aujourd’hui", Alt: true}
	until := layout.Line{Text: "Aucun terme : le dossier n’est pas clos"}
	if kept.RetainedUntil != nil {
		until.Text = "À conserver jusqu’au " + layout.FrenchDate(kept.RetainedUntil.Time())
	}
	held := layout.Line{Text: "Aucune suspension"}
	switch {
	case kept.HoldSet:
		held = layout.Line{Mark: "barred", Text: "Destruction suspendue"}
	case kept.Held:
		held = layout.Line{Mark: "wait", Text: "Un recours en cours suspend la destruction"}
	}
	panel.Lines = []layout.Line{until, held}
	return panel
}
