package desk

import "cloison/web"

// exitOperations are what a prefecture signalled, and the lawful exits (medical/exit).
func (k *Desk) exitOperations() []web.Operation {
	return []web.Operation{
		web.Op("listReferralEvents", "GET", "/dossiers/:dossier/referral-events", "referral_event.list", k.listReferralEvents, web.PageOf("/dossiers/:dossier/signalements", "form", k.signalsPage)),
		web.Op("confirmReferralEvent", "POST", "/dossiers/:dossier/referral-events/:event/confirmation", "referral_event.confirm", k.confirmReferralEvent, k.confirmForm()),
		web.Op("recordSecrecyLifting", "POST", "/dossiers/:dossier/secrecy-lifting", "secrecy.lift", k.recordSecrecyLifting),
		web.Op("createDisclosure", "POST", "/dossiers/:dossier/disclosures", "disclosure.create", k.createDisclosure),
		web.Op("getDisclosure", "GET", "/dossiers/:dossier/disclosures/:disclosure", "disclosure.get", k.getDisclosure),
	}
}
