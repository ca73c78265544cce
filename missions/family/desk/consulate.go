package desk

import (
	"context"
	"fmt"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const postPath = "/consulat"

func postCasePath(id string) string { return postPath + "/" + id }

// PostSummary is a line of a consular post's list.
type PostSummary struct {
	ID         string         `json:"id"`
	AGDREF     string         `json:"agdref"`
	FamilyName string         `json:"family_name"`
	GivenNames string         `json:"given_names"`
	State      string         `json:"state"`
	DueOn      *missions.Date `json:"due_on"`
}

// PostCase is what a consular post is shown: who comes, whether the prefect has decided, and the terms of the visa. Neither resources nor housing nor
// anybody's opinion is its business.
type PostCase struct {
	PostSummary
	FiledOn       missions.Date  `json:"filed_on"`
	Authority     string         `json:"authority"`
	Beneficiaries []PostPerson   `json:"beneficiaries"`
	VisaBy        *missions.Date `json:"visa_by"`
	VisaAskedOn   *missions.Date `json:"visa_asked_on"`
	VisaIssuedOn  *missions.Date `json:"visa_issued_on"`
	EntryBy       *missions.Date `json:"entry_by"`
}

// PostPerson is a person who comes.
type PostPerson struct {
	Relation    string        `json:"relation"`
	BirthDate   missions.Date `json:"birth_date"`
	Nationality string        `json:"nationality"`
}

type listPostCasesIn struct {
	web.Cursor
}

// listPostCases is the list of a post: the cases that it was told of, narrowed in SQL.
func (d *Desk) listPostCases(c *web.Call, in listPostCasesIn) (web.Reply[web.List[PostSummary]], error) {
	found, next, err := d.queue(c, store.Reach{Posts: c.Who.Directions}, in.Cursor)
	if err != nil {
		return web.Reply[web.List[PostSummary]]{}, err
	}
	var items []PostSummary
	for _, one := range found {
		items = append(items, postSummary(one))
	}
	return web.OK(web.NewList(items, next)), nil
}

func postSummary(c store.Case) PostSummary {
	return PostSummary{ID: c.ID, AGDREF: c.AGDREF, FamilyName: c.FamilyName, GivenNames: c.GivenNames, State: postState(c.State), DueOn: c.DueOn}
}

// postState is where a case stands for a post: before the decision it is being examined, and by whom is not its business.
func postState(s family.State) string {
	switch s {
	case family.Granted, family.Refused, family.SilentRejection, family.UnderAppeal, family.VisaRequested, family.VisaGiven, family.VisaDenied, family.Lapse, family.Entered, family.ToIntegration, family.Ended:
		return string(s)
	}
	return "EN_COURS"
}

func (d *Desk) getPostCase(c *web.Call, in getCaseIn) (web.Reply[PostCase], error) {
	kept, err := d.seenByPost(c, in.Case)
	if err != nil {
		return web.Reply[PostCase]{}, err
	}
	view, err := d.postCase(kept)
	return web.OK(view), err
}

func (d *Desk) seenByPost(c *web.Call, id string) (kept store.Case, err error) {
	a := c.Act(act.Object{Kind: "family_case", ID: id})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = "family.post.get", "", true, load(id, &kept, get)
	_, err = d.Gate.Do(c.Context(), c.Who, a, nothing)
	return kept, err
}

func (d *Desk) postCase(c store.Case) (PostCase, error) {
	s, err := family.Fold(c.Request, c.Events, d.Law)
	if err != nil {
		return PostCase{}, refused(err)
	}
	view := PostCase{PostSummary: postSummary(c), FiledOn: c.Request.FiledOn, Authority: s.Authority(), Beneficiaries: []PostPerson{}, VisaBy: dayOrNone(s.VisaBy), VisaAskedOn: dayOrNone(s.VisaAsked),
		VisaIssuedOn: dayOrNone(s.VisaIssued), EntryBy: dayOrNone(s.EntryBy)}
	for _, b := range s.Household(c.Request).Asked() {
		view.Beneficiaries = append(view.Beneficiaries, PostPerson{string(b.Relation), b.BirthDate, b.Nationality})
	}
	return view, nil
}

func dayOrNone(d missions.Date) *missions.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

type visaIn struct {
	Case string         `path:"case" json:"-" validate:"uuid"`
	Type string         `json:"type" validate:"required,max=40"`
	On   *missions.Date `json:"on,omitempty"`
}

// recordVisa is the consulate: the visa asked for, issued or refused. The domain takes nothing else from it.
func (d *Desk) recordVisa(c *web.Call, in visaIn) (web.Reply[PostCase], error) {
	data, err := eventIn{Type: in.Type, EventFields: EventFields{On: in.On}}.decode()
	if err != nil {
		return web.Reply[PostCase]{}, err
	}
	after, err := d.changed(c, in.Case, "family.post.get", func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		return d.append(ctx, tx, &kept, family.Consulate, data)
	})
	if err != nil {
		return web.Reply[PostCase]{}, err
	}
	view, err := d.postCase(after)
	return web.OK(view), err
}

// postActs are what a post records.
var postActs = []actForm{
	{"visa-demande", "VISA_DEMANDE", "Enregistrer la demande de visa", "Dès l’attestation de dépôt ; au plus tard six mois après l’accord (à confirmer).", nil, dated("Demandé le")},
	{"visa-delivre", "VISA_DELIVRE", "Enregistrer le visa délivré", "L’entrée doit suivre dans les trois mois (R. 434-34).", nil, dated("Délivré le")},
	{"visa-refuse", "VISA_REFUSE", "Enregistrer le refus de visa", "Décision du consulat.", nil, dated("Refusé le")},
}

