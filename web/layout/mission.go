package layout

// CasesView is the queue of a mission: what is due first on top.
type CasesView struct {
	Shell
	Heading string
	Lead    string
	Rows    []CaseRow
	New     *Action
	More    []Action // other pages from here
	Next    string
	Nothing string // said in place of rows; "" for the sentence of a queue
	Order   string // of the rows, in words; "" for that of a queue
}

// CaseRow is one case of a queue.
type CaseRow struct {
	Name, Reference, Kind string
	Stage                 string
	Due                   string // the next day it waits for, in words; "" for none
	Left                  string // how far that day is
	Action                Action
}

// CaseView is one case of a mission: what was computed and why, where it stands, what may be done now.
type CaseView struct {
	Shell
	Heading  string
	Lead     string
	Back     Action
	Badges   []Badge
	Clock    *Clock
	Findings []Finding // none where the reader has no business with them
	Both     []Fact    // what each authority said, side by side: none replaces the other
	Steps    []Moment
	Given    []Fact
	// Exchanges are by partner: what went to it, what came from it.
	Exchanges []Fact
	Papers    []Action // documents that go out of the case, as it stands
	Acts      []ActGroup
	Aside     []Panel
	Law       Action
}

// Finding is a computed condition: its outcome, the facts it rests on, the law behind it.
type Finding struct {
	Title, Outcome, Tone string
	Why, Source          string
	ToConfirm            bool
	Values               []string // the parameters used, each with its dates
}

// LawView is the law behind each amount.
type LawView struct {
	Shell
	Version string
	Back    Action
	Rows    []LawRow
}

// LawRow is one parameter between two dates.
type LawRow struct {
	Code, Key, Value, From, To, Source, Note string
	ToConfirm                                bool
}
