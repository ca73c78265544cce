package layout

// AlarmsView is what an auditor should look at, and what was found of it.
type AlarmsView struct {
	Shell
	Cards []StateCard
	Rows  []AlarmRow
}

// AlarmRow is one alarm. State is the last finding, "" while there is none.
type AlarmRow struct {
	Family, Says, Why, On, Count, Subject, State string
	Proof                                        string // path of the page of its first entry
	Form                                         *Form
	Fields                                       []Field
}
