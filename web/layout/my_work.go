package layout

import (
	"cmp"
	"slices"
	"time"
)

// MyWorkView is the physicians' and the secretariat's first page: what is due first, under which law, and who is awaited.
type MyWorkView struct {
	Shell
	Heading string
	Today   time.Time
	Budgets []string // openings that come near their limit, as sentences
	Team    TeamNotice
	Find    *Finder   // a search: below the list, and above what it found
	Found   bool      // the rows are what a search found
	Names   *Opening  // opens the names of this page
	Rows    []WorkRow // in any order: the page puts urgent cases apart and what is due first on top
	Next    string    // address of the following page of the list, "" at the end
}

// TeamNotice is what a first page says of habilitations.
type TeamNotice struct {
	Own                    string // the last day of the reader's own, where it is near
	Confirmations, Reviews int    // what awaits a head of service
}

// Awaits says that a head of service has something to decide.
func (n TeamNotice) Awaits() bool { return n.Confirmations+n.Reviews > 0 }

// Finder is a search in the head of a list.
type Finder struct {
	Form   *Form
	Fields []Field
}

// RowName is who a dossier is about, once the names of a page were opened.
type RowName struct{ Name, Note string }

// WorkRow is one dossier. It holds nothing medical, and a name only where the reader asked for those of the page.
type WorkRow struct {
	Name      *RowName
	Reference string // the number both zones know, or the dossier's own
	Kind      string // "Séjour, première demande"
	Stage     string // "Collège"
	Detail    string // a second line under the stage, from closed sentences
	Urgent    bool   // a removal case, due "sans délai"
	Over      bool   // its procedure is over: nothing is due
	Clock     *Clock // nil when no term runs
	Progress  *Progress
	Awaited   Awaited
	Action    *Action // nil where no page can do it yet
}

// Progress is "2 / 3 réponses".
type Progress struct {
	Done, Total int
	Of          string
}

// Awaited names who is expected to act. Every wait has a name.
type Awaited struct {
	You  bool
	Who  string // a role or a person of the service; ignored when You
	Note string
}

// Action is the one thing to do on a row.
type Action struct {
	Label, Href string
	Primary     bool
}

// Urgent gives the removal cases, what is due first on top.
func (v MyWorkView) Urgent() []WorkRow {
	return v.part(func(r WorkRow) bool { return r.Urgent && !r.Over })
}

// Ordinary gives the others, what is due first on top, those without a term last.
func (v MyWorkView) Ordinary() []WorkRow {
	return v.part(func(r WorkRow) bool { return !r.Urgent && !r.Over })
}

// Over gives what is kept for memory.
func (v MyWorkView) Over() []WorkRow { return v.part(func(r WorkRow) bool { return r.Over }) }

// Running counts what is not over.
func (v MyWorkView) Running() int { return len(v.Urgent()) + len(v.Ordinary()) }

func (v MyWorkView) part(of func(WorkRow) bool) []WorkRow {
	var part []WorkRow
	for _, row := range v.Rows {
		if of(row) {
			part = append(part, row)
		}
	}
	slices.SortStableFunc(part, func(a, b WorkRow) int {
		switch {
		case a.Clock == nil && b.Clock == nil:
			return cmp.Compare(a.Reference, b.Reference)
		case a.Clock == nil:
			return 1
		case b.Clock == nil:
			return -1
		}
		return a.Clock.Due.Compare(b.Clock.Due)
	})
	return part
}

// Mine counts the rows that await the reader.
func (v MyWorkView) Mine() int {
	n := 0
	for _, row := range v.Rows {
		if row.Awaited.You {
			n++
		}
	}
	return n
}

// Others counts the rows that await someone else.
func (v MyWorkView) Others() int {
	n := 0
	for _, row := range v.Rows {
		if !row.Over && !row.Awaited.You && row.Awaited.Who != "" {
			n++
		}
	}
	return n
}

// Actions says whether any ordinary row has one: a column that is always empty is not shown.
func (v MyWorkView) Actions() bool {
	return slices.ContainsFunc(v.Rows, func(r WorkRow) bool { return !r.Urgent && !r.Over && r.Action != nil })
}
