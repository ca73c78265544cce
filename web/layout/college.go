package layout

// CollegeView is where a member reads the opinion as it will be read, and signs it.
type CollegeView struct {
	Shell
	Heading string
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Table   *Compare
	Papers  []Paper
	Acts    []Act
	Aside   []Panel
}
