package layout

import "time"

// LogStateView is the state of the zone's log: how long it is, what was signed, who countersigned.
type LogStateView struct {
	Shell
	Size      int64
	Root      string
	At        time.Time
	Waiting   int64
	Witnesses []LogWitness
}

// LogWitness is the last countersignature of a witness.
type LogWitness struct {
	Name string
	Size int64
	At   time.Time
}

// LogProofView is one entry and the proof that the log holds it, to copy and check elsewhere.
type LogProofView struct {
	Shell
	Row      JournalRow
	Position int64
	Size     int64
	Proof    string
}
