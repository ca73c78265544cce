package desk

import (
	"fmt"
	"slices"
	"strconv"

	"cloison/crypto/keyholder"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

// opinionPage is the page face of previewOpinion: the opinion exactly as the prefecture will read it, and the button that signs it.
func (k *Desk) opinionPage(c *web.Call, preview Preview) (any, error) {
	d, answered, err := k.answersOf(c, c.Fiber.Params("dossier"), false)
	if err != nil {
		return nil, err
	}
	names, err := k.namesIn(c, d)
	if err != nil {
		return nil, err
	}
	p := dossierReader{k: k, c: c, d: d, now: k.Clock.Now()}
	page := layout.CollegeView{Shell: k.Shell(c), Heading: "Collège : relire et signer l’avis", Read: "Ce que la préfecture lira", Badges: badges(d), Clock: p.clock(),
		Back: layout.Action{Label: "Dossier " + d.ID[:8], Href: dossierPath(d.ID)}}
	if d.Policy.Issued {
		page.Heading, page.Read = "Collège : l’avis rendu", "Ce que la préfecture lit"
	}
	if page.Table, err = k.compare(c, d, answered.Sets); err != nil {
		return nil, err
	}
	all, err := k.openApplicants(c, d.ID)
	if err != nil {
		return nil, err
	}
	authors, signed := signatories(d, names, c.Who.ID)
	if preview.Certainty == medical.CertaintyInferred {
		signed.Lines = append(signed.Lines, layout.Line{Mark: "wait", Text: "Synthèse à la majorité",
			Note: "Deux réponses sur trois suffisent : règle à confirmer, qu’aucun texte lu n’énonce."})
	}
	for _, body := range preview.Opinions {
		page.Papers = append(page.Papers, layout.PaperOf(body, form.Law(body.Kind, release.DateOf(k.today(d).Time())), all.of[body.Referral].facts(body), "", authors))
	}
	page.Aside = append([]layout.Panel{signed}, changedPanel(d)...)
	for _, body := range preview.Opinions {
		page.Documents = append(page.Documents, layout.Action{Label: "Lire le document lui-même (PDF)",
			Href: "/api/v1" + dossierPath(d.ID) + "/opinion.pdf?purpose=COLLEGE&referral=" + body.Referral})
	}
	if len(d.Policy.Composition.Refused) == 0 && !slices.Contains(d.Policy.Composition.Signed, c.Who.ID) {
		page.Acts = []layout.Act{k.signAct(c, d)}
	}
	return page, nil
}

// facts are what the prefecture reads at the head of the opinion: who signs must see whom it is about.
func (a applicant) facts(body release.OpinionBody) []layout.Fact {
	var requesters []string
	for _, rep := range a.civil.LegalRepresentatives {
		if rep.ID == a.requester {
			requesters = append(requesters, layout.PersonName(rep.FamilyName, rep.GivenNames))
		}
	}
	return layout.PaperFacts(body, a.agdref, a.civil.Patient, requesters...)
}

func signatories(d store.Dossier, names map[string]string, reader string) ([]layout.PaperAuthor, layout.Panel) {
	composition := d.Policy.Composition
	panel := layout.Panel{Title: "Signatures", Big: fmt.Sprintf("%d / %d", len(composition.Signed), len(composition.Members))}
	var authors []layout.PaperAuthor
	for _, member := range composition.Members {
		author := layout.PaperAuthor{Name: "Dr " + names[member], State: "Signature attendue"}
		line := layout.Line{Mark: "wait", Text: author.Name, Note: "Attendue"}
		if slices.Contains(composition.Signed, member) {
			author.State, line.Mark, line.Note = "Signé", "ok", "Donnée"
		}
		if member == reader {
			line.Text = "Vous"
		}
		authors, panel.Lines = append(authors, author), append(panel.Lines, line)
	}
	return authors, panel
}

func (k *Desk) signAct(c *web.Call, d store.Dossier) layout.Act {
	f := buttonOn(c, dossierPath(d.ID)+"/avis/signature")
	act := layout.Act{Form: f, Title: "Signer", Label: "Signer l’avis",
		Text:    "Vous avez relu l’avis tel que la préfecture le lira. Pro Santé Connect vous demandera votre carte, pour ce seul acte et ce seul texte.",
		Fields:  []layout.Field{f.Hidden("composition", strconv.Itoa(d.Policy.Composition.Version))},
		Warning: lastSignature(d) + " Il ne se modifie plus : une erreur appelle un avis rectificatif signé des trois (à confirmer)."}
	if c.Said == identityConfirmed {
		act.Title, act.Text = "Terminer la signature", "Votre identité est confirmée pour cet acte et ce texte, pendant dix minutes. Il reste à signer."
	}
	if alone(d) {
		act.Warning = "Votre signature émet l’avis et l’envoie. Il ne se modifie plus : une erreur appelle un avis rectificatif, signé de nouveau (à confirmer)."
	}
	return act
}

// identityConfirmed is what a page says when its reader comes back from the provider.
const identityConfirmed = "identity_confirmed"

// alone says that one physician gives the opinion.
func alone(d store.Dossier) bool {
	return d.Policy.Composition != nil && d.Policy.Composition.Author == string(medical.Single)
}

// lastSignature says what this signature does, or what the last one will.
func lastSignature(d store.Dossier) string {
	if len(d.Policy.Composition.Signed) == len(d.Policy.Composition.Members)-1 {
		return "C’est la dernière signature : elle émet l’avis et l’envoie."
	}
	return "La dernière signature émet l’avis et l’envoie."

}

// signOpinionForm is the button.
func (k *Desk) signOpinionForm() web.Option {
	return web.Form("/dossiers/:dossier/avis/signature", web.Face[signOpinionInput, view]{Said: "opinion_signed",
		Done: backToDossier(func(in signOpinionInput) string { return in.Dossier })})
}

// AfterStepUp is the page where an act that was confirmed is finished.
func AfterStepUp(action, dossier string) string {
	switch action {
	case "report.sign":
		return dossierPath(dossier) + "/rapport"
	case keyholder.ActDisclosure:
		return exitsPath(dossier)
	case keyholder.ActBudget:
		return budgetPath
	case keyholder.ActLeft:
		return peoplePath
	}
	return dossierPath(dossier) + "/avis"
}
