// Package exit is the list of ways by which something of a dossier lawfully leaves the medical zone towards anybody else than by the door
// (package release): one file per exit, with its legal ground, its recipient, its envelope and the event that it leaves. There is no other:
// TestTheListOfExits fails on a file or a line that is added, and policy knows no other bundle.
//
// It protects the person from what would leave without ground: an exit says what it takes of a dossier, and the rest stays. It decides
// nothing (policy does, on the same facts) and opens nothing (the vault does, against a permit): it is given plaintext and puts it together.
package exit

import (
	"strings"

	"cloison/medical"
	"cloison/policy"
)

// Exit is one way out.
type Exit struct {
	Bundle      string
	Ground      string // the law it rests on
	Recipient   string // who may get it
	Compartment string // in which the frozen archive rests
	Envelope    string
	Event       medical.EventType
	Pieces      bool // holds the medical pieces
}

const sealedArchive = "archive ZIP figée, scellée dans le dossier ; chiffrée en outre pour la clé du destinataire quand il en donne une"

// Exits is the closed list.
func Exits() []Exit { return []Exit{attestation, judge, country, access} }

// Of finds an exit by its bundle.
func Of(bundle string) (Exit, bool) {
	for _, e := range Exits() {
		if e.Bundle == bundle {
			return e, true
		}
	}
	return Exit{}, false
}

// Ask is what somebody asks to let leave.
type Ask struct {
	Bundle    string   `json:"bundle"`
	Requester string   `json:"requester"` // the directory id of a prefecture's agent (pref-59), ext:juridiction, patient, rep-1, ext:...
	Ref       string   `json:"ref"`       // of the request for access
	Sources   []Source `json:"sources"`   // of country information
}

// Court is the one requester that is a judge.
const Court = "ext:juridiction"

// Complete fills what a request for access says itself: who asks.
func (a Ask) Complete(c medical.Case) Ask {
	if r := request(c, a.Ref); r != nil && a.Requester == "" {
		a.Requester = r.Data.(medical.DemandeAcces).Requester
	}
	return a
}

// Facts says of a dossier what policy decides on.
func (a Ask) Facts(d policy.Dossier, c medical.Case) policy.Disclosure {
	f := policy.Disclosure{
		Dossier: d, Bundle: a.Bundle, Recipient: a.recipient(), InCharge: a.inCharge(c), Litigation: a.litigation(c),
		SecrecyLifted: lifted(c), Purged: d.State == string(medical.StatePurged), Sourced: len(a.Sources) > 0,
	}
	a.accessFacts(c, &f)
	return f
}

func (a Ask) recipient() string {
	switch {
	case a.Requester == "":
		return ""
	case a.Requester == Court:
		return "COURT"
	case strings.HasPrefix(a.Requester, "pref-"):
		return "PREFECTURE"
	case a.Requester == "patient":
		return "PERSON"
	case strings.HasPrefix(a.Requester, "rep-"):
		return "REPRESENTATIVE"
	}
	return "THIRD"
}
