package layout

// DossierView is one dossier, in the order of the procedure. Without an opening it holds no name and nothing medical.
type DossierView struct {
	Shell
	Heading string
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Next    []Action // what the reader can do now, the first one first
	Awaited Awaited

	Who         []Fact   // civil data, once opened
	Open        *Opening // what can be opened, for which purpose
	Time        []Moment
	Papers      []PaperLink // pieces, once opened
	Given       *Given      // pieces that the reader gave and may not read
	Certificate *Sheet      // once opened
	Add         *Action
	Report      DossierReport
	Seats       []Seat
	Rule        string // about the college, where there is none yet
	Told        []Said
	Coming      string // the next message, if there is one
	Acts        []Act

	Ask         []Action // requests that may be made now
	Asked       []Asked
	CollegeActs []Action
	More        []ActGroup // acts that any moment may call for
	Signals     *Panel
	Liberty     *Panel // of a removal: the person's status over time
}

// Opening is a reading that asks for its purpose before it opens anything.
type Opening struct {
	Path     string
	Text     string
	Label    string
	Part     string // civil, medical
	Purposes []Option
	After    string // the page of a list that it opens
}

// Moment is one event with its effect in law. Next marks what has not happened yet.
type Moment struct {
	Date, What, Effect string
	Next               bool
	By                 string // who did it, by role; "" where it is not known, or nobody did
}

// Given is what the reader entered and does not read back.
type Given struct {
	Lead  string
	Lines []Line
}

// PaperLink is one piece of a dossier.
type PaperLink struct{ Label, Note, Href string }

// DossierReport is where the report stands, and what it says once opened.
type DossierReport struct {
	State    string
	Sections []Fact
	Edit     *Action
}

// Seat is one member of the college.
type Seat struct{ Name, State string }

// Said is a message that a prefecture received, word for word.
type Said struct{ Sentence, Source string }
