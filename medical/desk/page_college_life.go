package desk

import (
	"errors"
	"slices"
	"strconv"

	"cloison/act"
	"cloison/identity"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// compositionTail is a page of the composition in progress: what is done to it names it.
func compositionTail(d store.Dossier, tail string) string {
	return "/compositions/" + strconv.Itoa(d.Policy.Composition.Version) + tail
}

// replaceForm is the page face of replaceMember.
func (k *Desk) replaceForm() web.Option {
	return web.Form("/dossiers/:dossier/compositions/:composition/remplacement", web.Face[replaceMemberInput, view]{Template: "form", View: k.replacePage, Said: "member_replaced",
		Done: backToDossier(func(in replaceMemberInput) string { return in.Dossier })})
}

// seenCollege loads a dossier that has a college.
func (k *Desk) seenCollege(c *web.Call, dossier string) (store.Dossier, error) {
	d, err := k.seen(c, dossier)
	if err == nil && d.Policy.Composition == nil {
		err = act.Deny("COMPOSITION_MISSING")
	}
	return d, err
}

func (k *Desk) replacePage(c *web.Call, in replaceMemberInput, typed web.Typed) (any, error) {
	d, err := k.seenCollege(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+compositionTail(d, "/remplacement"), typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Remplacer un membre du collège")
	page.Lead = "La composition en cours est close, avec son motif, et une autre s’ouvre : les trois médecins répondent et signent de nouveau. Les réponses données restent scellées, les signatures sont annulées, et tout est conservé."
	page.Submit, page.Warning = "Clore cette composition", "Sans successeur, le collège est à désigner de nouveau. Ne se reprend pas."
	leaving, err := k.leaving(c, f, d)
	if err != nil {
		return nil, err
	}
	coming, err := k.coming(c, f, d)
	if err != nil {
		return nil, err
	}
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("reason_code", "Motif", "", choices(replacementChoices...)...), leaving, coming}}}
	page.Aside, err = k.roundPanels(c, d)
	refuse(f, typed)
	return page, err
}

func (k *Desk) leaving(c *web.Call, f *layout.Form, d store.Dossier) (layout.Field, error) {
	names, err := identity.NamesOf(c.Context(), k.Pool, d.Policy.Composition.Members)
	var options []layout.Option
	for _, member := range d.Policy.Composition.Members {
		options = append(options, layout.Option{Value: member, Label: "Dr " + names[member]})
	}
	return notRequired(f.Select("member_out", "Membre à remplacer", "Vide : la composition entière se défait", options...)), err
}

// coming are the physicians of the decision in force who may sit; those whom it bars are said by their rule on the page of the college.
func (k *Desk) coming(c *web.Call, f *layout.Form, d store.Dossier) (layout.Field, error) {
	today := k.today(d).String()
	refs, err := store.DecisionsInForce(c.Context(), k.Pool, collegeDecision, today)
	var options []layout.Option
	if err == nil && len(refs) > 0 {
		decision, failed := store.GetDecision(c.Context(), k.Pool, refs[0])
		away, missed := identity.AwayOn(c.Context(), k.Pool, k.dayOfService())
		err = errors.Join(failed, missed)
		for _, line := range decision.Lines {
			option := memberOption(line, d, today, away)
			if !option.Barred && !slices.Contains(d.Policy.Composition.Members, line.Person) {
				options = append(options, option)
			}
		}
	}
	return notRequired(f.Select("member_in", "Successeur", "Inscrit ce jour dans la décision du directeur général", options...)), err
}

// roundForm is the page face of openRound.
func (k *Desk) roundForm() web.Option {
	return web.Form("/dossiers/:dossier/compositions/:composition/tour", web.Face[openRoundInput, view]{Template: "form", View: k.roundPage, Said: "round_opened",
		Done: backToDossier(func(in openRoundInput) string { return in.Dossier })})
}

func (k *Desk) roundPage(c *web.Call, in openRoundInput, typed web.Typed) (any, error) {
	d, err := k.seenCollege(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+compositionTail(d, "/tour"), typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Ouvrir un nouveau tour de réponses")
	page.Lead = "Quand les réponses ne dégagent aucune majorité (règle à confirmer), quand un membre a refusé de signer, ou quand une pièce a changé depuis une réponse. Les trois médecins répondent de nouveau, sans voir ce que les autres écrivent."
	page.Submit, page.Warning = "Ouvrir le tour suivant", "Les signatures déjà données sont annulées et conservées. Ne se reprend pas."
	page.Aside, err = k.roundPanels(c, d)
	refuse(f, typed)
	return page, err
}

// refusalForm is the page face of refuseSignature.
func (k *Desk) refusalForm() web.Option {
	return web.Form("/dossiers/:dossier/avis/refus", web.Face[refuseSignatureInput, view]{Template: "form", View: k.refusalPage, Said: "signature_refused",
		Done: backToDossier(func(in refuseSignatureInput) string { return in.Dossier })})
}

func (k *Desk) refusalPage(c *web.Call, in refuseSignatureInput, typed web.Typed) (any, error) {
	d, err := k.seenCollege(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/avis/refus", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Refuser de signer l’avis")
	page.Lead = "Votre refus et son motif sont datés et conservés. Plus personne ne signe cette synthèse : un nouveau tour s’ouvre, ou la composition est remplacée."
	page.Submit, page.Warning = "Refuser de signer", "Ne se reprend pas."
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Hidden("composition", strconv.Itoa(d.Policy.Composition.Version)), wide(f.Radio("reason_code", "Pourquoi", "", choices(signatureRefusalChoices...)...))}}}
	page.Aside, err = k.roundPanels(c, d)
	refuse(f, typed)
	return page, err
}
