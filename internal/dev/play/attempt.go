package play

import (
	"fmt"
	"net/url"
	"strconv"
)

// unspeakable: no operation can express these acts; that none is offered is the refusal (schema/actions.json).
var unspeakable = map[string]bool{
	"CLORE_A_ECHEANCE": true, "CLORE_A_MAJORITE": true, "EMETTRE_AVIS": true, "EXPORTER_DOSSIERS": true, "MODIFIER_AVIS_ANTERIEUR": true,
	"RECALCULER_AUTEUR": true, "REGENERER_PDF": true, "REJETER_DEMANDE_TARDIVE": true,
}

// attempt turns a refused act into the call that a person would make (schema/actions.json).
func (p *player) attempt(c *Case, r Refusal) (attempt, error) {
	if unspeakable[r.Action] {
		return attempt{met: "inexprimable : aucune opération"}, nil
	}
	s := p.states[c]
	path := map[string]string{
		"dossier": s.dossier, "composition": strconv.Itoa(max(s.composition, 1)),
		"referral": s.referrals[c.referral("agdref")], "document": s.documents[text(r.Params, "document")],
	}
	try := attempt{zone: p.medical, who: r.Actor, call: call{path: path}}
	if build, ok := attempts[r.Action]; ok {
		err := build(p, c, r, &try)
		return try, err
	}
	return p.laterAttempt(c, r, try)
}

// attempts are those of the acts of a residence permit dossier without incident.
var attempts = map[string]func(p *player, c *Case, r Refusal, try *attempt) error{
	"LIRE_CERTIFICAT": readDocument,
	"LIRE_PIECE":      readDocument,
	"LIRE_REPONSES_MEMBRES": func(_ *player, _ *Case, _ Refusal, try *attempt) error {
		try.call.op = "getAnswers"
		return nil
	},
	"LIRE_AVIS": func(p *player, _ *Case, _ Refusal, try *attempt) error {
		try.zone, try.call.op = p.server, "getOpinion"
		return nil
	},
	"ROLE_RAPPORTEUR": func(_ *player, _ *Case, _ Refusal, try *attempt) error {
		try.role, try.call.op = "MEDECIN", "listDossiers"
		return nil
	},
	"REPONDRE": func(p *player, c *Case, _ Refusal, try *attempt) error {
		try.call.op = "giveAnswers"
		try.call.json = object{"composition": max(p.states[c].composition, 1), "round": 1, "mode": "ASYNCHRONE",
			"q1": "NE_NECESSITE_PAS", "q2": nil, "q3": nil, "q4_months": nil, "q5": nil, "note": nil}
		return nil
	},
	"SIGNER": func(p *player, c *Case, r Refusal, try *attempt) error {
		composition := max(p.states[c].composition, 1)
		if n := number(r.Params, "composition"); n > 0 {
			composition = n
		}
		try.call.op, try.call.json = "signOpinion", object{"composition": composition}
		try.call.path["composition"] = strconv.Itoa(composition)
		return nil
	},
	"VALIDER_SYNTHESE": settleAttempt(nil),
	"AJOUTER_TEXTE_AVIS": settleAttempt(func(body object, _ Refusal) object {
		return with(body, "text", "texte libre")
	}),
	"MODIFIER_CASE": settleAttempt(func(body object, r Refusal) object {
		return with(body, "procedural", object{text(r.Params, "box"): r.Params["value"]})
	}),
	"DESIGNER_COLLEGE":    composeAttempt("composeCollege", "COLLEGE"),
	"DESIGNER_MED1":       composeAttempt("designatePhysician", "MED1"),
	"DESIGNER_RAPPORTEUR": assignAttempt,
	"ECRIRE_RAPPORT":      reportAttempt,
	"ENVOYER_N3": func(_ *player, c *Case, _ Refusal, try *attempt) error {
		try.who, try.call.op = text(c.Report, "rapporteur"), "transmitReport" // "system" does not sign in
		return nil
	},
	"OUVRIR_SAISINE": func(p *player, c *Case, r Refusal, try *attempt) error {
		body := createReferral(c, r.At)
		body["applicant"] = with(c.Applicant, "legal_representatives", []any{})
		try.zone, try.call.op, try.call.json = p.server, "createReferral", body
		return nil
	},
	"ACCEPTER_CERTIFICAT": func(_ *player, c *Case, _ Refusal, try *attempt) error {
		if len(c.Rejected) == 0 {
			return fmt.Errorf("le dossier ne porte pas de certificat écarté")
		}
		try.call.op, try.call.json = "receiveCertificate", receiveCertificate(c.Rejected[0])
		return nil
	},
}

