package layout

import (
	"time"

	"cloison/web/assets"
)

// Portal is one of the two faces of the product.
type Portal string

const (
	Medical    Portal = "medical"
	Prefecture Portal = "prefecture"
)

// Name is what people call the portal.
func (p Portal) Name() string {
	if p == Medical {
		return "Portail médical"
	}
	return "Portail des préfectures"
}

// Theme is the reader's choice; empty follows the system. DSFR reads `data-fr-theme`, own sheets both attributes.
type Theme string

const (
	Light Theme = "light"
	Dark  Theme = "dark"
)

// Shell is what every page has around its content. Each view embeds one.
type Shell struct {
	Assets    *assets.Set
	Portal    Portal
	Brand     string // assets.StateBrand shows the State's emblem; anything else marks the page as a demonstration
	Theme     Theme
	Person    *Person // nil when nobody is signed in
	Nav       []NavItem
	Demo      bool   // nothing here is real: a development environment, whoever its operator is
	Said      string // what was just done, said once
	Framed    bool   // shown in a frame of another page, which has the header and the menu
	RequestID string
	ServedAt  time.Time // zero: not shown
}

// Person is who reads the page.
type Person struct {
	Name    string // "Dr Rachid BENHAMLATI"
	Quality string // "Médecin de l’Office"
	Own     string // page of his own sessions; "" where there is none
}

// NavItem is one entry of the main menu. Count is shown when it is not zero; Hot marks what awaits the reader.
type NavItem struct {
	Label   string
	Href    string
	Current bool
	Count   int
	Hot     bool
}

// State says that the operator is a State service and may show its emblem and font.
func (s Shell) State() bool { return s.Brand == assets.StateBrand }

// Demonstration says that the page must be marked as one: a portal that is not the State's, or not in service.
func (s Shell) Demonstration() bool { return s.Demo || !s.State() }

// Stylesheets gives the sheets to link; a set that is missing gives a page without style, never an error.
func (s Shell) Stylesheets() []string {
	if s.Assets == nil {
		return nil
	}
	return s.Assets.Stylesheets(s.Brand)
}

// Script gives the address of a script, "" where there is no set.
func (s Shell) Script(name string) string {
	if s.Assets == nil {
		return ""
	}
	return s.Assets.Script(name)
}

// Icon gives the address of the mark.
func (s Shell) Icon() string {
	if s.Assets == nil {
		return ""
	}
	return s.Assets.Icon()
}

// Scheme is DSFR's word for the choice behind the theme.
func (s Shell) Scheme() string {
	if s.Theme == "" {
		return "system"
	}
	return string(s.Theme)
}
