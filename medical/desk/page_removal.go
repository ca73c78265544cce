package desk

import (
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// physicianForm is the page face of designatePhysician.
func (k *Desk) physicianForm() web.Option {
	return web.Form("/dossiers/:dossier/medecin", web.Face[designatePhysicianInput, view]{Template: "form", View: k.physicianPage, Said: "physician_designated",
		Done: backToDossier(func(in designatePhysicianInput) string { return in.Dossier })})
}

// physicianPage shows everybody whom a decision in force designates as single physician: one of them gives the opinion.
func (k *Desk) physicianPage(c *web.Call, in designatePhysicianInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/medecin", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Désigner le médecin de l’avis")
	page.Lead = "Un seul médecin rend l’avis, au vu du certificat : la personne est détenue, retenue ou assignée aux fins d’exécution (R. 631-1, R. 731-1). Les médecins proposés sont désignés à ce titre par une décision du directeur général."
	page.Submit = "Désigner ce médecin"
	page.Aside = []layout.Panel{libertyPanel(d)}
	today := k.today(d).String()
	refs, err := store.DecisionsInForce(c.Context(), k.Pool, physicianDecision, today)
	if err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		page.Form, page.Lead = nil, "Aucune décision qui désigne des médecins n’est en vigueur aujourd’hui : le directeur général doit d’abord en publier une."
		return page, nil
	}
	decision, err := store.GetDecision(c.Context(), k.Pool, refs[0])
	if err != nil {
		return nil, err
	}
	away, err := identity.AwayOn(c.Context(), k.Pool, k.dayOfService())
	if err != nil {
		return nil, err
	}
	var options []layout.Option
	for _, line := range decision.Lines {
		options = append(options, memberOption(line, d, today, away))
	}
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Hidden("decision_ref", decision.Ref),
		f.Ticks("members", "Décision "+decision.Ref+" du "+layout.SayDate(string(decision.SignedOn)), "Cochez un médecin, et un seul", options...),
	}}}
	refuse(f, typed)
	return page, nil
}

// libertyPanel is the dated history of the person's liberty, on which the author of the opinion depends (REQ-2).
func libertyPanel(d store.Dossier) layout.Panel {
	panel := layout.Panel{Title: "Statut de la personne", Alt: true}
	for _, p := range d.Case.LibertyHistory() {
		line := layout.Line{Text: upper(libertyWords[string(p.Status)])}
		if p.From != nil {
			line.Note = "Depuis le " + layout.FrenchDateTime(p.From.In(reference.Location(d.Case.Direction)))
		} else {
			line.Note = "À la saisine"
		}
		panel.Lines = append(panel.Lines, line)
	}
	return panel
}

// competence says who gives the opinion now, on which form, for whom, and what of it is to be confirmed.
func (p dossierReader) competence() []layout.Fact {
	now := p.d.Case.CompetenceAt(p.now)
	if p.d.Case.Stay() || now == nil {
		return nil
	}
	who := "Le collège de trois médecins"
	if now.Author == medical.Single {
		who = "Un médecin désigné, seul"
	}
	return []layout.Fact{{Name: "Auteur de l’avis ce jour", Value: who + ", annexe " + now.Annexe + confirm(now.Certainty) + ". " + now.Source + "."},
		{Name: "Avis destiné à", Value: now.ReceiverLabel + confirm(now.ReceiverCertainty) + ". " + now.ReceiverSource + "."}}
}

func confirm(certainty string) string {
	if certainty == "verified" {
		return ""
	}
	return " (à confirmer)"
}

// designationTail is the page that designates the author who is competent at this instant.
func designationTail(author string) (label, tail string) {
	if author == string(medical.Single) {
		return "Désigner le médecin", "/medecin"
	}
	return "Désigner le collège", "/college"
}

// urgentLaw is the term of an opinion on a removal: the law gives no number.
const urgentLaw = "sans délai, R. 631-1, R. 731-1 ; le nombre d’heures est un délai interne (à confirmer)"

// urgentClock counts the hours of DL8, nearest end first.
func (p dossierReader) urgentClock() *layout.Clock {
	var nearest *medical.Deadline
	for _, dl := range medical.Deadlines(p.d.Case, p.now) {
		open := dl.Code == "DL8" && dl.FulfilledAt == nil && dl.Outcome != medical.Moot
		if open && (nearest == nil || dl.DueAt.Before(*nearest.DueAt)) {
			nearest = &dl
		}
	}
	if nearest == nil {
		return nil
	}
	return layout.HourClock("Avis", urgentLaw, nearest.StartAt.In(p.now.Location()), nearest.DueAt.In(p.now.Location()), p.now)
}

// keptPart is the second word on a certificate whose author does not match the person's liberty: the first was the warning (decision 24).
func keptPart(f *layout.Form, d store.Dossier, typed web.Typed) []layout.Part {
	warned := typed.Problem != nil && typed.Problem.Rule == string(medical.CertAuthorMismatch)
	if d.Case.Stay() || !warned && typed.Text("author_mismatch_kept") == "" {
		return nil
	}
	return []layout.Part{{Title: "Auteur du certificat", Intro: "L’auteur ne correspond pas au statut de la personne le jour de la signature (arrêté du 27 décembre 2016, art. 9). Personne n’est éloigné faute d’un tampon : vous pouvez garder ce certificat, et le dossier le dira.",
		Fields: []layout.Field{notRequired(f.Tick("author_mismatch_kept", "Garder ce certificat malgré tout", "Laissez vide pour en demander un autre à l’auteur compétent"))}}}
}

var removalStages = map[string]string{
	"SIGNALEMENT": "Certificat attendu", "CERTIFICAT_RECU": "Auteur de l’avis à désigner", "AUTEUR_DESIGNE": "Avis à rendre", "COMPLEMENT": "Complément attendu",
}

// stageIn are the words of where a dossier stands, in its own procedure.
func stageIn(kind, state string) string {
	if k, _ := reference.KindOf(kind); k.Pipeline == "ELOIGNEMENT" {
		if words, ok := removalStages[state]; ok {
			return words
		}
	}
	return stageWords[state]
}
