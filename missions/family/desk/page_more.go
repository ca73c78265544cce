package desk

import (
	"context"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const convocationPath = queuePath + "/convocations"

// kindWords are the kinds of appointments, in the order in which a form offers them.
var kindWords = []layout.Option{{Value: store.HomeVisit, Label: "Visite du logement"}, {Value: store.ArrivalVisit, Label: "Visite d’arrivée"}, {Value: store.Welcome, Label: "Accueil"}}

func kindWord(kind string) string {
	for _, k := range kindWords {
		if k.Value == kind {
			return k.Label
		}
	}
	return kind
}

// convocationForm is the page face of createConvocations: the families of the queue that wait for an appointment, and the hours.
func (d *Desk) convocationForm() web.Option {
	return web.Form(convocationPath, web.Face[createConvocationsIn, Convocations]{Template: "form",
		View: func(c *web.Call, _ createConvocationsIn, typed web.Typed) (any, error) {
			waiting, err := d.waiting(c)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(convocationPath, typed.Key, typed, map[string]string{"kind": store.HomeVisit, "from": "09:00", "minutes": "30"})
			view := layout.FormView{Shell: d.Shell(c), Heading: "Convoquer des familles", Form: f, Submit: "Convoquer", Back: layout.Action{Label: "Regroupement familial", Href: queuePath},
				Lead: "Chaque famille reçoit une heure, l’une après l’autre. Les lettres s’impriment ensuite en un seul fichier.",
				Parts: []layout.Part{{Title: "Le rendez-vous", Fields: []layout.Field{f.Radio("kind", "Nature", "Le logement se visite pendant l’enquête ; le reste vient après l’accord", kindWords...), f.Date("on", "Jour", ""), f.Text("from", "Première heure", "Par exemple 09:00"),
					f.Number("minutes", "Minutes entre deux familles", "0 : toutes à la même heure"), f.Text("place", "Lieu", "Pour une visite du logement : son adresse")}},
					{Title: "Les familles", Fields: []layout.Field{f.Ticks("cases", "Demandes", "", waiting...)}}}}
			if len(waiting) == 0 {
				view.Parts[1].Fields, view.Parts[1].Intro = nil, "Aucune famille de votre ressort n’attend de rendez-vous."
			}
			refuse(f, typed)
			return view, nil
		},
		Shows: func(c *web.Call, in createConvocationsIn, out Convocations) (string, any) {
			return "list", d.convokedPage(c, in, out)
		}})
}

// waiting are the cases of the first page of the queue that wait for an appointment.
func (d *Desk) waiting(c *web.Call) (options []layout.Option, err error) {
	var found []store.Case
	a := c.Act(act.Object{})
	a.Action, a.IdempotencyKey, a.ReadOnly = "family.case.list", "", true
	_, err = d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		found, err = store.Awaiting(ctx, tx, reach(c.Who), batch)
		return err
	})
	for _, one := range found {
		options = append(options, layout.Option{Value: one.ID, Label: one.FamilyName + " " + one.GivenNames, Hint: one.AGDREF + ", " + stateWords[string(one.State)]})
	}
	return options, err
}

func (d *Desk) convokedPage(c *web.Call, in createConvocationsIn, out Convocations) layout.ListView {
	view := layout.ListView{Shell: d.Shell(c), Heading: "Convocations du " + french(in.On), Back: layout.Action{Label: "Regroupement familial", Href: queuePath}}
	section := layout.ListSection{ID: "convocations", Title: kindWord(in.Kind), Columns: []string{"Demande", "Heure"}, Empty: "Aucune famille n’a été choisie."}
	some := false
	for i, one := range out.Items {
		row := []layout.ListCell{{Text: fmt.Sprintf("Famille %d", i+1), Links: []layout.Action{{Label: "Ouvrir la demande", Href: casePath(one.Case)}}}, {Text: one.Sentence}}
		if one.At != nil {
			some, row[1].Text = true, layout.FrenchDateTime(one.At.In(d.Location))
		}
		section.Rows = append(section.Rows, row)
	}
	view.Sections = []layout.ListSection{section}
	if some {
		view.Lead = "Les rendez-vous sont enregistrés. Imprimez les lettres, puis envoyez-les."
		view.Next = []layout.Action{{Label: "Imprimer les lettres, PDF", Href: lettersPath(in.Kind, in.On.String()), Primary: true}}
	}
	return view
}

func lettersPath(kind, day string) string {
	return web.Prefix + "/missions/family/convocations/" + kind + "/" + day
}