func readDocument(_ *player, _ *Case, _ Refusal, try *attempt) error {
	try.call.op, try.call.query = "getDocumentContent", url.Values{"purpose": {"INSTRUCTION"}}
	return nil
}

func assignAttempt(_ *player, _ *Case, r Refusal, try *attempt) error {
	try.call.op, try.call.json = "assignRapporteur", object{"rapporteur": r.Params["rapporteur"]}
	return nil
}

// composeAttempt: the members of the refusal, under the decision of the composition that follows or the one in force that day.
func composeAttempt(op, kind string) func(*player, *Case, Refusal, *attempt) error {
	return func(p *player, c *Case, r Refusal, try *attempt) error {
		if r.Code == "MEMBER_CONFLICT" {
			try.met = "aucune donnée du dossier ne porte le lien"
			return nil
		}
		ref := p.people.decisionOn(kind, r.At.Format("2006-01-02"))
		for _, e := range c.Events {
			designates := e.Type == "COLLEGE_DESIGNE" && kind == "COLLEGE" || e.Type == "MED1_DESIGNE" && kind == "MED1"
			if designates && !e.At.Before(r.At) {
				ref = text(e.Data, "decision_ref")
				break
			}
		}
		try.call.op, try.call.json = op, object{"decision_ref": ref, "members": r.Params["members"]}
		return nil
	}
}

// reportAttempt: the report with one field of the college, or, in a removal that has none, the report of any other dossier.
func reportAttempt(p *player, c *Case, r Refusal, try *attempt) error {
	report := c.Report
	if report == nil {
		all, err := LoadCases(p.dir, "")
		if err != nil {
			return err
		}
		for _, other := range all {
			if other.Report != nil {
				report = other.Report
			}
		}
	}
	body := saveReport(report)
	if field := text(r.Params, "field"); field != "" {
		body, try.unknownField = with(body, field, "x"), true
	}
	try.call.op, try.call.json = "saveReport", body
	return nil
}

// settleAttempt is what the answers given lead to, with the nulls of the refusal and whatever change adds. Where there is no majority it is
// the actor's own answers.
func settleAttempt(change func(object, Refusal) object) func(*player, *Case, Refusal, *attempt) error {
	return func(_ *player, c *Case, r Refusal, try *attempt) error {
		given := lastRound(c, r)
		if len(given) == 0 && (change == nil || len(c.Work.Syntheses) == 0) {
			return fmt.Errorf("aucune réponse n'a été donnée")
		}
		if len(given) == 0 { // the field that is too many is refused before anybody answers: with the settlement to come
			try.call.op, try.call.json, try.unknownField = "settleOpinion", change(settleOpinion(c.Work.Syntheses[0]), r), true
			return nil
		}
		body := common(given)
		if own, ok := row(given, object{"member": r.Actor}); ok && r.Code == "NO_MAJORITY" {
			body = common([]object{own})
			body["method"] = "MAJORITE"
		}
		for _, q := range []string{"q1", "q2", "q3", "q4_months", "q5"} {
			if v, ok := r.Params[q]; ok {
				body[q] = v
			}
		}
		if change != nil {
			body, try.unknownField = change(body, r), true
		}
		try.call.op, try.call.json = "settleOpinion", body
		return nil
	}
}

// lastRound lists the answers of the last round that had begun.
func lastRound(c *Case, r Refusal) []object {
	var list []object
	for _, e := range c.Events {
		if e.Type != "REPONSE_MEMBRE" || e.At.After(r.At) {
			continue
		}
		a, ok := row(c.Work.Answers, object{"composition": e.Data["composition"], "round": e.Data["round"], "member": e.Actor})
		if !ok {
			continue
		}
		if len(list) > 0 && (list[0]["composition"] != a["composition"] || list[0]["round"] != a["round"]) {
			list = nil
		}
		list = append(list, a)
	}
	return list
}

// common is a settlement of these answers: on each question the value most given, and the shortest duration.
func common(given []object) object {
	body := object{"composition": given[0]["composition"], "round": given[0]["round"], "method": "MAJORITE", "note": nil}
	if len(given) == 1 {
		body["method"] = "UNIQUE"
	}
	for _, q := range []string{"q1", "q2", "q3", "q5"} {
		body[q] = mostGiven(given, q)
	}
	body["q4_months"] = nil
	for _, a := range given {
		if m, ok := a["q4_months"].(float64); ok && (body["q4_months"] == nil || m < body["q4_months"].(float64)) {
			body["q4_months"] = m
		}
	}
	return body
}

func mostGiven(given []object, q string) any {
	count := map[any]int{}
	var best any
	for _, a := range given {
		if count[a[q]]++; best == nil && a[q] != nil || count[a[q]] > count[best] {
			best = a[q]
		}
	}
	return best
}
