package matrix

import (
	"slices"

	"cloison/policy"
)

// tie makes the subject what the table says he is to the object. It answers false where that cannot be: no member before a college.
func tie(s state, who policy.Subject, name string) (any, policy.Context, bool) {
	c := s.context
	c.Members = slices.Clone(c.Members)
	c.Person = &policy.Member{ID: "proposed", Listed: true, Habilitated: true}
	switch resource := s.resource.(type) {
	case policy.Dossier:
		d, ok := tied(clone(resource), name)
		c = reference(c, &d, who, name)
		return d, c, ok
	case policy.Disclosure:
		d, ok := tied(clone(resource.Dossier), name)
		c = reference(c, &d, who, name)
		resource.Dossier = d
		return resource, c, ok
	case policy.Rota:
		if name == "autre_territoire" {
			resource.Direction = "DT-LYON"
		}
		return resource, c, slices.Contains([]string{noTie, "territoire", "autre_territoire", "en_charge"}, name)
	case policy.Referral:
		if name == "autre" || name == "ancienne" {
			resource.Prefecture = "93"
		}
		return resource, c, true
	case policy.Release:
		if name == "autre" {
			resource.Prefecture, resource.ReceivedBy = "93", "93"
		}
		if name == "ancienne" {
			resource.Prefecture = "93"
		}
		return resource, c, true
	}
	return s.resource, c, slices.Contains([]string{noTie, "territoire", "en_charge"}, name)
}

// tied seats the subject in the dossier.
func tied(d policy.Dossier, name string) (policy.Dossier, bool) {
	composed := d.Composition != nil
	switch name {
	case "autre_territoire":
		d.Direction = "DT-LYON"
	case "rapporteur":
		return reported(d)
	case "membre", "membre_radie":
		return seated(d, second)
	case "membre_examinateur":
		d.Examiners = []string{self}
		return seated(d, second)
	case "membre_repondu":
		return seated(d, first)
	case "rapporteur_membre":
		d, reports := reported(d)
		d, sits := seated(d, second)
		return d, reports && sits
	case "astreinte":
		d.OnCall = self
	case "chef":
		d.Head = true
	case "ancien_membre":
		// An opinion that was given keeps its authors.
		if !composed || d.Issued {
			return d, false
		}
		d.Composition.Open = false
		return seated(d, second)
	}
	return d, true
}

func reported(d policy.Dossier) (policy.Dossier, bool) {
	if d.Rapporteur == "" {
		return d, false
	}
	d.Rapporteur = self
	return d, true
}

func seated(d policy.Dossier, place string) (policy.Dossier, bool) {
	if d.Composition == nil || !slices.Contains(d.Composition.Members, place) {
		return d, false
	}
	for _, list := range [][]string{d.Composition.Members, d.Composition.Answered, d.Composition.Signed, d.Composition.Refused} {
		for i := range list {
			if list[i] == place {
				list[i] = self
			}
		}
	}
	return d, true
}

// reference is what the published decisions say that day: of whoever sits, and, for a physician, of himself.
func reference(c policy.Context, d *policy.Dossier, who policy.Subject, name string) policy.Context {
	if d.Composition != nil {
		c.Members = listedAll(d.Composition.Members...)
	}
	if who.Role != "MEDECIN" || name == "chef" {
		return c // whom he speaks of is somebody else
	}
	if name == "astreinte" && d.Composition == nil {
		c.Members = listedAll(self) // he designates himself
	}
	own := listed(self)
	if name == "membre_radie" {
		own.Listed, own.Expired = false, true
	}
	for i := range c.Members {
		if c.Members[i].ID == self {
			c.Members[i] = own
		}
	}
	c.Person = &own
	return c
}
