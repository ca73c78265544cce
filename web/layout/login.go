package layout

// LoginView lets a person choose the identity provider that proves who they are.
type LoginView struct {
	Shell
	Providers []Provider
	SignedOut bool // the person has just signed out

	// Everywhere: at his provider too. Leaving: he is on his way there.
	Everywhere bool
	Leaving    *Provider
}

// Provider is one way to sign in.
type Provider struct {
	Name string // "Pro Santé Connect"
	For  string // "Médecins de l’Office"
	Href string
}
