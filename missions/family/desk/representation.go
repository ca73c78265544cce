package desk

import (
	"context"

	"cloison/act"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const representationPath = "/representation"

func representationCasePath(id string) string { return representationPath + "/" + id }

// RepresentedCase is what OFII's representation is shown: who comes, as the consular post of its country, and the steps of the preparation.
type RepresentedCase struct {
	PostCase
	Steps []string `json:"steps"` // done
	Left  []string `json:"left"`  // to do there
}

// listRepresentationCases are the cases that a post with a representation was told of, narrowed in SQL.
func (d *Desk) listRepresentationCases(c *web.Call, in listPostCasesIn) (web.Reply[web.List[PostSummary]], error) {
	var posts []string
	for _, post := range c.Who.Directions {
		if represented(post) {
			posts = append(posts, post)
		}
	}
	found, next, err := d.queue(c, store.Reach{Posts: posts}, in.Cursor)
	if err != nil {
		return web.Reply[web.List[PostSummary]]{}, err
	}
	var items []PostSummary
	for _, one := range found {
		items = append(items, postSummary(one))
	}
	return web.OK(web.NewList(items, next)), nil
}

func (d *Desk) getRepresentationCase(c *web.Call, in getCaseIn) (web.Reply[RepresentedCase], error) {
	kept, err := d.seenAs(c, in.Case, "family.representation.get")
	if err != nil {
		return web.Reply[RepresentedCase]{}, err
	}
	view, err := d.representedCase(kept)
	return web.OK(view), err
}

// seenAs reads a case by a reader's own act.
func (d *Desk) seenAs(c *web.Call, id, action string) (kept store.Case, err error) {
	a := c.Act(act.Object{Kind: "family_case", ID: id})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = action, "", true, load(id, &kept, get)
	_, err = d.Gate.Do(c.Context(), c.Who, a, nothing)
	return kept, err
}

func (d *Desk) representedCase(kept store.Case) (RepresentedCase, error) {
	s, err := family.Fold(kept.Request, kept.Events, d.Law)
	if err != nil {
		return RepresentedCase{}, refused(err)
	}
	post, err := d.postCase(kept)
	view := RepresentedCase{PostCase: post, Steps: []string{}, Left: []string{}}
	done := map[family.ArrivalStep]bool{}
	for _, step := range s.Steps {
		done[step] = true
		view.Steps = append(view.Steps, string(step))
	}
	for _, step := range family.StepsAbroad() {
		if !done[step] {
			view.Left = append(view.Left, string(step))
		}
	}
	return view, err
}

type preparationIn struct {
	Case string `path:"case" json:"-" validate:"uuid"`
	Step string `json:"step" validate:"required,max=40"`
}

// recordPreparation is OFII's representation: a step of the arrival that is done in the country of origin. The domain takes nothing else from it.
func (d *Desk) recordPreparation(c *web.Call, in preparationIn) (web.Reply[RepresentedCase], error) {
	after, err := d.changed(c, in.Case, "family.representation.get", func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		return d.append(ctx, tx, &kept, family.Representation, family.Prepared{Step: family.ArrivalStep(in.Step)})
	})
	if err != nil {
		return web.Reply[RepresentedCase]{}, err
	}
	view, err := d.representedCase(after)
	return web.OK(view), err
}

func (d *Desk) preparationForm() web.Option {
	return web.Form(representationPath+"/:case/preparation", web.Face[preparationIn, RepresentedCase]{Template: "form", Said: "case_event",
		View: func(c *web.Call, in preparationIn, typed web.Typed) (any, error) {
			kept, err := d.seenAs(c, in.Case, "family.representation.get")
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(representationCasePath(in.Case)+"/preparation", typed.Key, typed, nil)
			view := layout.FormView{Shell: d.Shell(c), Heading: "Préparer l’arrivée", Lead: "Ce que la représentation a fait avec la famille, dans le pays d’origine (R. 434-31).", Form: f, Submit: "Enregistrer",
				Parts: []layout.Part{{Fields: []layout.Field{f.Radio("step", "Étape faite", "", options(family.StepsAbroad(), stepWords)...)}}},
				Back:  layout.Action{Label: kept.FamilyName + " " + kept.GivenNames, Href: representationCasePath(kept.ID)}, Badges: []layout.Badge{{Text: kept.AGDREF}}}
			refuse(f, typed)
			return view, nil
		},
		Done: func(_ *web.Call, in preparationIn, _ RepresentedCase) string { return representationCasePath(in.Case) },
	})
}

func (d *Desk) representationPage(c *web.Call, list web.List[PostSummary]) any {
	return d.postList(c, list, representationPath, "Les familles que votre représentation prépare à l’arrivée, ce qui échoit d’abord.")
}

// representationCasePage is the page face of getRepresentationCase.
func (d *Desk) representationCasePage(c *web.Call, k RepresentedCase) any {
	view := d.postView(c, k.PostCase, representationPath)
	for _, step := range k.Steps {
		view.Steps = append(view.Steps, layout.Moment{Date: "Fait", What: stepWords[family.ArrivalStep(step)]})
	}
	for _, step := range k.Left {
		view.Steps = append(view.Steps, layout.Moment{Date: "À faire", What: stepWords[family.ArrivalStep(step)], Next: true})
	}
	switch family.State(k.State) {
	case family.Granted, family.VisaRequested, family.VisaGiven, family.Entered:
		if len(k.Left) > 0 {
			view.Acts = append(view.Acts, layout.ActGroup{Title: "Ce que vous pouvez enregistrer", Links: []layout.Action{{Label: "Préparer l’arrivée", Href: representationCasePath(k.ID) + "/preparation"}}})
		}
	}
	return view
}
