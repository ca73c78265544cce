package play

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// Person is who can sign in.
type Person struct {
	ID          string   `json:"id"`
	Login       string   `json:"login"`
	Role        string   `json:"role"`
	Prefecture  string   `json:"prefecture"`
	Directions  []string `json:"territorial_directions"`
	Memberships []listed `json:"college_memberships"`
	Single      []listed `json:"med1_designations"`
}

type listed struct {
	Decision string `json:"decision"`
}

type decision struct {
	Ref  string  `json:"ref"`
	Kind string  `json:"kind"`
	From string  `json:"valid_from"`
	To   *string `json:"valid_to"`
}

// People is everybody of the people files, in their order.
type People struct {
	list      []Person
	decisions []decision
}

// LoadPeople reads people files; a person or a decision already known is not taken twice.
func LoadPeople(files ...string) (*People, error) {
	p := &People{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("reading people: %w", err)
		}
		var in struct {
			Persons   []Person   `json:"persons"`
			Decisions []decision `json:"decisions"`
		}
		if err := json.Unmarshal(b, &in); err != nil {
			return nil, fmt.Errorf("reading people %s: %w", f, err)
		}
		p.add(in.Persons, in.Decisions)
	}
	return p, nil
}

func (p *People) add(persons []Person, decisions []decision) {
	for _, who := range persons {
		if _, known := p.find(who.ID); !known {
			p.list = append(p.list, who)
		}
	}
	for _, d := range decisions {
		if !slices.ContainsFunc(p.decisions, func(e decision) bool { return e.Ref == d.Ref }) {
			p.decisions = append(p.decisions, d)
		}
	}
}

func (p *People) find(id string) (Person, bool) {
	for _, who := range p.list {
		if who.ID == id {
			return who, true
		}
	}
	return Person{}, false
}

// secretary is somebody of the medical secretariat of a territory.
func (p *People) secretary(direction string) (Person, bool) {
	for _, who := range p.list {
		if who.Role == "SECRETARIAT_MEDICAL" && slices.Contains(who.Directions, direction) {
			return who, true
		}
	}
	return Person{}, false
}

// agent is somebody of a prefecture.
func (p *People) agent(prefecture string) (Person, bool) {
	for _, who := range p.list {
		if who.Role == "PREFECTURE" && who.Prefecture == prefecture {
			return who, true
		}
	}
	return Person{}, false
}

// auditor is the first auditor of the files.
func (p *People) auditor() (Person, bool) {
	for _, who := range p.list {
		if who.Role == "AUDITEUR_CONFORMITE" {
			return who, true
		}
	}
	return Person{}, false
}

// line is the person on a line of a decision: the rank among those who hold it, in file order (from 1).
func (p *People) line(ref string, n int) string {
	rank := 0
	for _, who := range p.list {
		if holds(who, ref) {
			if rank++; rank == n {
				return who.ID
			}
		}
	}
	return fmt.Sprintf("ligne %d", n)
}

func holds(who Person, ref string) bool {
	same := func(l listed) bool { return l.Decision == ref }
	return slices.ContainsFunc(who.Memberships, same) || slices.ContainsFunc(who.Single, same)
}

// decisionOn is the decision of a kind in force on a day.
func (p *People) decisionOn(kind, day string) string {
	for _, d := range p.decisions {
		if d.Kind == kind && d.From <= day && (d.To == nil || day <= *d.To) {
			return d.Ref
		}
	}
	return ""
}
