package prefecture

import (
	"slices"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

// changePage is the page of one thing that a prefecture tells of a referral. What it says before it is told is what it does.
type changePage struct {
	tail, heading, lead, submit, warning, said string
	fields                                     func(*layout.Form) []layout.Field
	fill                                       func(*web.Call, *web.Typed)
	leaves                                     bool // whoever tells it sees the referral no more
}

// changeForm is the page face of an operation on a referral.
func changeForm[In any](d *Desk, p changePage, referral func(In) string) web.Option {
	return web.Form("/saisines/:referral"+p.tail, web.Face[In, ReferralDetail]{
		Template: "form", Said: p.said, Fill: p.fill,
		View: func(c *web.Call, in In, typed web.Typed) (any, error) {
			var found store.Referral
			id := referral(in)
			if err := d.mayStillSee(c, "referral.get", act.Object{Kind: "referral", ID: id}, loadReferral(id, &found)); err != nil {
				return nil, err
			}
			f := layout.NewForm("/saisines/"+found.ID+p.tail, typed.Key, typed, nil)
			view := layout.FormView{
				Shell: d.Shell(c), Heading: p.heading, Lead: p.lead, Submit: p.submit, Warning: p.warning, Form: f,
				Back:   layout.Action{Label: personName(found.Civil.Patient.FamilyName, found.Civil.Patient.GivenNames), Href: "/saisines/" + found.ID},
				Badges: []layout.Badge{{Text: found.AGDREF}, {Text: layout.KindWords(found.Kind), Tone: "info"}},
				Parts:  []layout.Part{{Fields: p.fields(f)}},
			}
			refuse(f, typed)
			return view, nil
		},
		Done: func(_ *web.Call, in In, _ ReferralDetail) string {
			if p.leaves {
				return "/saisines"
			}
			return "/saisines/" + referral(in)
		},
	})
}

var decisionPage = changePage{tail: "/decision", heading: "Enregistrer votre décision", submit: "Enregistrer la décision", said: "decision_recorded",
	lead:    "L’OFII saura ce que vous avez décidé, et rien de plus. Sans avis dans les délais, vous pouvez décider sans lui (à confirmer).",
	warning: "Une décision ne s’enregistre qu’une fois ; après un jugement, vous pourrez en enregistrer une autre.",
	fields: func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Radio("outcome", "Votre décision", "", layout.Option{Value: "ACCORD", Label: "Accord : le titre est délivré, ou la mesure n’est pas exécutée"},
			layout.Option{Value: "REFUS", Label: "Refus : le titre est refusé, ou la mesure est exécutée"})}
	}}

var appealPage = changePage{tail: "/recours", heading: "Signaler un recours", submit: "Signaler le recours", said: "appeal_declared",
	lead: "L’OFII saura qu’un recours est formé : les délais de conservation s’arrêtent. La juridiction, le numéro et l’échéance restent à la préfecture.",
	fields: func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Text("court", "Juridiction", "Par exemple : Tribunal administratif de Lyon"),
			optional(f.Text("case_number", "Numéro d’affaire", "Par exemple 2401234. Vide : pas encore connu")),
			optional(f.Date("answer_due_on", "Observations attendues le", "Le terme que la juridiction vous a donné"))}
	}}

var judgmentPage = changePage{tail: "/jugement", heading: "Signaler la fin du recours", submit: "Enregistrer l’issue", said: "appeal_closed",
	lead: "Après l’issue, vous pouvez enregistrer une nouvelle décision.",
	fields: func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Radio("outcome", "Issue", "", layout.Option{Value: "ANNULATION", Label: "Annulation"}, layout.Option{Value: "REJET", Label: "Rejet"},
			layout.Option{Value: "DESISTEMENT", Label: "Désistement"}, layout.Option{Value: "NON_LIEU", Label: "Non-lieu"})}
	}}

var attestationPage = changePage{tail: "/attestation", heading: "Demander l’attestation de procédure", submit: "Demander l’attestation", said: "attestation_requested",
	lead: "Elle dit à la juridiction comment la procédure s’est déroulée, et qui était le rapporteur. Elle arrive dans votre boîte de réception. Elle ne contient rien de médical.",
	fields: func(f *layout.Form) []layout.Field {
		return []layout.Field{optional(f.Text("case_number", "Numéro d’affaire", "Par exemple 2401234. Vide : celui du recours signalé"))}
	}}

