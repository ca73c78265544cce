package desk

import "cloison/web"

// timeOperations is what time asks of a person, and how long a dossier is kept.
func (k *Desk) timeOperations() []web.Operation {
	return []web.Operation{
		web.Op("listTasks", "GET", "/tasks", "task.list", k.listTasks),
		web.Op("setHold", "POST", "/dossiers/:dossier/hold", "hold.set", k.setHold, web.Status(200), k.holdForm()),
		web.Op("purgeDossier", "POST", "/dossiers/:dossier/purge", "dossier.purge", k.purgeDossier, web.Status(200), k.purgeForm()),
		web.Op("listRetention", "GET", "/retention", "retention.list", k.listRetention, web.PageOf("/conservation", "list", k.retentionPage)),
		web.Op("getDestructionReport", "GET", "/dossiers/:dossier/destruction-report", "destruction.get", k.getDestructionReport, web.PageOf("/dossiers/:dossier/destruction/proces-verbal", "list", k.destructionPage)),
		web.Op("getDestructionPdf", "GET", "/dossiers/:dossier/destruction-report.pdf", "destruction.get", k.destructionPdf, web.Gives("application/pdf")),
	}
}
