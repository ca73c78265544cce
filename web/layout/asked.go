package layout

// Asked is one thing that the service asked, on the page of its dossier.
type Asked struct {
	ID, Title string
	Open      bool // something is still awaited
	State     Badge
	Clock     *Clock
	Awaited   string // of whom something is awaited
	Said      []Fact // once opened
	Trail     []Line // its letters
	Links     []Action
}

// ActGroup is a titled list of acts.
type ActGroup struct {
	Title string
	Links []Action
}
