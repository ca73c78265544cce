package layout

// EndedView is what a form meets when its session has ended: the text is kept, hidden, in the page itself.
type EndedView struct {
	Shell
	Path   string // where the form goes once more
	Fields []Field
}

// ConfirmView asks for a fresh authentication before an act that signs.
type ConfirmView struct {
	Shell
	Path string // of the fresh authentication
}
