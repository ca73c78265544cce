package prefecture

import (
	"slices"
	"strconv"

	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

// opinionPage is the page face of getOpinion: what the answers permit, the sentence to quote, and the legal form as it reads.
func (d *Desk) opinionPage(c *web.Call, o OpinionDetail) (any, error) {
	received, err := d.receivedFor(c, o.Referral)
	if err != nil {
		return nil, err
	}
	title, _ := layout.OpinionWords(string(o.Outcome), 0, o.Kind)
	view := layout.OpinionView{
		Shell: d.Shell(c), Heading: "Avis du " + layout.SayDate(string(o.IssuedOn)),
		Back:   layout.Action{Label: personName(o.Patient.FamilyName, o.Patient.GivenNames), Href: "/saisines/" + o.Referral},
		Badges: []layout.Badge{{Text: o.AGDREF}, {Text: title, Tone: tone(o.Outcome)}},
		Allows: allows(o), Paper: paper(o), Visa: layout.VisaSentence(o.Opinion, doctors(o), layout.SayDate(string(o.decisionOn))),
		Told: told(received),
	}
	view.Corrected = correctedPanel(o.Versions)
	if slices.ContainsFunc(received, func(i ReleaseItem) bool { return i.Code == string(release.ClosedWithoutOpinion) }) {
		view.Corrected = &layout.Panel{Title: "Avis retiré", Lines: []layout.Line{{Mark: "barred", Text: "Rendu sur les pièces d’une autre personne.",
			Note: "Ne fondez aucune décision sur cet avis. Une nouvelle saisine est nécessaire ; celui-ci reste conservé."}}}
	}
	d.prove(c, o.Referral, &view)
	view.Proofs.Lines = append(view.Proofs.Lines, inLog(o))
	if at := o.acknowledgedAt; at != nil {
		view.Proofs.Lines = append(view.Proofs.Lines, layout.Line{Mark: "ok", Text: "Réception accusée le " + layout.FrenchDateTime(*at) + " : l’OFII sait que vous avez reçu cet avis."})
	} else {
		view.Acts = []layout.Act{{
			Form: layout.NewForm(acknowledgePath(o.Release), c.FormKey(), web.Typed{}, nil), Title: "À faire",
			Text: "L’OFII saura que vous l’avez reçu, et quand.", Label: "Accuser réception", Warning: "L’accusé est signé et ne se donne qu’une fois.",
		}}
	}
	view.Acts = append(view.Acts, handOverAct(c, o.Release))
	return view, nil
}

// prove verifies the opinion anew for its page. What cannot be verified is said, and its document not offered.
func (d *Desk) prove(c *web.Call, referral string, view *layout.OpinionView) {
	view.Proofs = &layout.Panel{Title: "Vérification"}
	found, err := d.verifyOpinion(c, getOpinionIn{Referral: referral})
	if err != nil {
		view.Proofs.Lines = []layout.Line{{Mark: "wait", Text: "Cet avis n’a pas pu être vérifié.", Note: "Réessayez ; si cela se reproduit, donnez au support la référence qui figure en bas de page."}}
		return
	}
	view.Proofs.Big = "Tout concorde"
	if !found.Body.Holds {
		view.Proofs.Big = "Un écart est constaté"
	}
	for _, check := range found.Body.Checks {
		line := layout.Line{Mark: "ok", Text: proofWords[check.Code]}
		if !check.Holds {
			line.Mark, line.Note = "barred", "Ne concorde pas : ne fondez aucune décision sur ce document, et prévenez l’OFII."
		}
		view.Proofs.Lines = append(view.Proofs.Lines, line)
	}
	if d.Authority != nil && found.Body.Stamp == nil {
		view.Proofs.Lines = append(view.Proofs.Lines, layout.Line{Mark: "wait", Text: "L’horodatage du sceau n’est pas encore arrivé.", Note: "Il suit l’avis d’une minute environ. L’avis vaut sans lui."})
	}
	if found.Body.Form != nil && found.Body.Form.Layout == "to_confirm" {
		view.Proofs.Lines = append(view.Proofs.Lines, layout.Line{Mark: "wait", Text: "Présentation du formulaire à confirmer.",
			Note: "Les rubriques sont celles de l’arrêté ; le modèle du Journal officiel n’a pas pu être lu."})
	}
	view.Expert = &layout.Sheet{ID: "preuves", Title: "Preuves, pour un expert", Facts: d.proofFacts(found.Body)}
	if found.Body.Holds {
		view.PDF = &layout.Action{Label: "Avis scellé, PDF", Href: web.Prefix + "/referrals/" + referral + "/opinion.pdf"}
	}
}

// proofFacts are what an expert compares by himself. The level of the seal is said as it is.
func (d *Desk) proofFacts(v Verification) []layout.Fact {
	facts := []layout.Fact{
		{Name: "Empreinte du document (SHA-256)", Value: v.Document},
		{Name: "Niveau de signature", Value: "Sceau du service, au format PAdES B-B, ni « avancé » ni « qualifié » au sens européen"},
	}
	if v.Stamp != nil && v.Stamp.Holds {
		facts[1].Value = "Sceau du service, horodaté, au format PAdES B-T, ni « avancé » ni « qualifié » au sens européen"
		facts = append(facts, layout.Fact{Name: "Horodatage du sceau (RFC 3161)", Value: layout.FrenchDateTime(v.Stamp.At.Time().In(d.paris)) + ", heure de Paris, par une autorité extérieure à l’Office"})
	}
	if v.Certificate != nil {
		facts = append(facts, layout.Fact{Name: "Certificat du sceau", Value: v.Certificate.Subject + ", du " + layout.SayDate(string(v.Certificate.ValidFrom)) + " au " + layout.SayDate(string(v.Certificate.ValidTo))})
	}
	return append(facts, layout.Fact{Name: "Vérifier sans nous", Value: "Le PDF porte son sceau : un lecteur de signatures (pdfsig, Acrobat) le vérifie avec ce certificat."})
}

// inLog says whether the proof that lies beside the opinion has come. It changes nothing of the opinion.
func inLog(o OpinionDetail) layout.Line {
	if o.LogProof == nil {
		return layout.Line{Mark: "wait", Text: "La preuve d’inscription au journal du service médical n’est pas encore arrivée.",
			Note: "Elle suit l’avis de quelques secondes. L’avis vaut sans elle ; rechargez la page pour l’emporter."}
	}
	return layout.Line{Mark: "ok", Text: "Envoi inscrit au journal du service médical, sous un état contresigné par l’administration.",
		Note: "Ligne " + strconv.FormatInt(o.LogProof.Position, 10) + ". La preuve se vérifie sans réseau, avec les clés publiques des deux zones.",
		Link: &layout.Action{Label: "Preuve à conserver, JSON", Href: web.Prefix + "/referrals/" + o.Referral + "/opinion/evidence"}}
}

var proofWords = map[string]string{
	checkForm: "Formulaire en vigueur le jour de l’avis.", checkSeal: "Sceau du service médical intact, sur le document et sur ses données.",
	checkDocument: "Le document est celui qui a été reçu.", checkDecision: "Décision de composition publiée, en vigueur ce jour-là.",
	checkAuthors: "Chaque signataire y est inscrit ce jour-là.", checkStamp: "Sceau horodaté par une autorité extérieure à l’Office.",
}

func acknowledgePath(seq int64) string { return "/messages/" + strconv.FormatInt(seq, 10) + "/accuse" }

// acknowledgeForm is the button that acknowledges; it stands on the opinion's page and in the inbox.
func (d *Desk) acknowledgeForm() web.Option {
	return web.Form("/messages/:release/accuse", web.Face[acknowledgeReleaseIn, ReleaseDetail]{
		Said: "release_acknowledged",
		Done: func(_ *web.Call, _ acknowledgeReleaseIn, out ReleaseDetail) string { return opinionPath(out.Referral) },
	})
}

func tone(o release.Outcome) string {
	if o == release.Favourable {
		return "success"
	}
	return "info"
}

// allows says what may be decided on these answers (L. 425-9, L. 425-10, R. 425-14, L. 631-3, L. 731-3). An opinion binds nobody.
func allows(o OpinionDetail) []layout.Fact {
	favourable := o.Outcome == release.Favourable
	switch {
	case !o.Kind.Stay() && favourable:
		return []layout.Fact{{Name: "Renoncer ou surseoir", Value: "La protection de l’état de santé peut jouer : la personne ne devrait pas être éloignée pendant les soins."},
			{Name: "Éloigner", Value: "L’avis ne vous lie pas, mais la décision s’expose à l’annulation si elle n’est pas justifiée."}}
	case !o.Kind.Stay():
		return []layout.Fact{{Name: "Éloigner", Value: "L’état de santé ne s’y oppose pas, au vu de l’avis."},
			{Name: "Renoncer", Value: "Toujours possible : l’avis éclaire votre décision, il ne la remplace pas."}}
	case favourable && o.Kind == release.KindAlgerian:
		return []layout.Fact{{Name: "Délivrer le titre", Value: "Certificat de résidence d’un an, si la résidence habituelle est établie : c’est à vous de l’apprécier (accord franco-algérien du 27 décembre 1968, article 6, 7°)."},
			{Name: "Refuser", Value: "Possible, car l’avis ne vous lie pas, mais par une décision motivée. Le régime de la motivation spéciale est à confirmer pour l’accord."}}
	case favourable:
		return []layout.Fact{{Name: "Délivrer le titre", Value: "Carte de séjour temporaire, si la résidence habituelle est établie : c’est à vous de l’apprécier (L. 425-9)."},
			{Name: "Autorisation provisoire", Value: "Sans résidence habituelle, renouvelable pendant les soins (R. 425-14)."},
			{Name: "Refuser", Value: "Possible, car l’avis ne vous lie pas, mais par une décision spécialement motivée (L. 425-9)."}}
	}
	return []layout.Fact{{Name: "Refuser", Value: "L’avis peut fonder un refus ; la décision reste la vôtre, après examen de toute la situation."},
		{Name: "Délivrer", Value: "Toujours possible : l’avis éclaire votre décision, il ne la remplace pas."}}
}

func paper(o OpinionDetail) layout.Paper {
	var requesters []string
	for _, r := range o.Requesters {
		if r.ID != "patient" {
			requesters = append(requesters, layout.PersonName(r.FamilyName, r.GivenNames))
		}
	}
	var authors []layout.PaperAuthor
	for _, name := range doctors(o) {
		authors = append(authors, layout.PaperAuthor{Name: "Dr " + name, State: "Signé"})
	}
	return layout.PaperOf(o.OpinionBody, form.Law(o.Kind, o.IssuedOn), layout.PaperFacts(o.OpinionBody, o.AGDREF, o.Patient, requesters...), layout.SayDate(string(o.IssuedOn)), authors)
}

func doctors(o OpinionDetail) []string {
	var names []string
	for _, a := range o.AuthorNames {
		names = append(names, a.GivenName+" "+a.FamilyName)
	}
	return names
}
