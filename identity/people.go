package identity

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// People is a people file: who may sign in, and the published decisions that list physicians.
type People struct {
	Persons   []Person   `json:"persons"`
	Decisions []Decision `json:"decisions"`
}

// Person is an entry of a people file.
type Person struct {
	ID         string     `json:"id"`
	Login      string     `json:"login"`
	Role       string     `json:"role"`
	GivenName  string     `json:"given_name"`
	FamilyName string     `json:"family_name"`
	Issuer     IssuerKind `json:"idp"` // PSC or PROCONNECT in the file
	Subject    string     `json:"subject"`
	NationalID string     `json:"rpps"`
	Direction  string     `json:"territorial_direction"`  // of a physician
	Directions []string   `json:"territorial_directions"` // of a secretary, an agent
	Prefecture string     `json:"prefecture"`
	Mission    string     `json:"mission"`
	// Habilitated: empowered to hold a medical role, without end.
	Habilitated bool `json:"expected_medical_role"`
	// HeadOfService: the custodians let this person extend, for a day, what others may open.
	HeadOfService    bool      `json:"head_of_service"`
	CollegeListings  []Listing `json:"college_memberships"`
	PhysicianListing []Listing `json:"med1_designations"`
}

// Listing says that a decision names a person, and when.
type Listing struct {
	Decision  string  `json:"decision"`
	ValidFrom string  `json:"valid_from"`
	ValidTo   *string `json:"valid_to"`
}

// Decision is a published decision of the director general. Dates are ISO 8601.
type Decision struct {
	Ref         string  `json:"ref"`
	Kind        string  `json:"kind"` // COLLEGE or MED1
	SignedOn    string  `json:"signed_on"`
	PublishedOn string  `json:"published_on"`
	ValidFrom   string  `json:"valid_from"`
	ValidTo     *string `json:"valid_to"`
}

// peopleLimit bounds a people file.
const peopleLimit = 16 << 20

// ParsePeople reads one people file. What a file says beyond this (sex, claims for the development provider) is not read.
func ParsePeople(r io.Reader) (People, error) {
	raw, err := io.ReadAll(io.LimitReader(r, peopleLimit+1))
	if err != nil {
		return People{}, fmt.Errorf("reading a people file: %w", err)
	}
	if len(raw) > peopleLimit {
		return People{}, fmt.Errorf("reading a people file: more than %d bytes", peopleLimit)
	}
	var people People
	if err := json.Unmarshal(raw, &people); err != nil {
		return People{}, fmt.Errorf("reading a people file: %w", err)
	}
	for i, p := range people.Persons {
		p.Issuer = IssuerKind(strings.ToLower(string(p.Issuer)))
		people.Persons[i] = p
		if err := p.check(); err != nil {
			return People{}, fmt.Errorf("reading a people file: person %d (%s): %w", i+1, p.ID, err)
		}
	}
	return people, nil
}

func (p Person) check() error {
	switch {
	case p.ID == "" || p.Login == "" || p.Subject == "":
		return fmt.Errorf("id, login or subject missing")
	case issuerNames[p.Issuer] == "":
		return fmt.Errorf("issuer %q unknown", p.Issuer)
	case !knownRole(p.Role):
		return fmt.Errorf("role %q unknown", p.Role)
	case (p.Role == "MEDECIN" || p.Role == "INFIRMIER") != (p.Issuer == PSC):
		return fmt.Errorf("role %s does not sign in with %s", p.Role, p.Issuer)
	}
	return nil
}

func knownRole(role string) bool {
	for _, known := range roles {
		if role == known {
			return true
		}
	}
	return false
}

// directions of a person, whichever of the two fields says it.
func (p Person) directions() []string {
	switch {
	case len(p.Directions) > 0:
		return p.Directions
	case p.Direction != "":
		return []string{p.Direction}
	}
	return []string{}
}
