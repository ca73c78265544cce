package act

import (
	"cloison/internal/secret"
	"cloison/policy"
)

// Subject is who acts: a person in a session, or the program itself.
type Subject struct {
	ID          string // directory id; never written in an entry
	Reference   string // random reference that stands in entries
	Session     string // opaque reference of the session
	Role        string
	Login       string
	Name        string
	Profession  string // profession code proven at sign-in ("10": physician), "" where none is proven
	Habilitated bool
	Lapsed      bool // his habilitation was not looked at again in time
	Directions  []string
	Prefecture  string
	Mission     string
	System      string        // "relay", "sweep": no person
	Handle      secret.String // keyholder's handle; empty where the class has none
}

// System is the program acting by itself, under allow rules of its own.
func System(name string) Subject {
	return Subject{ID: name, Reference: name, Role: "SYSTEM", System: name}
}

func (s Subject) policy() policy.Subject {
	return policy.Subject{
		ID: s.ID, Role: s.Role, Profession: s.Profession, Habilitated: s.Habilitated, Lapsed: s.Lapsed,
		Directions: s.Directions, Prefecture: s.Prefecture, Mission: s.Mission, System: s.System,
	}
}
