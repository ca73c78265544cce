package desk

import "cloison/web"

// rotaPath is the page of the queue of removals.
const rotaPath = "/astreinte"

// rotaOperations is what removals ask of nights: the queue by the hour, who is on call, and what he may do alone.
func (k *Desk) rotaOperations() []web.Operation {
	return []web.Operation{
		web.Op("listRemovals", "GET", "/removals", "removal.list", k.listRemovals, web.PageOf(rotaPath, "form", k.removalsPage)),
		web.Op("setRota", "POST", "/rota", "rota.set", k.setRota, k.rotaForm()),
		web.Op("takeRemoval", "POST", "/dossiers/:dossier/oncall", "removal.take", k.takeRemoval, k.takeForm()),
	}
}
