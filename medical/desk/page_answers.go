package desk

import (
	"fmt"
	"slices"
	"strconv"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// answersForm is the page face of giveAnswers.
func (k *Desk) answersForm() web.Option {
	return web.Form("/dossiers/:dossier/reponses", web.Face[giveAnswersInput, view]{
		Template: "form", View: k.answersPage, Said: "answers_given",
		Reread: func(_ *web.Call, in giveAnswersInput) error {
			return refusal(medical.CheckAnswers(in.AnswerSet.Answers()))
		},
		Done: backToDossier(func(in giveAnswersInput) string { return in.Dossier }),
	})
}

func (k *Desk) answersPage(c *web.Call, in giveAnswersInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	if d.Policy.Composition == nil {
		return nil, act.Deny("COMPOSITION_MISSING")
	}
	if !typed.Sent() || typed.Rereads() {
		switch {
		case !slices.Contains(d.Policy.Composition.Members, c.Who.ID):
			return nil, act.Deny("NOT_ASSIGNED")
		case slices.Contains(d.Policy.Composition.Answered, c.Who.ID):
			return k.givenAnswers(c, d)
		case typed.Rereads():
			return k.rereadAnswers(c, d, in, typed)
		}
	}
	draft, err := k.resume(c, d, store.DraftAnswers, &typed)
	if err != nil {
		return nil, err
	}
	besideItsQuestion(&typed, nil)
	f := layout.NewForm(dossierPath(d.ID)+"/reponses", typed.Key, typed, map[string]string{"mode": "ASYNCHRONE"})
	f.Draft = draft
	page := k.formOn(c, d, f, "Collège : votre réponse")
	page.Lead = "Votre réponse est scellée jusqu’à la troisième : personne ne lit celle d’un autre avant. Ne répondez à une question que si la réponse précédente y conduit."
	page.Submit = "Relire ma réponse"
	page.Beside = k.beside(c, d.ID, "COLLEGE")
	if page.Sheets, err = k.readBeforeAnswering(c, d); err != nil {
		return nil, err
	}
	fields := append(roundFields(f, d), questionFields(f, d)...)
	if alone(d) {
		page.Heading, page.Lead = "Votre réponse", "Vous rendez seul cet avis, au vu du certificat (R. 631-2, R. 731-2). Les questions se suivent : chacune ouvre la suivante."
	}
	page.Parts = []layout.Part{{Fields: append(fields, f.Select("mode", "Échange avec les autres membres", "L’avis reste collégial sans réunion (CE, 25 mai 2023, n°\u00a0471239)",
		layout.Option{Value: "ASYNCHRONE", Label: "Aucun, réponse individuelle"}, layout.Option{Value: "TELEPHONE", Label: "Téléphone"}, layout.Option{Value: "VISIO", Label: "Visioconférence"}),
		noteField(f))}}
	page.Aside, err = k.roundPanels(c, d)
	refuse(f, typed)
	return page, err
}

// givenAnswers is the same address once the reader has answered: his own answers, opened to him alone, and nothing left to send.
func (k *Desk) givenAnswers(c *web.Call, d store.Dossier) (any, error) {
	_, answered, err := k.answersOf(c, d.ID, true)
	if err != nil {
		return nil, err
	}
	page := k.formOn(c, d, nil, "Collège : votre réponse")
	page.Lead = "Votre réponse est scellée : elle ne se reprend pas dans ce tour."
	if page.Table, err = k.compare(c, d, answered.Sets); err != nil {
		return nil, err
	}
	page.Table.Title, page.Table.Caption = "Ce que vous avez répondu", "Vous seul le lisez jusqu’à la dernière des réponses."
	page.Aside, err = k.roundPanels(c, d)
	return page, err
}

// rereadAnswers shows the answers as they will be sealed: nobody takes them back in this round, and nobody else reads them before the last.
func (k *Desk) rereadAnswers(c *web.Call, d store.Dossier, in giveAnswersInput, typed web.Typed) (any, error) {
	f := layout.NewForm(dossierPath(d.ID)+"/reponses", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Relire votre réponse")
	page.Lead = "Rien n’est encore scellé. Une fois scellée, votre réponse ne se reprend pas dans ce tour."
	page.Submit, page.Mend = "Sceller ma réponse", "Modifier ma réponse"
	var err error
	if page.Table, err = k.compare(c, d, []MemberSet{{Member: c.Who.ID, AnswerSet: in.AnswerSet}}); err != nil {
		return nil, err
	}
	page.Table.Title, page.Table.Caption = "Vous allez sceller", "Vous seul le lirez jusqu’à la dernière des réponses."
	if in.Q4Months != nil && in.Q3 != nil && *in.Q3 == medical.TreatmentYes {
		page.Table.Note = "Vous donnez une durée alors que le traitement est accessible. L’arrêté (art. 6) nomme la durée sans distinguer ; elle n’est exigée que dans l’autre cas (à confirmer). Retirez-la si elle est de trop."
	}
	part := layout.Part{}
	for _, field := range append(typed.Fields(), typed.Again()) {
		part.Fields = append(part.Fields, f.Hidden(field.Name, field.Value))
	}
	page.Parts = []layout.Part{part}
	return page, nil
}

// roundFields tie an answer to the composition and the round that the page showed.
func roundFields(f *layout.Form, d store.Dossier) []layout.Field {
	composition := d.Policy.Composition
	return []layout.Field{f.Hidden("composition", strconv.Itoa(composition.Version)), f.Hidden("round", strconv.Itoa(composition.Round))}
}

func noteField(f *layout.Form) layout.Field {
	return notRequired(f.Area("note", "Note interne", "Scellée, pour vous et le collège ; jamais transmise à la préfecture", 2))
}

// questionFields are the five questions of the form (arrêté du 27 décembre 2016, art. 6).
func questionFields(f *layout.Form, d store.Dossier) []layout.Field {
	country := layout.CountryName(d.Case.Country.Country)
	return []layout.Field{
		f.Radio("q1", "1. L’état de santé de la personne nécessite-t-il une prise en charge médicale ?", "",
			layout.Option{Value: medical.CareNeeded, Label: "Oui, il en nécessite une"}, layout.Option{Value: medical.CareNotNeeded, Label: "Non"}),
		f.Radio("q2", "2. Le défaut de prise en charge peut-il entraîner des conséquences d’une exceptionnelle gravité ?", "Degré de gravité, probabilité, délai : les trois critères se cumulent (à confirmer). Sans objet si vous avez répondu non.",
			layout.Option{Value: medical.GravityYes, Label: "Oui, il peut en entraîner"}, layout.Option{Value: medical.GravityNo, Label: "Non, il ne devrait pas"}),
		f.Radio("q3", "3. Peut-elle bénéficier effectivement d’un traitement approprié ("+country+") ?", "Offre de soins et caractéristiques du système de santé du pays. Seulement après deux oui.",
			layout.Option{Value: medical.TreatmentYes, Label: "Oui, elle peut"}, layout.Option{Value: medical.TreatmentNo, Label: "Non, elle ne peut pas"}),
		f.Number("q4_months", "4. Durée des soins, en mois", "Exigée seulement si le traitement n’est pas accessible (à confirmer)"),
		f.Radio("q5", "5. Peut-elle voyager sans risque vers ce pays ?", "Requise seulement si le traitement y est accessible.",
			layout.Option{Value: medical.TravelYes, Label: "Oui"}, layout.Option{Value: medical.TravelNo, Label: "Non"}, layout.Option{Value: "", Label: "Sans réponse"}),
	}
}

// besideItsQuestion says a rule that speaks of one question beside that question; shared is what two members answered, where that is known.
func besideItsQuestion(typed *web.Typed, shared map[string]string) {
	if p := typed.Problem; p != nil {
		switch p.Rule {
		case "Q4_REQUIRED":
			typed.Note("q4_months", "Indiquez un nombre de mois.")
		case "Q5_REQUIRED":
			typed.Note("q5", "Répondez par oui ou par non.")
		case "NO_MAJORITY":
			for i, question := range answerNames {
				switch kept := typed.Text(question); {
				case question == "q4_months" || kept == "" || kept == shared[question]:
				case shared[question] == "":
					typed.Note(question, "Deux membres n’ont pas la même réponse. Ouvrez un nouveau tour.")
				default:
					typed.Note(question, "Deux membres au moins ont répondu : "+lower(answerWords(i, shared[question]))+". Retenez leur réponse.")
				}
			}
		}
	}
}

// roundPanels say who has answered, and what can be read before answering.
func (k *Desk) roundPanels(c *web.Call, d store.Dossier) ([]layout.Panel, error) {
	composition := d.Policy.Composition
	names, err := identity.NamesOf(c.Context(), k.Pool, composition.Members)
	if err != nil {
		return nil, err
	}
	answered := layout.Panel{Title: "Réponses", Big: fmt.Sprintf("%d / %d reçues", len(composition.Answered), len(composition.Members))}
	for _, member := range composition.Members {
		line := layout.Line{Mark: "wait", Text: "Dr " + names[member], Note: "Attendue"}
		if slices.Contains(composition.Answered, member) {
			line.Mark, line.Note = "ok", "Reçue, scellée"
			if len(composition.Answered) == len(composition.Members) {
				line.Note = "Reçue"
			}
		}
		if member == c.Who.ID {
			line.Text = "Vous"
		}
		answered.Lines = append(answered.Lines, line)
	}
	return append([]layout.Panel{answered}, changedPanel(d)...), nil
}

// changedPanel tells whoever sits that the file is no longer the one on which somebody answered, and what he may do.
func changedPanel(d store.Dossier) []layout.Panel {
	changed := d.Case.PieceChanged()
	if changed == nil {
		return nil
	}
	what := "Une pièce est arrivée"
	if _, aside := changed.Event.Data.(medical.PieceEcartee); aside {
		what = "Une pièce a été écartée, déplacée ou scindée"
	}
	line := layout.Line{Mark: "wait", Text: what + " le " + layout.FrenchDateTime(changed.Event.At.In(reference.Location(d.Case.Direction))),
		Note: "Relisez les pièces avant de signer. Si votre réponse en dépend, ouvrez un nouveau tour ; une fois la synthèse arrêtée, refusez d’abord de signer (règle à confirmer)."}
	return []layout.Panel{{Title: "Le dossier a changé depuis une réponse", Lines: []layout.Line{line}, Alt: true}}
}

// readBeforeAnswering opens, for a member, what the questions are about: the report with its supplements, and the certificate. In a removal
// there is no report. Whoever else sees the page of the form reads nothing on it.
func (k *Desk) readBeforeAnswering(c *web.Call, d store.Dossier) ([]layout.Sheet, error) {
	if !slices.Contains(d.Policy.Composition.Members, c.Who.ID) {
		return nil, nil
	}
	open, err := k.consult(c, d, "COLLEGE")
	if err != nil {
		return nil, err
	}
	var sheets []layout.Sheet
	if open.Report != nil {
		sheets = append(sheets, layout.Sheet{ID: "rapport", Title: "Rapport médical", Open: true, Facts: append(reportSections(*open.Report), supplementFacts(open.Supplements)...)})
	}
	if open.Certificate != nil {
		sheets = append(sheets, *certificateSheet(*open.Certificate, open.Report == nil))
	}
	return sheets, nil
}
