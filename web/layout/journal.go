package layout

import "time"

// JournalView is the auditors' first page: the zone's record, oldest first, as codes and opaque references.
type JournalView struct {
	Shell
	Rows []JournalRow
	Next string
}

// JournalRow is one entry. It holds no name: who is a random reference.
type JournalRow struct {
	At      time.Time
	Subject string
	Role    string
	Action  string
	Object  string
	Outcome string
	Rule    string
	Request string
	Refused bool
	Proof   string // path of the page that proves the entry
}
