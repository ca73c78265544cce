package desk

import "cloison/web"

// requestOperations: what the service asks in the course of the procedure, what comes of it, and how a dossier ends without an opinion.
func (k *Desk) requestOperations() []web.Operation {
	return []web.Operation{
		web.Op("getTimeline", "GET", "/dossiers/:dossier/timeline", "timeline.get", k.getTimeline),
		web.Op("openRequest", "POST", "/dossiers/:dossier/requests", "request.open", k.openRequest, k.askForms()...),
		web.Op("getLetter", "GET", "/dossiers/:dossier/requests/:request/letter", "dossier.open", k.getLetter, web.PageOf("/dossiers/:dossier/demandes/:request/lettre", "letter", k.letterPage)),
		web.Op("closeRequest", "POST", "/dossiers/:dossier/requests/:request/closure", "request.close", k.closeRequest, k.closeForms()...),
		web.Op("recordDelivery", "POST", "/dossiers/:dossier/requests/:request/deliveries", "delivery.record", k.recordDelivery, k.deliveryForm()),
		web.Op("recordEvent", "POST", "/dossiers/:dossier/events", "event.record", k.recordEvent, k.eventForms()...),
		web.Op("registerMail", "POST", "/dossiers/:dossier/mail", "mail.register", k.registerMail, k.mailForm()),
		web.Op("rejectCertificate", "POST", "/dossiers/:dossier/certificate/rejection", "certificate.reject", k.rejectCertificate, k.rejectForm()),
		web.Op("requestCompletion", "POST", "/dossiers/:dossier/completions", "completion.request", k.requestCompletion, k.completionForm()),
		web.Op("closeDossier", "POST", "/dossiers/:dossier/closure", "dossier.close", k.closeDossier, k.closureForm()),
	}
}
