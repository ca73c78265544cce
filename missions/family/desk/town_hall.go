package desk

import (
	"context"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

type townHallIn struct {
	Link string `path:"link" json:"-" validate:"max=64"`
}

// TownHallCase is what a town hall is shown of the case that it was asked about: who, how many, until when, and what it answered.
type TownHallCase struct {
	FamilyName string         `json:"family_name"`
	GivenNames string         `json:"given_names"`
	Address    string         `json:"address"`
	Commune    string         `json:"commune"`
	Persons    int            `json:"persons"`
	FiledOn    missions.Date  `json:"filed_on"`
	ReceivedOn *missions.Date `json:"received_on"`
	DueOn      *missions.Date `json:"due_on"`
	Answered   bool           `json:"answered"`
	Late       bool           `json:"late"`
	Principles bool           `json:"principles_asked"`
}

// getByLink shows the town hall its case.
func (d *Desk) getByLink(c *web.Call, _ townHallIn) (web.Reply[TownHallCase], error) {
	var found store.Case
	a := c.Act(act.Object{Kind: "family_link", ID: c.Who.ID})
	a.Load = d.byLink(c.Who, &found, get)
	if _, err := d.Gate.Do(c.Context(), c.Who, a, nothing); err != nil {
		return web.Reply[TownHallCase]{}, err
	}
	view, err := d.townHallCase(found)
	return web.OK(view), err
}

func (d *Desk) townHallCase(c store.Case) (TownHallCase, error) {
	s, err := family.Fold(c.Request, c.Events, d.Law)
	if err != nil {
		return TownHallCase{}, refused(err)
	}
	view := TownHallCase{FamilyName: c.FamilyName, GivenNames: c.GivenNames, Address: c.Address, Commune: s.Commune, Persons: s.Household(c.Request).Size(), FiledOn: c.Request.FiledOn,
		Answered: s.Mayor.Opinion != nil, Late: s.Mayor.Late, Principles: !s.Principles.Asked.IsZero() && s.Principles.Given == nil}
	if !s.Mayor.Received.IsZero() {
		view.ReceivedOn, view.DueOn = &s.Mayor.Received, &s.Mayor.Due
	}
	return view, nil
}

type townHallEventIn struct {
	Link       string         `path:"link" json:"-" validate:"max=64"`
	Type       string         `json:"type" validate:"required,max=40"`
	On         *missions.Date `json:"on,omitempty"`
	Resources  string         `json:"resources,omitempty" validate:"max=20"`
	Housing    string         `json:"housing,omitempty" validate:"max=20"`
	Opinion    string         `json:"opinion,omitempty" validate:"max=20"`
	AsksOFII   *bool          `json:"asks_ofii,omitempty"`
	Favourable *bool          `json:"favourable,omitempty"`
}

// recordByLink is the town hall: it acknowledges the file, gives its opinion, or that on the principles. The domain takes nothing else from a mayor.
func (d *Desk) recordByLink(c *web.Call, in townHallEventIn) (web.Reply[TownHallCase], error) {
	data, err := eventIn{Type: in.Type, EventFields: EventFields{On: in.On, Resources: in.Resources, Housing: in.Housing, Opinion: in.Opinion, AsksOFII: in.AsksOFII, Favourable: in.Favourable}}.decode()
	if err != nil {
		return web.Reply[TownHallCase]{}, err
	}
	var kept store.Case
	a := c.Act(act.Object{Kind: "family_link", ID: c.Who.ID})
	a.Load = d.byLink(c.Who, &kept, lock)
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		return d.append(ctx, tx, &kept, family.Mayor, data)
	})
	if err != nil {
		return web.Reply[TownHallCase]{}, err
	}
	if result.Replayed {
		return d.getAgain(c)
	}
	view, err := d.townHallCase(kept)
	return web.OK(view), err
}

// getAgain answers an act that was done before.
func (d *Desk) getAgain(c *web.Call) (web.Reply[TownHallCase], error) {
	var found store.Case
	a := c.Act(act.Object{Kind: "family_link", ID: c.Who.ID})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = "family.link.read", "", true, d.byLink(c.Who, &found, get)
	if _, err := d.Gate.Do(c.Context(), c.Who, a, nothing); err != nil {
		return web.Reply[TownHallCase]{}, err
	}
	view, err := d.townHallCase(found)
	return web.OK(view), err
}