// cancelForm is a page that says what a cancellation does.
func (d *Desk) cancelForm() web.Option {
	return web.Form(queuePath+"/:case/rendez-vous/:appointment/annulation", web.Face[cancelConvocationIn, Case]{Template: "form", Said: "case_event",
		View: func(c *web.Call, in cancelConvocationIn, typed web.Typed) (any, error) {
			return d.plain(c, in.Case, "rendez-vous/"+in.Appointment+"/annulation", "Annuler le rendez-vous", "La lettre ne s’imprime plus. Prévenez la famille.", "Annuler le rendez-vous", typed)
		},
		Done: func(_ *web.Call, in cancelConvocationIn, _ Case) string { return casePath(in.Case) }})
}

// plain is the page of a form about a case: what it does in law, its fields, its button.
func (d *Desk) plain(c *web.Call, id, slug, title, lead, submit string, typed web.Typed, fields ...func(*layout.Form) layout.Field) (any, error) {
	kept, err := d.seen(c, id)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(casePath(id)+"/"+slug, typed.Key, typed, map[string]string{"address": kept.Address})
	view := d.formOn(c, kept, f, title)
	view.Lead, view.Submit = lead, submit
	part := layout.Part{}
	for _, field := range fields {
		part.Fields = append(part.Fields, field(f))
	}
	view.Parts = []layout.Part{part}
	refuse(f, typed)
	return view, nil
}

// linkForm is the page face of createLink; its answer is the one page that shows the link.
func (d *Desk) linkForm() web.Option {
	return web.Form(queuePath+"/:case/lien", web.Face[linkIn, LinkView]{Template: "form",
		View: func(c *web.Call, in linkIn, typed web.Typed) (any, error) {
			return d.plain(c, in.Case, "lien", "Donner un lien à la mairie",
				"La mairie ouvre ce seul dossier, sans compte, pendant trois mois. Le lien n’est montré qu’une fois ; un lien donné avant est fermé.", "Faire le lien", typed)
		},
		Shows: func(c *web.Call, in linkIn, out LinkView) (string, any) {
			panel := layout.ListSection{ID: "lien", Title: "Le lien", Columns: []string{"Lien", "Valable jusqu’au"}, Intro: "Copiez-le maintenant : il ne sera plus montré. Remettez-le à la mairie par un moyen que vous connaissez d’elle.",
				Rows: [][]layout.ListCell{{{Text: c.Fiber.BaseURL() + out.Path, Exact: true}, {Text: layout.FrenchDate(out.EndsAt.In(d.Location))}}}}
			if out.Path == "" {
				panel.Intro, panel.Rows[0][0] = "Ce lien a déjà été montré. S’il est perdu, faites-en un autre : celui-ci sera fermé.", layout.ListCell{Text: "déjà montré"}
			}
			return "list", layout.ListView{Shell: d.Shell(c), Heading: "Lien de la mairie", Back: layout.Action{Label: "Le dossier", Href: casePath(in.Case)}, Sections: []layout.ListSection{panel}}
		}})
}

func (d *Desk) closeForm() web.Option {
	return web.Form(queuePath+"/:case/lien/fermeture", web.Face[linkIn, Case]{Template: "form", Said: "case_event",
		View: func(c *web.Call, in linkIn, typed web.Typed) (any, error) {
			return d.plain(c, in.Case, "lien/fermeture", "Fermer le lien de la mairie", "Le lien n’ouvre plus rien. La mairie répond par courrier, ou par un autre lien.", "Fermer le lien", typed)
		},
		Done: func(_ *web.Call, in linkIn, _ Case) string { return casePath(in.Case) }})
}

func (d *Desk) joinForm(slug string, apart bool) web.Option {
	title, lead := "Réunir avec une autre demande", "Les deux demandeurs sont une seule personne. Les deux numéros sont gardés ; cela se défait."
	if apart {
		title, lead = "Séparer d’une autre demande", "Les deux demandeurs ne sont pas une seule personne. Ce qui avait été dit reste au journal."
	}
	return web.Form(queuePath+"/:case/"+slug, web.Face[joinIn, Case]{Template: "form", Said: "case_event",
		View: func(c *web.Call, in joinIn, typed web.Typed) (any, error) {
			others, err := d.others(c, in.Case, apart)
			if err != nil {
				return nil, err
			}
			return d.plain(c, in.Case, slug, title, lead, title, typed, func(f *layout.Form) layout.Field {
				return f.Radio("other", "L’autre demande", "Dans votre ressort", others...)
			})
		},
		Done: func(_ *web.Call, in joinIn, _ Case) string { return casePath(in.Case) }})
}

