package layout

import "time"

// SamplesView is what was drawn to be justified: all of it for an auditor, his own for a person.
type SamplesView struct {
	Shell
	Heading, Lead string
	Back          Action
	Draw          *Form // an auditor draws a month
	DrawFields    []Field
	Rows          []SampleRow
}

// SampleRow is one drawn access. Reason is "" while its author has said nothing.
type SampleRow struct {
	Month                                        string
	At                                           time.Time
	Role, Action, Object, Subject, Reason, Proof string
	Alarm                                        bool // its author says that it was not his
	Form                                         *Form
	Fields                                       []Field
}
