package layout

// EndedView is what a form meets when its session has ended: the text is kept, hidden, in the page itself.
type EndedView struct {
	Shell
	Path   string // where the form goes once more
	Fields []Field
}

// ConfirmView asks for a fresh authentication before an act that signs: what, on which dossier, as whom.
type ConfirmView struct {
	Shell
	Path string // of the fresh authentication
	What string // "Signature de l’avis"
	Of   string // reference of the dossier; "" where the act is on none
	Back Action // gives it up
}
