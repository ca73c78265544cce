package desk

import "cloison/web"

// timeOperations is what time asks of a person, and how long a dossier is kept.
func (k *Desk) timeOperations() []web.Operation {
	return []web.Operation{
		web.Op("listTasks", "GET", "/tasks", "task.list", k.listTasks),
		web.Op("setHold", "POST", "/dossiers/:dossier/hold", "hold.set", k.setHold, web.Status(200), k.holdForm()),
		web.Op("purgeDossier", "POST", "/dossiers/:dossier/purge", "dossier.purge", k.purgeDossier, web.Status(200)),
	}
}
