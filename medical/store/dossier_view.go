package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cloison/medical"
	"cloison/policy"
)

// View is a dossier as getDossier shows it without opening anything: codes, dates and opaque ids.
type View struct {
	ID                     string                   `json:"id"`
	Referral               string                   `json:"referral"` // the first one
	Referrals              []Referral               `json:"referrals"`
	Kind                   string                   `json:"kind"`
	State                  string                   `json:"state"`
	Renewal                bool                     `json:"renewal"`
	Minor                  bool                     `json:"minor"`
	Representatives        []string                 `json:"representatives"`
	Prefecture             string                   `json:"prefecture"`
	Direction              string                   `json:"direction"`
	Country                medical.Country          `json:"country"`
	RequestRegisteredOn    *medical.Date            `json:"request_registered_on"`
	CertificateAvailableOn *medical.Date            `json:"certificate_available_on"`
	Liberty                []LibertyView            `json:"liberty"`
	Rapporteur             *string                  `json:"rapporteur"`
	Competence             *medical.Competence      `json:"competence"` // who gives the opinion as of now, and for whom
	Composition            *policy.Composition      `json:"composition"`
	Signatures             []medical.SignatureGiven `json:"signatures"` // of all compositions, the void ones with their reason
	Events                 []EventView              `json:"events"`
	Deadlines              []medical.Deadline       `json:"deadlines"`
	Flags                  []string                 `json:"flags"`
	Tasks                  []Task                   `json:"tasks"`
	Version                int                      `json:"version"`
}

// LibertyView is a status of liberty from an instant on.
type LibertyView struct {
	Status medical.Liberty `json:"status"`
	From   *time.Time      `json:"from"`
}

// EventView is one event.
type EventView struct {
	Seq   int             `json:"seq"`
	At    time.Time       `json:"at"`
	Type  string          `json:"type"`
	Actor string          `json:"actor"`
	Stage *string         `json:"stage"`
	Data  json.RawMessage `json:"data"`
}

// ViewOf shows d as of an instant: deadlines and flags are computed, never stored.
func ViewOf(d Dossier, asOf time.Time) (View, error) {
	v := View{
		ID: d.ID, Referrals: d.Referrals, Kind: d.Case.Kind, State: d.Policy.State, Renewal: d.Case.Renewal,
		Prefecture: d.Case.Prefecture, Direction: d.Case.Direction, Country: d.Case.Country,
		RequestRegisteredOn: d.Case.RequestRegisteredOn, CertificateAvailableOn: d.Case.CertificateAvailableOn,
		Competence: d.Case.CompetenceAt(asOf), Composition: d.Policy.Composition, Deadlines: medical.Deadlines(d.Case, asOf), Flags: medical.Flags(d.Case, asOf), Version: d.Version,
		Liberty: []LibertyView{}, Events: []EventView{}, Signatures: medical.Signatures(d.Case),
		Minor: d.Case.Minor(), Representatives: slices.Concat([]string{}, d.Case.Representatives),
	}
	if len(d.Referrals) > 0 {
		v.Referral = d.Referrals[0].ID
	}
	if d.Policy.Rapporteur != "" {
		v.Rapporteur = &d.Policy.Rapporteur
	}
	for _, p := range d.Case.Liberty {
		v.Liberty = append(v.Liberty, LibertyView(p))
	}
	for _, e := range d.Case.Events {
		shown, err := viewEvent(e)
		if err != nil {
			return View{}, fmt.Errorf("showing dossier %s: %w", d.ID, err)
		}
		v.Events = append(v.Events, shown)
		if change, ok := e.Data.(medical.ChangementLiberte); ok {
			v.Liberty = append(v.Liberty, LibertyView{Status: change.Liberty, From: &shown.At})
		}
	}
	v.Deadlines = slices.Concat([]medical.Deadline{}, v.Deadlines)
	v.Flags = slices.Concat([]string{}, v.Flags)
	v.Tasks = slices.Concat([]Task{}, d.Tasks)
	return v, nil
}

func viewEvent(e medical.Event) (EventView, error) {
	data, err := medical.EncodeData(e.Data)
	if err != nil {
		return EventView{}, err
	}
	v := EventView{Seq: e.Seq, At: e.At, Type: string(e.Type), Actor: e.Actor, Data: data}
	if e.Stage != medical.StageNone {
		stage := string(e.Stage)
		v.Stage = &stage
	}
	return v, nil
}
