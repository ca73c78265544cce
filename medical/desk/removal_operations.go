package desk

import "cloison/web"

// removalOperations is what a removal procedure has of its own; the rest is that of any opinion.
func (k *Desk) removalOperations() []web.Operation {
	return []web.Operation{
		web.Op("designatePhysician", "POST", "/dossiers/:dossier/physician", "physician.designate", k.designatePhysician, k.physicianForm()),
	}
}
