package layout

import "slices"

// FormView is a page whose matter is one form: what it does in law is said before it is done.
type FormView struct {
	Shell
	Heading string
	Lead    string // what happens once it is sent
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Form    *Form
	Parts   []Part
	Missing []Fault // what is still to be filled before the next act
	Submit  string
	Mend    string // a second button, which goes back to the fields; "" for none
	Warning string // what cannot be undone, beside the button
	Aside   []Panel
	Table   *Compare // shown above the form
	Acts    []Act    // further acts on what the form wrote, each a form of its own
	Sheets  []Sheet  // what is read while the form is filled: opened already
	Beside  *Beside  // the pieces, to read while the form is filled
	Source  string   // what the form proposes, and that nobody has confirmed yet
}

// Sheet is a paper that was opened, in facts; folded until it is asked for, or Open.
type Sheet struct {
	ID, Title string
	Open      bool
	Facts     []Fact
}

// Part is a titled part of a form. More are fields that most people leave as they are: folded, unless one is to be mended.
type Part struct {
	Title, Intro string
	Fields       []Field
	More         *Folded
	Blocks       []Block
	Add          *Add
}

// Folded are fields behind their summary.
type Folded struct {
	Summary string
	Fields  []Field
}

// Open says that a field in it is to be mended.
func (f Folded) Open() bool {
	return slices.ContainsFunc(f.Fields, func(field Field) bool { return field.Error != "" })
}

// Panel is a note beside the main column.
type Panel struct {
	Title string
	Big   string // a figure
	Lines []Line
	Alt   bool
}

// Line is one line of a panel. Mark is "ok", "wait", "barred" or "".
type Line struct {
	Mark, Text, Note string
	Link             *Action
}

// Badge is a short word about the object of the page. Tone is info, success, warning, error or new.
type Badge struct{ Text, Tone string }

// Act is one thing to do from a page: a button that posts, with what it does in law.
type Act struct {
	Form    *Form
	Title   string
	Text    string
	Label   string
	Warning string
	Fields  []Field
	Minor   bool
	Link    *Action // where there is nothing to send
}

// Compare is answers side by side.
type Compare struct {
	Title, Caption string
	Columns        []string
	Rows           []CompareRow
	Note           string
	Notes          []Fact // what each added for the others
}

// CompareRow is one question.
type CompareRow struct {
	Question string
	Cells    []CompareCell
}

// CompareCell is one answer, which may differ from the others'.
type CompareCell struct {
	Column, Text string
	Differs      bool
	Strong       bool
}

// Title is the heading; the browser's title says first that something is to be mended.
func (v FormView) Title() string {
	if v.Form != nil && v.Form.Refused != nil {
		return "À corriger : " + v.Heading
	}
	return v.Heading
}