// townHallActs are what a town hall may record, each with the state of its case in which the page offers it.
var townHallActs = []struct {
	actForm
	offered func(TownHallCase) bool
}{
	{actForm{"reception", "RECEPTION_MAIRE", "Accuser réception du dossier", "Vos deux mois commencent ce jour (R. 434-15).", nil, dated("Reçu le")}, func(k TownHallCase) bool { return k.ReceivedOn == nil }},
	{actForm{"avis", "AVIS_MAIRE", "Donner l’avis du maire", "Ce que vous avez vérifié, et l’avis du maire. Reçu après les deux mois, il est gardé comme tardif.", nil, mayorFields}, func(k TownHallCase) bool { return !k.Answered }},
	{actForm{"principes", "AVIS_PRINCIPES", "Donner l’avis sur les principes", "Le préfet demande l’avis du maire sur le respect des principes de la vie familiale (R. 434-24).", nil, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.YesNo("favourable", "Avis favorable ?", "")}
	}}, func(k TownHallCase) bool { return k.Principles }},
}

// townHallForms give each of them a form below the link.
func (d *Desk) townHallForms() []web.Option {
	var all []web.Option
	for _, a := range townHallActs {
		all = append(all, web.Form(linkPath+"/:link/"+a.slug, web.Face[townHallEventIn, TownHallCase]{
			Template: "form", Said: "case_event",
			Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("type", a.code) },
			View: func(c *web.Call, in townHallEventIn, typed web.Typed) (any, error) {
				read, err := d.getAgain(c)
				if err != nil {
					return nil, err
				}
				f := layout.NewForm(linkPath+"/"+in.Link+"/"+a.slug, typed.Key, typed, nil)
				view := layout.FormView{Shell: d.guestShell(c), Heading: a.title, Lead: a.lead, Form: f, Submit: "Enregistrer", Parts: []layout.Part{{Fields: a.fields(f)}},
					Back: layout.Action{Label: read.Body.FamilyName + " " + read.Body.GivenNames, Href: linkPath + "/" + in.Link}}
				refuse(f, typed)
				return view, nil
			},
			Done: func(_ *web.Call, in townHallEventIn, _ TownHallCase) string { return linkPath + "/" + in.Link },
		}))
	}
	return all
}

// guestShell is the shell of whoever has no session: no name, no menu, nothing to sign out of.
func (d *Desk) guestShell(c *web.Call) layout.Shell {
	shell := d.Shell(c)
	shell.Person, shell.Nav = nil, nil
	return shell
}

// townHallPage is the page face of getByLink.
func (d *Desk) townHallPage(c *web.Call, k TownHallCase) any {
	here := c.Fiber.Path()
	view := layout.CaseView{Shell: d.guestShell(c), Heading: k.FamilyName + " " + k.GivenNames, Badges: []layout.Badge{{Text: "Demande de regroupement familial", Tone: "info"}},
		Lead:  "Ce lien ne montre que ce dossier, à votre commune, pour un temps. Ne le transmettez à personne d’autre.",
		Given: []layout.Fact{{Name: "Déposée le", Value: french(k.FiledOn)}, {Name: "Commune où la famille vivra", Value: k.Commune}, {Name: "Personnes au foyer", Value: layout.Group(int64(k.Persons))}}}
	if k.Address != "" {
		view.Given = append(view.Given, layout.Fact{Name: "Adresse du demandeur", Value: k.Address})
	}
	switch {
	case k.ReceivedOn == nil:
		view.Steps = append(view.Steps, layout.Moment{Date: "À faire", What: "Accuser réception : vos deux mois commencent ce jour-là", Next: true})
	default:
		view.Steps = append(view.Steps, layout.Moment{Date: french(*k.ReceivedOn), What: "Dossier reçu par la mairie"},
			layout.Moment{Date: "Au plus tard le " + french(*k.DueOn), What: "Avis du maire, R. 434-15", Effect: "Passé ce terme, l’avis est réputé favorable (R. 434-23).", Next: !k.Answered})
	}
	if k.Answered {
		what := "Avis du maire enregistré"
		if k.Late {
			what += ", après les deux mois"
		}
		view.Steps = append(view.Steps, layout.Moment{Date: "Fait", What: what})
	}
	group := layout.ActGroup{Title: "Ce que vous pouvez enregistrer"}
	for _, a := range townHallActs {
		if a.offered(k) {
			group.Links = append(group.Links, layout.Action{Label: a.title, Href: here + "/" + a.slug})
		}
	}
	if len(group.Links) > 0 {
		view.Acts = append(view.Acts, group)
	}
	return view
}