var withdrawalPage = changePage{tail: "/retrait", heading: "Retirer la saisine", submit: "Retirer la saisine", said: "referral_withdrawn",
	lead:    "Plus aucun avis n’est demandé. Le service médical le confirme, puis clôt le dossier sans avis.",
	warning: "Un retrait ne se reprend pas : il faudrait une nouvelle saisine.",
	fields: func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Radio("reason_code", "Pourquoi", "", layout.Option{Value: "SAISINE_ANNULEE", Label: "La saisine n’a plus d’objet"},
			layout.Option{Value: "DOUBLON", Label: "Elle fait double emploi avec une autre"}, layout.Option{Value: "MAUVAISE_SAISINE", Label: "Elle n’aurait pas dû être faite"},
			layout.Option{Value: "RETRAIT", Label: "La personne a retiré sa demande"}, layout.Option{Value: "DECES", Label: "La personne est décédée"})}
	}}

var numberPage = changePage{tail: "/correction", heading: "Corriger le numéro AGDREF", submit: "Corriger le numéro", said: "referral_corrected",
	lead: "La saisine garde son historique ; l’OFII reçoit le nouveau numéro.",
	fields: func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Text("agdref_new", "Nouveau numéro AGDREF", "Dix chiffres")}
	}}

var transferPage = changePage{tail: "/transfert", heading: "Confier la saisine à une autre préfecture", submit: "Confier la saisine", said: "referral_transferred", leaves: true,
	lead:    "La personne a changé de résidence : l’avis ira à la nouvelle préfecture.",
	warning: "Vous garderez ce que vous avez reçu, et ne verrez plus rien de la suite.",
	fields: func(f *layout.Form) []layout.Field {
		var options []layout.Option
		for _, a := range release.Authorities() {
			options = append(options, layout.Option{Value: a.Code, Label: a.Label})
		}
		return []layout.Field{f.Select("prefecture_new", "Nouvelle préfecture", "", options...)}
	}}

// pressing are the acts that the referral's own state awaits of the prefecture; others are those that it may need.
func pressing(r ReferralDetail) []layout.Action {
	at := "/saisines/" + r.ID
	var list []layout.Action
	if r.Issued && r.Acknowledged && r.Decision == nil && r.State != "AVIS_RETIRE" {
		list = append(list, layout.Action{Label: "Enregistrer votre décision", Href: at + decisionPage.tail, Primary: true})
	}
	if slices.Contains(r.Notices, release.AttestationReleased) {
		list = append(list, layout.Action{Label: "Lire l’attestation", Href: attestationPath(r.ID)})
	}
	if r.Appeal != nil && !r.Appeal.AttestationAsked {
		list = append(list, layout.Action{Label: "Demander l’attestation de procédure", Href: at + attestationPage.tail, Primary: true})
	}
	return list
}

// others are acts that may be needed, in the order of the procedure. What is not possible any more is not offered; what may be refused, policy
// refuses when it is sent.
func others(r ReferralDetail) []layout.Action {
	at := "/saisines/" + r.ID
	var list []layout.Action
	if !r.Kind.Stay() && !r.Withdrawn {
		list = append(list, layout.Action{Label: "Signaler un changement de statut", Href: libertyPath(r.ID)})
	}
	list = append(list, layout.Action{Label: "Corriger le numéro AGDREF", Href: at + numberPage.tail})
	if r.Withdrawn {
		return list
	}
	list = append(list, layout.Action{Label: "Confier à une autre préfecture", Href: at + transferPage.tail})
	if !r.Issued {
		list = append(list, layout.Action{Label: "Retirer la saisine", Href: at + withdrawalPage.tail})
		if r.Decision == nil {
			list = append(list, layout.Action{Label: "Enregistrer votre décision", Href: at + decisionPage.tail})
		}
	}
	if r.Appeal == nil {
		return append(list, layout.Action{Label: "Signaler un recours", Href: at + appealPage.tail})
	}
	return append(list, layout.Action{Label: "Signaler la fin du recours", Href: at + judgmentPage.tail})
}
