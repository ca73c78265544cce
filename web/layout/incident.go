package layout

import "time"

// IncidentView is what an incident exposed: the facts of a notification (RGPD, art. 33), and persons by the reference of their dossier.
type IncidentView struct {
	Shell
	Find       *LogFinder
	Asked      bool
	Cards      []StateCard
	Categories []IncidentCategory
	Persons    []IncidentPerson
	Next       string
}

// IncidentCategory is one act, how often and on how many persons.
type IncidentCategory struct{ Action, Readings, Persons string }

// IncidentPerson is one dossier, or referral.
type IncidentPerson struct {
	Object, Readings, Pieces string
	NameAlone                bool // as a line of a list, and no more
	First, Last              time.Time
}
