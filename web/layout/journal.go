package layout

import "time"

// JournalView is the zone's record as auditors read it, newest first: as it comes, or as a search found it. Codes and opaque references; names only where a
// search said why it looks.
type JournalView struct {
	Shell
	Whole   []StateCard // is the log whole
	Find    *LogFinder
	Ground  string // of the search that the page shows; "" for the log as it comes
	Rows    []JournalRow
	Exports []Action
	Next    string
}

// StateCard is one figure about the log.
type StateCard struct {
	Title, Figure, Text string
	Warn                bool
	Link                *Action
}

// LogFinder is the form of a search: a GET, since nothing that it holds says anything of an illness.
type LogFinder struct {
	Action string
	Fields []Field
}

// JournalRow is one entry.
type JournalRow struct {
	At      time.Time
	Subject string
	Name    string // of who acted, where the page may say it
	Role    string
	Action  string
	Object  string
	Outcome string
	Rule    string
	Request string
	Refused bool
	Proof   string // path of the page that proves the entry
}
