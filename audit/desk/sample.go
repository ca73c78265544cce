package desk

import (
	"context"
	"errors"
	"strconv"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/internal/db"
	"cloison/web"
	"cloison/web/layout"
)

const (
	samplePath    = "/journal/tirages"
	justifiedPath = "/acces-a-justifier"
)

// sampleOperations draw accesses at random, once a month, and have their authors justify them: the auditors', and everybody's own.
func (d *Desk) sampleOperations() []web.Operation {
	return []web.Operation{
		web.Op("listSampledAccesses", "GET", "/audit/samples", "sample.list", d.listSampledAccesses, web.Page(samplePath, "samples", d.samplePage)),
		web.Op("drawSample", "POST", "/audit/samples", "sample.draw", d.drawSample, web.Form(samplePath, web.Face[drawSampleIn, Drawn]{Said: "sample_drawn",
			Done: func(*web.Call, drawSampleIn, Drawn) string { return samplePath }})),
		web.Op("listOwnSampledAccesses", "GET", "/me/accesses", "access.own", d.listOwnSampledAccesses, web.Page(justifiedPath, "samples", d.ownPage)),
		web.Op("justifyAccess", "POST", "/me/accesses/:entry/justification", "access.justify", d.justifyAccess, web.Status(200),
			web.Form("/acces-a-justifier/:entry", web.Face[justifyAccessIn, SampledAccess]{Said: "access_justified",
				Done: func(*web.Call, justifyAccessIn, SampledAccess) string { return justifiedPath }})),
	}
}

// SampledAccess is an access that was drawn.
type SampledAccess struct {
	Month  string     `json:"month"`
	Rank   int64      `json:"rank"`
	Entry  string     `json:"entry"`
	At     time.Time  `json:"at"`
	Role   string     `json:"role"`
	Action string     `json:"action"`
	Object string     `json:"object"`
	Who    string     `json:"subject"`
	Reason string     `json:"reason"` // "" while its author has said nothing
	SaidAt *time.Time `json:"said_at"`
}

// sampledAtOnce is two years of draws.
const sampledAtOnce = 500

func (d *Desk) listSampledAccesses(c *web.Call, _ web.None) (web.Reply[web.List[SampledAccess]], error) {
	return d.sampled(c, "")
}

// listOwnSampledAccesses is narrowed to the person who asks.
func (d *Desk) listOwnSampledAccesses(c *web.Call, _ web.None) (web.Reply[web.List[SampledAccess]], error) {
	return d.sampled(c, c.Who.Reference)
}

func (d *Desk) sampled(c *web.Call, subject string) (web.Reply[web.List[SampledAccess]], error) {
	var items []SampledAccess
	a := c.Act(act.Object{})
	a.ReadOnly = true
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		found, err := audit.FindSampled(ctx, tx, subject, sampledAtOnce)
		for _, s := range found {
			items = append(items, SampledAccess{s.Month, s.Rank, s.Entry.ID, s.Entry.At, s.Entry.Role, s.Entry.Action, s.Entry.Object, s.Entry.Subject, s.Reason, s.SaidAt})
		}
		return err
	})
	return web.OK(web.NewList(items, "")), err
}

type drawSampleIn struct {
	Month string `json:"month" validate:"required,datetime=2006-01"`
}

// Drawn is a draw, and what makes it possible to draw again.
type Drawn struct {
	Month      string `json:"month"`
	Size       int64  `json:"size"`
	Population int64  `json:"population"`
}

func (d *Desk) drawSample(c *web.Call, in drawSampleIn) (web.Reply[Drawn], error) {
	var out Drawn
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) error {
		from, err := time.ParseInLocation("2006-01", in.Month, d.Location)
		if err != nil {
			return act.NewError(act.Invalid, "Ce mois n’existe pas. Écrivez-le comme 2026-03.")
		}
		s, err := audit.DrawSample(ctx, tx, in.Month, from, from.AddDate(0, 1, 0), tx.Now)
		if name, broken := db.Constraint(err); broken && name == "samples_key" {
			return act.NewError(act.Conflict, "Ce mois est déjà tiré : un tirage ne se refait pas. Suivez-le dans la liste.")
		}
		if errors.Is(err, audit.ErrNotOver) {
			return act.NewError(act.Conflict, "Aucun point de contrôle n’est signé depuis la fin de ce mois. Attendez qu’il soit fini, puis recommencez.")
		}
		tx.SetObject("sample", in.Month)
		out = Drawn{s.Month, s.Size, s.Population}
		return err
	})
	return web.Created("/api/v1/audit/samples", out), err
}

