package desk

import "cloison/web"

// exitOperations are what a prefecture signalled, and the lawful exits (medical/exit).
func (k *Desk) exitOperations() []web.Operation {
	return []web.Operation{
		web.Op("listReferralEvents", "GET", "/dossiers/:dossier/referral-events", "referral_event.list", k.listReferralEvents, web.PageOf("/dossiers/:dossier/signalements", "form", k.signalsPage)),
		web.Op("confirmReferralEvent", "POST", "/dossiers/:dossier/referral-events/:event/confirmation", "referral_event.confirm", k.confirmReferralEvent, k.confirmForm()),
		web.Op("recordSecrecyLifting", "POST", "/dossiers/:dossier/secrecy-lifting", "secrecy.lift", k.recordSecrecyLifting, k.liftingForm()),
		web.Op("createDisclosure", "POST", "/dossiers/:dossier/disclosures", "disclosure.create", k.createDisclosure, k.disclosureForms()...),
		web.Op("listDisclosures", "GET", "/dossiers/:dossier/disclosures", "disclosure.list", k.listDisclosures, web.PageOf("/dossiers/:dossier/envois", "list", k.disclosuresPage)),
		web.Op("writeObservations", "POST", "/dossiers/:dossier/observations", "observations.write", k.writeObservations, k.observationsForm()),
		web.Op("linkDossiers", "POST", "/dossiers/:dossier/links", "dossier.link", k.linkDossiers, k.linkForm()),
		web.Op("listLinks", "GET", "/dossiers/:dossier/links", "dossier.get", k.listLinks, web.PageOf("/dossiers/:dossier/lies", "list", k.linksPage)),
		web.Op("citeLibrary", "POST", "/dossiers/:dossier/sources", "source.cite", k.citeLibrary, k.sourceForm()),
		web.Op("listSources", "GET", "/dossiers/:dossier/sources", "dossier.open", k.listSources, web.PageOf("/dossiers/:dossier/sources", "list", k.sourcesPage)),
		web.Op("listAccesses", "GET", "/dossiers/:dossier/accesses", "access.list", k.listAccesses, web.PageOf("/dossiers/:dossier/acces-enregistres", "list", k.accessesPage)),
		web.Op("getDisclosure", "GET", "/dossiers/:dossier/disclosures/:disclosure", "disclosure.get", k.getDisclosure),
	}
}
