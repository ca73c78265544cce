package desk

import (
	"context"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/web"
	"cloison/web/layout"
)

const incidentPath = "/journal/incident"

// exposureOperations answer an incident: what an account that was taken over had opened.
func (d *Desk) exposureOperations() []web.Operation {
	return []web.Operation{
		web.Op("getExposure", "GET", "/audit/exposure", "audit.exposure", d.getExposure, web.Page(incidentPath, "incident", d.incidentPage)),
	}
}

type getExposureIn struct {
	Ground  string `query:"ground" validate:"omitempty,oneof=CONTROLE PLAINTE DROITS INCIDENT ENQUETE JUSTICE"`
	Account string `query:"account" validate:"omitempty,max=64,printascii"` // login, or the reference that stands in entries
	Session string `query:"session" validate:"omitempty,uuid"`
	From    string `query:"from" validate:"omitempty,datetime=2006-01-02"`  // first day
	Until   string `query:"until" validate:"omitempty,datetime=2006-01-02"` // last day
	web.Cursor
}

// ExposureView is what an incident exposed: counts for the notification (RGPD, art. 33), and persons by the reference of their dossier alone.
type ExposureView struct {
	Asked      bool              `json:"asked"` // a page that nobody has asked anything of yet has no answer
	Persons    int64             `json:"persons"`
	Pieces     int64             `json:"pieces"`
	Readings   int64             `json:"readings"`
	Accounts   int64             `json:"accounts"`
	Lists      int64             `json:"lists"`    // readings of lists that do not name their persons one by one
	Messages   int64             `json:"messages"` // notices and opinions read by their number
	Categories []ExposedCategory `json:"categories"`
	Items      []ExposedPerson   `json:"items"`
	Next       string            `json:"next"`
}

// ExposedCategory is one act, how often, on how many persons.
type ExposedCategory struct {
	Action   string `json:"action"`
	Readings int64  `json:"readings"`
	Persons  int64  `json:"persons"`
}

// ExposedPerson is one dossier, or referral.
type ExposedPerson struct {
	Kind     string    `json:"kind"`
	Object   string    `json:"object"`
	Readings int64     `json:"readings"`
	Listed   int64     `json:"listed"` // of them, the name alone, as a line of a list
	Pieces   int64     `json:"pieces"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
}

func (in getExposureIn) blank() bool {
	return in.Ground == "" && in.Account == "" && in.Session == "" && in.From == "" && in.Until == ""
}

func (d *Desk) getExposure(c *web.Call, in getExposureIn) (web.Reply[ExposureView], error) {
	out := ExposureView{Categories: []ExposedCategory{}, Items: []ExposedPerson{}}
	a := c.Act(act.Object{Kind: "search"})
	a.Purpose, a.ReadOnly = in.Ground, true
	if c.Page && in.blank() {
		a.Action = "audit.list" // the form alone: nothing is looked for
	}
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if c.Page && in.blank() {
			return nil
		}
		s, err := Criteria{Account: in.Account, From: in.From, Until: in.Until}.narrow(ctx, tx, d.Location)
		if err != nil {
			return err
		}
		x := audit.Exposure{Subject: s.Subject, Session: in.Session, From: s.From, Until: s.Until}
		if x.Subject == "" && x.Session == "" && x.From.IsZero() {
			return act.NewError(act.Invalid, "Un incident désigne un compte, une session ou un premier jour. Indiquez l’un d’eux, puis recommencez.")
		}
		tx.SetObject("search", s.Subject)
		tx.SetItem(in.Session)
		return out.read(ctx, tx, x, in.Cursor)
	})
	return web.OK(out), err
}

func (v *ExposureView) read(ctx context.Context, q audit.Querier, x audit.Exposure, cursor web.Cursor) error {
	count, err := x.Count(ctx, q)
	if err != nil {
		return err
	}
	v.Asked, v.Persons, v.Pieces, v.Readings, v.Accounts, v.Lists, v.Messages = true, count.Persons, count.Pieces, count.Readings, count.Accounts, count.Lists, count.Messages
	for _, one := range count.Categories {
		v.Categories = append(v.Categories, ExposedCategory(one))
	}
	persons, err := x.List(ctx, q, cursor.After, cursor.Count())
	for _, one := range persons {
		v.Items = append(v.Items, ExposedPerson{one.Kind, one.Object, one.Readings, one.Listed, one.Pieces, one.First.UTC(), one.Last.UTC()})
		v.Next = one.Object
	}
	if len(persons) < cursor.Count() {
		v.Next = ""
	}
	return err
}

// incidentPage is the page face of getExposure: the facts that a notification asks for, to be completed by whoever notifies.
func (d *Desk) incidentPage(c *web.Call, v ExposureView) any {
	known := map[string]string{"session": c.Fiber.Query("session")}
	asked := askedFor(c)
	for one, values := range asked {
		known[one] = values[0]
	}
	f := layout.NewForm(incidentPath, "", web.Typed{}, known)
	view := layout.IncidentView{Shell: d.Shell(c), Asked: v.Asked, Find: &layout.LogFinder{Action: incidentPath, Fields: []layout.Field{
		f.Select("ground", "Motif de la recherche", "Inscrit au journal avec elle.", groundOptions()...),
		f.Text("account", "Compte", "Identifiant de connexion, ou référence."),
		f.Text("session", "Session", "Référence entière, telle qu’une entrée la donne."),
		f.Date("from", "Du", ""), f.Date("until", "Au", "Dernier jour compris."),
	}}}
	if !v.Asked {
		return view
	}
	view.Cards = []layout.StateCard{
		{Title: "Personnes concernées", Figure: layout.Thousands(v.Persons), Text: "Une par dossier, ou par saisine.", Warn: v.Persons > 0},
		{Title: "Pièces ouvertes", Figure: layout.Thousands(v.Pieces), Text: layout.Thousands(v.Readings) + " ouvertures en tout.", Warn: v.Pieces > 0},
		{Title: "Comptes", Figure: layout.Thousands(v.Accounts), Text: "Ceux qui ont ouvert."},
		{Title: "Listes lues", Figure: layout.Thousands(v.Lists), Text: "Chacune peut montrer toute personne du ressort du compte : à ajouter, si le compte n’était plus tenu par son titulaire.", Warn: v.Lists > 0},
	}
	if v.Messages > 0 {
		view.Cards = append(view.Cards, layout.StateCard{Title: "Messages et avis lus", Figure: layout.Thousands(v.Messages), Text: "Par leur numéro : leurs personnes sont à ajouter, si leur saisine n’est pas dans la liste.", Warn: true})
	}
	for _, one := range v.Categories {
		view.Categories = append(view.Categories, layout.IncidentCategory{Action: layout.ActionWords(one.Action), Readings: layout.Thousands(one.Readings), Persons: layout.Thousands(one.Persons)})
	}
	for _, one := range v.Items {
		view.Persons = append(view.Persons, layout.IncidentPerson{Object: one.Object, Readings: layout.Thousands(one.Readings), Pieces: layout.Thousands(one.Pieces),
			NameAlone: one.Listed == one.Readings, First: one.First.In(d.Location), Last: one.Last.In(d.Location)})
	}
	if v.Next != "" {
		if session := known["session"]; session != "" {
			asked.Set("session", session)
		}
		asked.Set("after", v.Next)
		view.Next = incidentPath + "?" + asked.Encode()
	}
	return view
}
