package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
)

// Person is somebody who can sign in: an entry of a people file, as far as the
// provider needs it.
type Person struct {
	ID         string         `json:"id"`
	Role       string         `json:"role"`
	Login      string         `json:"login"`
	Subject    string         `json:"subject"`
	IDP        string         `json:"idp"` // PSC or PROCONNECT
	GivenName  string         `json:"given_name"`
	FamilyName string         `json:"family_name"`
	Direction  string         `json:"territorial_direction"`
	Directions []string       `json:"territorial_directions"`
	Prefecture string         `json:"prefecture"`
	Mission    string         `json:"mission"`
	Claims     map[string]any `json:"claims"`
}

// ReadPeople reads the persons of one people file.
func ReadPeople(r io.Reader) ([]Person, error) {
	var file struct {
		Persons []Person `json:"persons"`
	}
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, fmt.Errorf("reading people: %w", err)
	}
	for _, p := range file.Persons {
		if p.ID == "" || p.Login == "" || p.Subject == "" || p.issuer() == "" {
			return nil, fmt.Errorf("reading people: %q lacks an id, a login, a subject or an idp", p.ID)
		}
	}
	return file.Persons, nil
}

func (p Person) issuer() string {
	switch p.IDP {
	case "PSC":
		return PSC
	case "PROCONNECT":
		return ProConnect
	}
	return ""
}

// Name is for pages only.
func (p Person) Name() string { return p.GivenName + " " + p.FamilyName }

// Where tells people of one role apart: a prefecture, a mission, directions.
func (p Person) Where() string {
	switch {
	case p.Prefecture != "":
		return "préfecture " + p.Prefecture
	case p.Mission != "":
		return p.Mission
	case p.Direction != "":
		return p.Direction
	}
	where := ""
	for i, d := range p.Directions {
		if i > 0 {
			where += ", "
		}
		where += d
	}
	return where
}

// strength is how the person proved who they are: acr and amr.
//
// Pro Santé Connect says eidas1 for the card and the e-CPS alike, and no amr.
func (p Person) strength() map[string]any {
	if p.issuer() == PSC {
		return map[string]any{"acr": "eidas1"}
	}
	s := map[string]any{}
	for _, name := range []string{"acr", "amr"} {
		if v, ok := p.Claims[name]; ok {
			s[name] = v
		}
	}
	return s
}

// information is the userinfo: the claims less what only an ID token says.
func (p Person) information() map[string]any {
	c := maps.Clone(p.Claims)
	if c == nil {
		c = map[string]any{}
	}
	delete(c, "acr")
	delete(c, "amr")
	c["sub"] = p.Subject
	return c
}
