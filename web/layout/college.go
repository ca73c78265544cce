package layout

// CollegeView is where a member reads the opinion as it will be read, and signs it.
type CollegeView struct {
	Shell
	Heading string
	Read    string // over the papers: what the prefecture will read, or reads
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Table   *Compare
	Papers  []Paper
	// Documents are those papers as files, in their order, to the byte that will be sealed.
	Documents []Action
	Acts      []Act
	Aside     []Panel
}