type justifyAccessIn struct {
	Entry  string `path:"entry" json:"-"`
	Reason string `json:"reason" validate:"required,oneof=RAPPORTEUR COLLEGE SECRETARIAT ASTREINTE REMPLACEMENT DROITS ERREUR PAS_MOI"`
}

// justifyAccess is its author's alone: of another's access it answers what it answers of none (TestAnAccessIsJustifiedByItsAuthor).
func (d *Desk) justifyAccess(c *web.Call, in justifyAccessIn) (web.Reply[SampledAccess], error) {
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "entry", ID: in.Entry}), func(ctx context.Context, tx *act.Tx) error {
		err := audit.Justify(ctx, tx, in.Entry, c.Who.Reference, in.Reason, tx.Now)
		if name, broken := db.Constraint(err); broken && name == "justifications_key" {
			return act.NewError(act.Conflict, "Cet accès est déjà justifié. Pour dire autre chose, adressez-vous au délégué à la protection des données.")
		}
		if errors.Is(err, audit.ErrNotInLog) {
			return act.NotFound()
		}
		tx.SetItem(in.Reason)
		return err
	})
	return web.OK(SampledAccess{Entry: in.Entry, Reason: in.Reason}), err
}

var reasons = []layout.Option{{Value: "RAPPORTEUR", Label: "Rapporteur du dossier"}, {Value: "COLLEGE", Label: "Membre du collège"}, {Value: "SECRETARIAT", Label: "Suivi par le secrétariat ou la préfecture"},
	{Value: "ASTREINTE", Label: "Astreinte"}, {Value: "REMPLACEMENT", Label: "Remplacement d’un absent"}, {Value: "DROITS", Label: "Demande de la personne"}, {Value: "ERREUR", Label: "Ouvert par erreur"}, {Value: "PAS_MOI", Label: "Ce n’était pas moi"}}

// samplePage is the page face of listSampledAccesses.
func (d *Desk) samplePage(c *web.Call, list web.List[SampledAccess]) any {
	f := layout.NewForm(samplePath, c.FormKey(), web.Typed{}, nil)
	return layout.SamplesView{Shell: d.Shell(c), Heading: "Accès tirés au sort", Back: layout.Action{Label: "Journal", Href: journalPath},
		Lead: "Vingt accès d’un mois, tirés au sort une fois le mois fini : chacun demande une justification à son auteur. Le tirage vient de la racine signée du journal, et peut être refait par quiconque.",
		Draw: f, DrawFields: []layout.Field{f.Text("month", "Mois à tirer", "Tel que 2026-03.")}, Rows: d.sampleRows(c, list.Items, false)}
}

// ownPage is the page face of listOwnSampledAccesses.
func (d *Desk) ownPage(c *web.Call, list web.List[SampledAccess]) any {
	return layout.SamplesView{Shell: d.Shell(c), Heading: "Accès à justifier", Back: layout.Action{Label: "Accueil", Href: "/"},
		Lead: "Chaque mois, vingt accès de tout le service sont tirés au sort. Dites pour chacun des vôtres pourquoi vous avez ouvert ce dossier. Si ce n’était pas vous, dites-le : c’est ainsi qu’un compte volé se voit.",
		Rows: d.sampleRows(c, list.Items, true)}
}

func (d *Desk) sampleRows(c *web.Call, items []SampledAccess, own bool) []layout.SampleRow {
	var rows []layout.SampleRow
	for i, s := range items {
		row := layout.SampleRow{Month: s.Month, At: s.At.In(d.Location), Role: layout.RoleWords(s.Role), Action: layout.ActionWords(s.Action), Object: s.Object}
		for _, r := range reasons {
			if r.Value == s.Reason {
				row.Reason = r.Label
			}
		}
		switch {
		case own && s.Reason == "":
			f := layout.NewForm(justifiedPath+"/"+s.Entry, c.FormKey(), web.Typed{}, nil)
			reason := f.Select("reason", "Pourquoi", "", reasons...)
			reason.ID += "-" + strconv.Itoa(i)
			row.Form, row.Fields = f, []layout.Field{reason}
		case !own:
			row.Subject, row.Proof = s.Who, journalPath+"/"+s.Entry+"/preuve"
		}
		row.Alarm = s.Reason == "PAS_MOI"
		rows = append(rows, row)
	}
	return rows
}
