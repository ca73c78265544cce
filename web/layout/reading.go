package layout

// ReadingView is the pieces of a dossier with the one that is looked at. The viewer's origin draws, this page
// fetches. Without script each piece is a link to its harmless copy.
type ReadingView struct {
	Shell
	Heading string
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Viewer  string // the viewer's origin; "" where there is none
	Reader  string // written across what is shown
	Zone    string // whose hours the reader is told
	Pieces  []Piece
}

// Piece is one document. Show is its rendition, Copy its content without what was found in it; both are empty for one that opens no more. Acts
// are what its reader may do with it.
type Piece struct {
	ID, Label, Note, Show, Copy string
	Large                       bool // its first page is asked alone, before the whole
	Acts                        []Action
}

// Beside is a frame beside a form, where the pieces of the dossier are read while the form is filled. Nothing is opened before it is asked.
type Beside struct{ Href, Label, Text string }
