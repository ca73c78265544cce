package desk

import (
	"encoding/json"
	"time"

	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
)

// Summary is a line of listCases.
type Summary struct {
	ID         string         `json:"id"`
	AGDREF     string         `json:"agdref"`
	FamilyName string         `json:"family_name"`
	GivenNames string         `json:"given_names"`
	Type       string         `json:"type"`
	FiledOn    missions.Date  `json:"filed_on"`
	State      string         `json:"state"`
	DueOn      *missions.Date `json:"due_on"`
	Direction  string         `json:"territorial_direction"`
	Version    int            `json:"version"`
}

// Case is what getCase answers.
type Case struct {
	Summary
	Authority   string           `json:"authority"`
	Commune     string           `json:"commune"`
	Persons     int              `json:"persons"`
	Findings    []family.Finding `json:"findings"`
	Terms       []family.Term    `json:"terms"`
	Events      []EventView      `json:"events"`
	Evaluations []EvaluationView `json:"evaluations"`
	LawVersion  string           `json:"law_version"`

	Address      string            `json:"address"`
	Post         string            `json:"post"`
	Numbers      []string          `json:"numbers"` // of the person, this case's first
	Appointments []AppointmentView `json:"appointments"`
	Exchanges    []family.Exchange `json:"exchanges"` // with each partner, in order

	Pieces []family.PieceStanding `json:"pieces"` // supporting papers: expected, then others that came

	standing family.Standing
	request  family.Request
	kept     store.Case
}

// AppointmentView is a day, an hour and a place.
type AppointmentView struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	At        time.Time `json:"at"`
	Place     string    `json:"place"`
	Cancelled bool      `json:"cancelled"`
}

// EventView is one thing that happened.
type EventView struct {
	Seq  int           `json:"seq"`
	On   missions.Date `json:"on"`
	By   string        `json:"by"`
	Type string        `json:"type"`

	data family.Data
}

// EvaluationView is what was computed, with the table it was computed with.
type EvaluationView struct {
	What    string         `json:"what"`
	Finding family.Finding `json:"finding"`
	Version string         `json:"law_version"`
}

func summaryOf(c store.Case) Summary {
	return Summary{ID: c.ID, AGDREF: c.AGDREF, FamilyName: c.FamilyName, GivenNames: c.GivenNames, Type: string(c.Request.Type), FiledOn: c.Request.FiledOn,
		State: string(c.State), DueOn: c.DueOn, Direction: c.Direction, Version: c.Version}
}

func (d *Desk) view(c store.Case) (Case, error) {
	standing, err := family.Fold(c.Request, c.Events, d.Law)
	if err != nil {
		return Case{}, refused(err)
	}
	findings, err := family.Eligibility(c.Request, d.Law)
	if err != nil {
		return Case{}, refused(err)
	}
	view := Case{Summary: summaryOf(c), Authority: standing.Authority(), Commune: standing.Commune, Persons: standing.Household(c.Request).Size(),
		Findings: findings, Terms: family.Terms(standing), Events: []EventView{}, Evaluations: []EvaluationView{}, LawVersion: d.Law.Version(),
		Address: c.Address, Post: standing.Post, Numbers: c.Numbers, Appointments: []AppointmentView{}, Exchanges: family.Exchanges(c.Events), Pieces: family.PiecesOf(c.Request, c.Events), standing: standing, request: c.Request, kept: c}
	for _, p := range c.Appointments {
		view.Appointments = append(view.Appointments, AppointmentView{p.ID, p.Kind, p.At, p.Place, p.Cancelled})
	}
	if view.Terms == nil {
		view.Terms = []family.Term{}
	}
	for _, e := range c.Events {
		view.Events = append(view.Events, EventView{e.Seq, e.On, string(e.By), e.Data.Type(), e.Data})
	}
	for _, kept := range c.Evaluations {
		var result struct {
			Finding family.Finding `json:"finding"`
			Version string         `json:"law_version"`
		}
		if err := json.Unmarshal(kept.Result, &result); err != nil {
			return Case{}, err
		}
		view.Evaluations = append(view.Evaluations, EvaluationView{kept.What, result.Finding, result.Version})
	}
	return view, nil
}

// last is the last evaluation of a kind.
func (c Case) last(what string) (EvaluationView, bool) {
	for i := len(c.Evaluations) - 1; i >= 0; i-- {
		if c.Evaluations[i].What == what {
			return c.Evaluations[i], true
		}
	}
	return EvaluationView{}, false
}
