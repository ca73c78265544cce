package layout

// ListView is a page of lists, each a table of its own: letters, what left, who opened what.
type ListView struct {
	Shell
	Heading  string
	Lead     string
	Back     Action
	Badges   []Badge
	Clock    *Clock
	Next     []Action // what can be done from here
	Acts     []Act    // what awaits the reader, before the tables
	Sections []ListSection
	Aside    []Panel
}

// ListSection is one table. Empty is said in its place when it has no row.
type ListSection struct {
	ID, Title, Intro, Empty string
	Columns                 []string
	Rows                    [][]ListCell
}

// ListCell is one cell, under its column. The first of a row names the row; Of names what links are about, for who hears them alone.
type ListCell struct {
	Text, Note string
	Links      []Action
	Of         string
	Exact      bool // Text is read letter by letter: an address, a number
}
