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

	Purpose, Item, Session, Account, Policy string
	Bytes                                   int64

	Sentence   string // of the rule that refused
	Today      string // what the rules of today would decide
	Changed    bool   // not what was decided
	Conditions []LogCondition
}

// LogCondition is one condition of today's rules, for what the decision rested on.
type LogCondition struct {
	Rule  string
	Holds bool
}

// ReplayView is a period decided again under the rules of today.
type ReplayView struct {
	Shell
	From, Until     time.Time
	Kept            bool
	Decisions, Same int
	Cards           []StateCard
	Rows            []ReplayRow
}

// ReplayRow is one decision that today's rules would not take.
type ReplayRow struct {
	At                      time.Time
	Role, Action, Then, Now string
	Proof                   string
}
