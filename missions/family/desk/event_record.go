package desk

import (
	"context"
	"encoding/json"
	"slices"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
)

// eventIn is any event that a person records: its type, and what that type carries. A member that the type does not carry is refused.
type eventIn struct {
	Case string `path:"case" json:"-" validate:"uuid"`
	Type string `json:"type" validate:"required,max=40"`
	EventFields
}

// EventFields are what the types carry between them.
type EventFields struct {
	Missing     []string       `json:"missing,omitempty" validate:"max=40,dive,max=60"`
	Attestation string         `json:"attestation,omitempty" validate:"max=40"`
	Commune     string         `json:"commune,omitempty" validate:"max=5"`
	Post        string         `json:"post,omitempty" validate:"max=40"`
	On          *missions.Date `json:"on,omitempty"`
	Resources   string         `json:"resources,omitempty" validate:"max=20"`
	Housing     string         `json:"housing,omitempty" validate:"max=20"`
	Opinion     string         `json:"opinion,omitempty" validate:"max=20"`
	AsksOFII    *bool          `json:"asks_ofii,omitempty"`
	Why         string         `json:"why,omitempty" validate:"max=40"`
	Outcome     string         `json:"outcome,omitempty" validate:"max=20"`
	Consent     *missions.Date `json:"consent,omitempty"`
	Again       *missions.Date `json:"again,omitempty"`
	Favourable  *bool          `json:"favourable,omitempty"`
	Grounds     []string       `json:"grounds,omitempty" validate:"max=20,dive,max=40"`
	Issued      *bool          `json:"issued,omitempty"`
	Granted     *bool          `json:"granted,omitempty"`
	NotifiedOn  *missions.Date `json:"notified_on,omitempty"`
	Remedy      string         `json:"remedy,omitempty" validate:"max=40"`
	Step        string         `json:"step,omitempty" validate:"max=40"`
	EntryOn     *missions.Date `json:"entry_on,omitempty"`
	BirthDate   *missions.Date `json:"birth_date,omitempty"`
	Beneficiary *int           `json:"beneficiary,omitempty" validate:"omitempty,min=0,max=50"`

	Piece      string          `json:"piece,omitempty" validate:"max=40"`
	Translated *bool           `json:"translated,omitempty"`
	Kind       string          `json:"kind,omitempty" validate:"max=40"`
	Amount     *missions.Value `json:"amount,omitempty"`
	Funding    string          `json:"funding,omitempty" validate:"max=20"`
}

// decode is the event of that type, read as strictly as a stored one.
func (in eventIn) decode() (family.Data, error) {
	if !slices.Contains(family.EventTypes(), in.Type) {
		return nil, act.NewError(act.Invalid, "Ce fait n’est pas de la liste. Choisissez-le parmi les actes du dossier.")
	}
	text, err := json.Marshal(in.EventFields)
	if err != nil {
		return nil, err
	}
	data, err := family.DecodeData(in.Type, text)
	if err != nil {
		return nil, act.Wrap(act.Invalid, "Ce fait ne porte pas ces renseignements. Retirez ceux qui sont de trop.", err)
	}
	return data, nil
}

// recordEvent is an agent of OFII, for his service or for a paper that the town hall or the consulate sent.
func (d *Desk) recordEvent(c *web.Call, in eventIn) (web.Reply[Case], error) {
	return d.record(c, in, family.OFII)
}

// recordDecision is the prefecture: policy lets nobody else through, the domain takes a decision from no other, nor does the database.
func (d *Desk) recordDecision(c *web.Call, in eventIn) (web.Reply[Case], error) {
	return d.record(c, in, family.Prefecture)
}

func (d *Desk) record(c *web.Call, in eventIn, by family.Actor) (web.Reply[Case], error) {
	data, err := in.decode()
	if err != nil {
		return web.Reply[Case]{}, err
	}
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		if found, ok := data.(family.FoundByOFII); ok {
			found.Version = d.Law.Version()
			data = found
		}
		return d.append(ctx, tx, &kept, by, data)
	})
}
