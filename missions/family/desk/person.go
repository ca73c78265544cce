package desk

import (
	"context"
	"slices"
	"strings"

	"cloison/act"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const searchPath = queuePath + "/recherche"

// mostFound bounds what a search answers: who has more looks for something narrower.
const mostFound = 50

type searchIn struct {
	Text string `json:"text" validate:"required,min=2,max=200"`
}

// Found is what searchCases answers.
type Found struct {
	Items []Summary `json:"items"`
	More  bool      `json:"more"`
}

// searchCases finds by a number, those that were joined to it included, or by the beginning of a name, among what the reader may list. It is a POST: a
// name stands in no address.
func (d *Desk) searchCases(c *web.Call, in searchIn) (web.Reply[Found], error) {
	text := strings.TrimSpace(in.Text)
	var cases []store.Case
	look := func(ctx context.Context, tx *act.Tx) (err error) {
		if digits(text) {
			numbers, err := store.Numbers(ctx, tx, text)
			if err != nil {
				return err
			}
			cases, err = store.Search(ctx, tx, reach(c.Who), numbers, "", mostFound+1)
			return err
		}
		cases, err = store.Search(ctx, tx, reach(c.Who), nil, text, mostFound+1)
		return err
	}
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), look); err != nil {
		return web.Reply[Found]{}, err
	}
	view := Found{Items: []Summary{}, More: len(cases) > mostFound}
	for _, one := range cases[:min(len(cases), mostFound)] {
		view.Items = append(view.Items, summaryOf(one))
	}
	return web.OK(view), nil
}

func digits(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// searchForm is the page face of searchCases: the answer is the page.
func (d *Desk) searchForm() web.Option {
	return web.Form(searchPath, web.Face[searchIn, Found]{Template: "form",
		View: func(c *web.Call, _ searchIn, typed web.Typed) (any, error) {
			if err := d.mayList(c); err != nil {
				return nil, err
			}
			f := layout.NewForm(searchPath, typed.Key, typed, nil)
			view := layout.FormView{Shell: d.Shell(c), Heading: "Chercher une demande", Lead: "Dans votre ressort, par le numéro AGDREF ou par le début du nom.", Form: f, Submit: "Chercher",
				Back: layout.Action{Label: "Regroupement familial", Href: queuePath}, Parts: []layout.Part{{Fields: []layout.Field{f.Text("text", "Numéro AGDREF ou nom", "Deux caractères au moins")}}}}
			refuse(f, typed)
			return view, nil
		},
		Shows: func(c *web.Call, _ searchIn, out Found) (string, any) {
			view := d.casesPage(c, web.NewList(out.Items, "")).(layout.CasesView)
			view.Heading, view.Lead, view.New = "Demandes trouvées", "Dans votre ressort, les plus récentes d’abord.", &layout.Action{Label: "Chercher autre chose", Href: searchPath}
			if out.More {
				view.Lead += " Il y en a d’autres : précisez."
			}
			view.Nothing, view.Order = "Aucune demande de votre ressort ne correspond.", "de la plus récente à la plus ancienne"
			return "cases", view
		}})
}

func (d *Desk) mayList(c *web.Call) error {
	a := c.Act(act.Object{})
	a.Action, a.IdempotencyKey, a.ReadOnly = "family.case.list", "", true
	_, err := d.Gate.Do(c.Context(), c.Who, a, nothing)
	return err
}

type joinIn struct {
	Case  string `path:"case" json:"-" validate:"uuid"`
	Other string `json:"other" validate:"required,uuid"` // another case, whose applicant is the same person
}

// joinPersons says that the applicants of two cases are one person. Both numbers are kept; the saying can be undone (separatePersons). Whoever says
// it reads both cases.
func (d *Desk) joinPersons(c *web.Call, in joinIn) (web.Reply[Case], error) {
	return d.say(c, in, false)
}

// separatePersons undoes it.
func (d *Desk) separatePersons(c *web.Call, in joinIn) (web.Reply[Case], error) {
	return d.say(c, in, true)
}

func (d *Desk) say(c *web.Call, in joinIn, apart bool) (web.Reply[Case], error) {
	other, err := d.seen(c, in.Other)
	if err != nil {
		return web.Reply[Case]{}, err
	}
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		numbers, err := store.Numbers(ctx, tx, kept.AGDREF)
		switch {
		case err != nil:
			return err
		case kept.AGDREF == other.AGDREF:
			return refused(family.SameNumber)
		case slices.Contains(numbers, other.AGDREF) != apart:
			return refused(family.AlreadySaid)
		}
		return store.Join(ctx, tx, kept.AGDREF, other.AGDREF, apart, tx.Now)
	})
}

type addressIn struct {
	Case    string `path:"case" json:"-" validate:"uuid"`
	Address string `json:"address" validate:"required,max=500"`
}

// changeAddress changes where the applicant is written to.
func (d *Desk) changeAddress(c *web.Call, in addressIn) (web.Reply[Case], error) {
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		return store.SetAddress(ctx, tx, kept.ID, strings.TrimSpace(in.Address))
	})
}