func (k PostCase) offers(code string) bool {
	switch code {
	case "VISA_DEMANDE":
		return k.VisaAskedOn == nil && (k.State == "EN_COURS" || k.State == string(family.Granted))
	default:
		return k.State == string(family.VisaRequested)
	}
}

func (d *Desk) postForms() []web.Option {
	var all []web.Option
	for _, a := range postActs {
		all = append(all, web.Form(postPath+"/:case/"+a.slug, web.Face[visaIn, PostCase]{
			Template: "form", Said: "case_event",
			Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("type", a.code) },
			View: func(c *web.Call, in visaIn, typed web.Typed) (any, error) {
				kept, err := d.seenByPost(c, in.Case)
				if err != nil {
					return nil, err
				}
				f := layout.NewForm(postCasePath(in.Case)+"/"+a.slug, typed.Key, typed, nil)
				view := layout.FormView{Shell: d.Shell(c), Heading: a.title, Lead: a.lead, Form: f, Submit: "Enregistrer", Parts: []layout.Part{{Fields: a.fields(f)}},
					Back: layout.Action{Label: kept.FamilyName + " " + kept.GivenNames, Href: postCasePath(kept.ID)}, Badges: []layout.Badge{{Text: kept.AGDREF}}}
				refuse(f, typed)
				return view, nil
			},
			Done: func(_ *web.Call, in visaIn, _ PostCase) string { return postCasePath(in.Case) },
		}))
	}
	return all
}

// postPage is the page face of listPostCases.
func (d *Desk) postPage(c *web.Call, list web.List[PostSummary]) any {
	return d.postList(c, list, postPath, "Les demandes dont votre poste a été informé (R. 434-14), ce qui échoit d’abord.")
}

// postList is the list of a post, consular or OFII's, below a path.
func (d *Desk) postList(c *web.Call, list web.List[PostSummary], path, lead string) layout.CasesView {
	view := layout.CasesView{Shell: d.Shell(c), Heading: "Regroupement familial", Lead: lead}
	for _, s := range list.Items {
		row := layout.CaseRow{Name: s.FamilyName + " " + s.GivenNames, Reference: s.AGDREF, Stage: postStateWords(s.State), Action: layout.Action{Label: "Ouvrir", Href: path + "/" + s.ID}}
		if s.DueOn != nil && s.State != "EN_COURS" {
			row.Due, row.Left = french(*s.DueOn), left(*s.DueOn, d.today(d.Clock.Now()))
		}
		view.Rows = append(view.Rows, row)
	}
	if list.Next != "" {
		view.Next = path + "?after=" + list.Next
	}
	return view
}

func postStateWords(state string) string {
	if state == "EN_COURS" {
		return "À l’instruction"
	}
	return stateWords[state]
}

// postView is what a post sees of a case, consular or OFII's, below a path.
func (d *Desk) postView(c *web.Call, k PostCase, path string) layout.CaseView {
	view := layout.CaseView{Shell: d.Shell(c), Heading: k.FamilyName + " " + k.GivenNames, Back: layout.Action{Label: "Regroupement familial", Href: path},
		Badges: []layout.Badge{{Text: k.AGDREF}, {Text: postStateWords(k.State), Tone: "new"}},
		Given:  []layout.Fact{{Name: "Déposée le", Value: french(k.FiledOn)}, {Name: "Décide", Value: k.Authority}}}
	for i, b := range k.Beneficiaries {
		view.Given = append(view.Given, layout.Fact{Name: fmt.Sprintf("%s, personne %d", relationWords[family.Relation(b.Relation)], i+1), Value: "né(e) le " + french(b.BirthDate) + ", " + layout.CountryName(b.Nationality)})
	}
	moment := func(on *missions.Date, what string, next bool) {
		switch {
		case on == nil:
		case next:
			view.Steps = append(view.Steps, layout.Moment{Date: "Au plus tard le " + french(*on), What: what, Next: true})
		default:
			view.Steps = append(view.Steps, layout.Moment{Date: french(*on), What: what})
		}
	}
	if k.VisaAskedOn == nil {
		moment(k.VisaBy, "Demande de visa (à confirmer)", true)
	}
	moment(k.VisaAskedOn, "Visa demandé", false)
	moment(k.VisaIssuedOn, "Visa délivré", false)
	moment(k.EntryBy, "Entrée en France, R. 434-34", true)
	return view
}

// postCasePage is the page face of getPostCase.
func (d *Desk) postCasePage(c *web.Call, k PostCase) any {
	view := d.postView(c, k, postPath)
	group := layout.ActGroup{Title: "Ce que vous pouvez enregistrer"}
	for _, a := range postActs {
		if k.offers(a.code) {
			group.Links = append(group.Links, layout.Action{Label: a.title, Href: postCasePath(k.ID) + "/" + a.slug})
		}
	}
	if len(group.Links) > 0 {
		view.Acts = append(view.Acts, group)
	}
	return view
}

func postOptions() []layout.Option {
	var all []layout.Option
	for _, p := range missions.Posts() {
		label := p.Label + ", " + layout.CountryName(p.Country)
		if p.Representation {
			label += " (représentation de l’Office)"
		}
		all = append(all, layout.Option{Value: p.Code, Label: label})
	}
	return all
}

func postWords(code string) string {
	for _, p := range missions.Posts() {
		if p.Code == code {
			return p.Label + ", " + layout.CountryName(p.Country)
		}
	}
	return code
}