// others are the cases that may be joined to this one, or that are.
func (d *Desk) others(c *web.Call, id string, joined bool) (options []layout.Option, err error) {
	kept, err := d.seen(c, id)
	if err != nil {
		return nil, err
	}
	a := c.Act(act.Object{Kind: "family_case", ID: id})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = "family.case.get", "", true, load(id, &kept, get)
	var found []store.Case
	_, err = d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		if joined {
			found, err = store.Search(ctx, tx, reach(c.Who), kept.Numbers[1:], "", mostFound)
			return err
		}
		found, err = store.Alike(ctx, tx, reach(c.Who), kept.FamilyName, kept.Request.Applicant.BirthDate, kept.Numbers)
		return err
	})
	for _, one := range found {
		options = append(options, layout.Option{Value: one.ID, Label: one.FamilyName + " " + one.GivenNames + ", " + one.AGDREF, Hint: "Déposée le " + french(one.Request.FiledOn) + ", " + stateWords[string(one.State)]})
	}
	return options, err
}

func (d *Desk) addressForm() web.Option {
	return web.Form(queuePath+"/:case/adresse", web.Face[addressIn, Case]{Template: "form", Said: "case_event",
		View: func(c *web.Call, in addressIn, typed web.Typed) (any, error) {
			return d.plain(c, in.Case, "adresse", "Changer l’adresse", "Où les lettres vont. Un déménagement de la famille à venir s’enregistre à part : il change de maire.", "Enregistrer l’adresse", typed,
				func(f *layout.Form) layout.Field { return f.Area("address", "Adresse du demandeur", "", 4) })
		},
		Done: func(_ *web.Call, in addressIn, _ Case) string { return casePath(in.Case) }})
}

// aside is what an agent is shown beside a case: whether the person seems known under another number, and the town hall's link.
func (d *Desk) aside(c *web.Call, k Case) (alike []store.Case, link store.Link, err error) {
	var kept store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: k.ID})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = "family.case.get", "", true, load(k.ID, &kept, get)
	_, err = d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		if alike, err = store.Alike(ctx, tx, reach(c.Who), kept.FamilyName, kept.Request.Applicant.BirthDate, kept.Numbers); err != nil {
			return err
		}
		link, err = store.LastLink(ctx, tx, k.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return alike, link, err
}

// moreActs are the acts that are no event of the procedure.
func (d *Desk) moreActs(k Case, alike []store.Case, link store.Link) []layout.ActGroup {
	action := func(label, slug string) layout.Action {
		return layout.Action{Label: label, Href: casePath(k.ID) + "/" + slug}
	}
	town := layout.ActGroup{Title: "La mairie"}
	if k.standing.MayorIsAsked() {
		town.Links = append(town.Links, action("Donner un lien à la mairie", "lien"))
	}
	if link.ID != "" && link.OpenAt(d.Clock.Now()) {
		town.Links = append(town.Links, action("Fermer le lien de la mairie", "lien/fermeture"))
	}
	person := layout.ActGroup{Title: "Le demandeur", Links: []layout.Action{action("Changer l’adresse", "adresse")}}
	if len(alike) > 0 {
		person.Links = append(person.Links, action("Réunir avec une autre demande", "reunir"))
	}
	if len(k.Numbers) > 1 {
		person.Links = append(person.Links, action("Séparer d’une autre demande", "separer"))
	}
	groups := []layout.ActGroup{person}
	if len(town.Links) > 0 {
		groups = append([]layout.ActGroup{town}, groups...)
	}
	if summonable(store.HomeVisit, k.standing) || summonable(store.Welcome, k.standing) {
		groups = append(groups, layout.ActGroup{Title: "Convoquer", Links: []layout.Action{{Label: "Convoquer des familles", Href: convocationPath}}})
	}
	return groups
}

// appointmentLines are the appointments of a case, each with the way to cancel it.
func (d *Desk) appointmentLines(c *web.Call, k Case) (lines []layout.Line) {
	for _, p := range k.Appointments {
		line := layout.Line{Mark: "wait", Text: kindWord(p.Kind) + ", " + layout.FrenchDateTime(p.At.In(d.Location)), Note: p.Place}
		if p.Cancelled {
			line.Mark, line.Note = "barred", "annulé"
		} else if c.Who.Role != "PREFECTURE" {
			line.Link = &layout.Action{Label: "Annuler", Href: casePath(k.ID) + "/rendez-vous/" + p.ID + "/annulation"}
		}
		lines = append(lines, line)
	}
	return lines
}
