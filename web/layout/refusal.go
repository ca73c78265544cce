package layout

// RefusalView says no and shows the way forward: the rule in a sentence, who can grant it, the number to quote.
type RefusalView struct {
	Shell
	Heading  string // "" gives a general one
	Sentence string // the rule, for a person; from policy
	Rule     string // its code; "" where the reader may not know more
	Grantor  string // who can change this; "" takes GrantorOf(Rule)
	Home     string // where the reader goes back to; "" gives "/"
}

// Title is the heading of the page.
func (v RefusalView) Title() string {
	if v.Heading != "" {
		return v.Heading
	}
	return "Cette action ne vous est pas ouverte"
}

// Who can grant it.
func (v RefusalView) Who() string {
	if v.Grantor != "" {
		return v.Grantor
	}
	return GrantorOf(v.Rule)
}

// Back is the address of the way out.
func (v RefusalView) Back() string {
	if v.Home == "" {
		return "/"
	}
	return v.Home
}
