package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/web"
	"cloison/web/layout"
)

const alarmPath = "/journal/alertes"

// alarmOperations show what an auditor should look at, and keep what he found of it.
func (d *Desk) alarmOperations() []web.Operation {
	return []web.Operation{
		web.Op("listAlarms", "GET", "/audit/alarms", "alarm.list", d.listAlarms, web.Page(alarmPath, "alarms", d.alarmPage)),
		web.Op("reviewAlarm", "POST", "/audit/entries/:entry/review", "alarm.review", d.reviewAlarm, web.Status(200),
			web.Form("/journal/:entry/revue", web.Face[reviewAlarmIn, Reviewed]{Said: "alarm_reviewed",
				Done: func(*web.Call, reviewAlarmIn, Reviewed) string { return alarmPath }})),
	}
}

// States of an alarm.
const openAlarm = "OUVERTE"

var findings = []layout.Option{{Value: "EXPLIQUEE", Label: "Expliquée"}, {Value: "A_SUIVRE", Label: "À suivre"}, {Value: "INCIDENT", Label: "Incident"}}

type listAlarmsIn struct {
	Days int `query:"days" validate:"omitempty,min=1,max=31"` // seven when not said
}

// Alarm is what a rule of watch found, and what was said of it.
type Alarm struct {
	Code    string     `json:"code"`
	Family  string     `json:"family"`
	Says    string     `json:"says"`
	Why     string     `json:"why"`
	Source  string     `json:"source"`
	Subject string     `json:"subject"` // random reference of the account; empty for the log itself
	On      string     `json:"on"`
	Count   int64      `json:"count"`
	Entry   string     `json:"entry"` // the first one
	Last    time.Time  `json:"last"`
	State   string     `json:"state"` // OUVERTE, or the last finding
	Seen    *time.Time `json:"seen"`
}

// listAlarms looks at the last days, newest first. An alarm is computed from entries: none can be taken away.
func (d *Desk) listAlarms(c *web.Call, in listAlarmsIn) (web.Reply[web.List[Alarm]], error) {
	if in.Days == 0 {
		in.Days = 7
	}
	var found []Alarm
	a := c.Act(act.Object{})
	a.ReadOnly = true
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		window := audit.Window{From: tx.Now.AddDate(0, 0, -in.Days), Until: tx.Now.Add(time.Microsecond), Place: d.Location.String()}
		for _, w := range watches {
			hits, err := w.look(ctx, tx, window)
			if err != nil {
				return err
			}
			for _, h := range hits {
				found = append(found, Alarm{w.Code, w.Family, w.Says, w.Why, w.Source, h.Subject, h.On.Format(time.DateOnly), h.Count, h.Entry, h.Last, openAlarm, nil})
			}
		}
		return reviewed(ctx, tx, found)
	})
	slices.SortStableFunc(found, func(a, b Alarm) int { return b.Last.Compare(a.Last) })
	return web.OK(web.NewList(found, "")), err
}

// reviewed gives alarms the last finding of each.
func reviewed(ctx context.Context, q audit.Querier, alarms []Alarm) error {
	var entries []string
	for _, a := range alarms {
		entries = append(entries, a.Entry)
	}
	reviews, err := audit.LatestReviews(ctx, q, entries)
	for _, r := range reviews {
		for i := range alarms {
			if alarms[i].Entry == r.Entry && alarms[i].Code == r.Alarm {
				at := r.At.UTC()
				alarms[i].State, alarms[i].Seen = r.Finding, &at
			}
		}
	}
	return err
}

type reviewAlarmIn struct {
	Entry   string `path:"entry" json:"-"`
	Code    string `json:"code" validate:"required,max=32"`
	Finding string `json:"finding" validate:"required,oneof=EXPLIQUEE A_SUIVRE INCIDENT"`
}

// Reviewed is a finding that was kept.
type Reviewed struct {
	Entry   string `json:"entry"`
	Code    string `json:"code"`
	Finding string `json:"finding"`
}

func (d *Desk) reviewAlarm(c *web.Call, in reviewAlarmIn) (web.Reply[Reviewed], error) {
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "entry", ID: in.Entry}), func(ctx context.Context, tx *act.Tx) error {
		if !slices.ContainsFunc(watches, func(w watch) bool { return w.Code == in.Code }) {
			return act.NewError(act.Invalid, "Aucune alerte n’a ce code. Choisissez-en une dans la liste des alertes.")
		}
		if _, err := audit.Get(ctx, tx, in.Entry); errors.Is(err, audit.ErrNotInLog) {
			return act.NotFound()
		} else if err != nil {
			return err
		}
		tx.SetItem(in.Code + ":" + in.Finding)
		return audit.AddReview(ctx, tx, audit.Review{Entry: in.Entry, Alarm: in.Code, Finding: in.Finding, Reviewer: c.Who.Reference, At: tx.Now})
	})
	return web.OK(Reviewed{in.Entry, in.Code, in.Finding}), err
}

var familyWords = map[string]string{"PLAFONDS": "Plafonds", "HABILITATIONS": "Habilitations", "POLITIQUE": "Politique", "HORLOGE": "Horloge", "CONFIGURATION": "Configuration", "ACCES": "Accès inhabituel"}

// alarmPage is the page face of listAlarms.
func (d *Desk) alarmPage(c *web.Call, list web.List[Alarm]) any {
	view := layout.AlarmsView{Shell: d.Shell(c)}
	open := map[string]int{}
	for i, a := range list.Items {
		row := layout.AlarmRow{Family: familyWords[a.Family], Says: a.Says, Why: a.Why, On: layout.SayDate(a.On), Count: layout.Thousands(a.Count), Subject: a.Subject,
			Proof: journalPath + "/" + a.Entry + "/preuve"}
		for _, f := range findings {
			if f.Value == a.State {
				row.State = f.Label
			}
		}
		if a.Seen == nil {
			open[a.Family]++
		}
		f := layout.NewForm(journalPath+"/"+a.Entry+"/revue", c.FormKey(), web.Typed{}, map[string]string{"finding": a.State})
		finding := f.Select("finding", "Constat", "", findings...)
		finding.ID += "-" + strconv.Itoa(i)
		row.Form, row.Fields = f, []layout.Field{f.Hidden("code", a.Code), finding}
		view.Rows = append(view.Rows, row)
	}
	for _, family := range []string{"PLAFONDS", "ACCES", "HABILITATIONS", "POLITIQUE", "HORLOGE", "CONFIGURATION"} {
		view.Cards = append(view.Cards, layout.StateCard{Title: familyWords[family], Figure: strconv.Itoa(open[family]), Text: "à examiner, sept derniers jours.", Warn: open[family] > 0})
	}
	return view
}
