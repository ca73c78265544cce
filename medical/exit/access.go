package exit

import (
	"strings"

	"cloison/medical"
	"cloison/policy"
)

// access: the person's own access, or that of who may act for him. Two parts with two clocks (REQ-24): the medical pieces at once, the rest
// of the administrative file only after the decision (TA Limoges, 14 October 2021, n° 1900198; CADA 20180134).
var access = Exit{
	Bundle: "L4", Ground: "L. 1111-7 CSP ; CADA 20202812 ; CADA 20180134",
	Recipient: "la personne, son représentant, son mandataire ou ses ayants droit, identité vérifiée", Compartment: "medical", Envelope: sealedArchive,
	Event: medical.EvAccessGiven, Pieces: true,
}

// request is the request for access of that reference, nil when there is none.
func request(c medical.Case, ref string) *medical.Event {
	for i := range c.Events {
		if d, ok := c.Events[i].Data.(medical.DemandeAcces); ok && ref != "" && d.Ref == ref {
			return &c.Events[i]
		}
	}
	return nil
}

// accessFacts: the identity that counts is that of who made the request, checked since; an earlier check was of somebody who stood there for
// something else.
func (a Ask) accessFacts(c medical.Case, f *policy.Disclosure) {
	of := request(c, a.Ref)
	f.Requested = of != nil && of.Data.(medical.DemandeAcces).Requester == a.Requester
	dead := false
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case medical.IdentiteVerifiee:
			if f.Requested && e.Seq > of.Seq && d.Person == a.Requester {
				f.IdentityVerified = d.IdentityShown
			}
		case medical.MajoriteAtteinte:
			f.RepresentationEnded = strings.HasPrefix(a.Requester, "rep-")
		case medical.Deces:
			dead = true
		}
	}
	heir := dead || a.Requester == medical.RequesterHeir
	f.MotiveMissing = heir && (of == nil || of.Data.(medical.DemandeAcces).Scope == "")
}

// AfterDecision says whether the administrative part may be handed over: the prefect has decided.
func AfterDecision(c medical.Case) bool {
	for _, e := range c.Events {
		if e.Type == medical.EvPrefectDecided {
			return true
		}
	}
	return false
}
