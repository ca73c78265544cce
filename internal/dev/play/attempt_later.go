package play

import "fmt"

// laterAttempt are the acts of dossiers with incidents: requests, disclosures, purges. Until their operation is offered, each is a
// difference that says so.
func (p *player) laterAttempt(c *Case, r Refusal, try attempt) (attempt, error) {
	next := func(typ string) object {
		for _, e := range c.Events {
			if e.Type == typ {
				return eventBody(e)
			}
		}
		return object{"type": typ}
	}
	switch r.Action {
	case "DEMANDER_COMPLEMENT":
		body := with(with(next("COMPLEMENT_DEMANDE"), "to", r.Params["to"]), "ref", "cmp-"+r.ID)
		if r.Code == "APPLICANT_NOT_INFORMED" {
			body = drop(body, "applicant_informed_on")
		}
		try.call.op, try.call.json = "openRequest", body
	case "ENVOYER_CONVOCATION":
		try.call.op, try.call.json = "openRequest", with(next("CONVOCATION_ENVOYEE"), "addressee", r.Params["addressee"])
	case "ENVOYER_N4":
		try.call.op, try.call.json, try.unknownField = "recordEvent", p.defaultBody(c, r), r.Code == "NO_FREE_TEXT_TO_PREFECTURE"
	case "CLORE_DOSSIER_MEDICAL":
		try.call.op, try.call.json = "closeDossier", object{"reason_code": "RETRAIT"}
	case "CORRIGER_AVIS":
		try.call.op, try.call.json, try.unknownField = "correctOpinion", object{text(r.Params, "field"): "x"}, true
	case "REMPLACER_MEMBRE":
		try.call.op, try.call.json, try.unknownField = "replaceMember", with(r.Params, "keep_signatures", true), true
	case "PURGER":
		try.who, try.call.op = "dpo-01", "purgeDossier" // "system" does not sign in
	case "DEMANDER_DOSSIER":
		try.who, try.call.op, try.call.json = text(c.Report, "rapporteur"), "createDisclosure", object{"bundle": "L4", "requester": r.Actor}
	case "REMETTRE_DOSSIER":
		try.call.op, try.call.json = "createDisclosure", with(keep(r.Params, "ref"), "bundle", "L4")
	case "EXPORTER_L2":
		if who, ok := p.people.find(r.Actor); ok && who.Role == "PREFECTURE" {
			return attempt{met: "inexprimable : aucune opération"}, nil
		}
		try.call.op, try.call.json = "createDisclosure", object{"bundle": "L2", "requester": r.Params["requester"]}
	default:
		return try, fmt.Errorf("aucune opération n'est connue pour l'acte %s", r.Action)
	}
	return try, nil
}

// defaultBody is a default found at the stage of the absence that the dossier holds.
func (p *player) defaultBody(c *Case, r Refusal) object {
	body := object{"type": "DEFAUT_CONSTATE", "defaut": "DEMANDEUR_ABSENT", "cause": "DEFAUT_DEMANDEUR"}
	for _, e := range c.Events {
		if e.Type == "ABSENCE" {
			body["ref"], body["stage"] = e.Data["ref"], *e.Stage
		}
	}
	if cause, ok := r.Params["cause"]; ok {
		body["cause"] = cause
	}
	if r.Code == "NO_FREE_TEXT_TO_PREFECTURE" {
		body["text"] = "texte libre"
	}
	return body
}
