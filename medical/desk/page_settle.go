package desk

import (
	"strconv"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// settleForm is the page face of settleOpinion: the three answers side by side, and what they share, already filled in.
func (k *Desk) settleForm() web.Option {
	return web.Form("/dossiers/:dossier/synthese", web.Face[settleOpinionInput, view]{
		Template: "form", View: k.settlePage, Said: "opinion_settled",
		Done: func(_ *web.Call, in settleOpinionInput, _ view) string { return dossierPath(in.Dossier) + "/avis" },
	})
}

func (k *Desk) settlePage(c *web.Call, in settleOpinionInput, typed web.Typed) (any, error) {
	d, answered, err := k.answersOf(c, in.Dossier, false)
	if err != nil {
		return nil, err
	}
	shared := sharedAnswers(answered.Sets)
	besideItsQuestion(&typed, shared)
	f := layout.NewForm(dossierPath(d.ID)+"/synthese", typed.Key, typed, shared)
	page := k.formOn(c, d, f, "Collège : arrêter la synthèse")
	page.Submit = "Arrêter la synthèse"
	page.Lead = "La synthèse retient ce que deux membres au moins partagent (règle à confirmer). Elle devient l’avis, que chacun relira avant de signer."
	how := f.Hidden("method", medical.MethodSingle)
	if alone(d) {
		page.Heading, page.Lead = "Arrêter votre avis", "Vous rendez seul cet avis (R. 631-1, R. 731-1). Votre réponse devient l’avis, que vous relirez avant de signer."
	} else {
		how = f.Radio("method", "Comment les réponses se rejoignent", "",
			layout.Option{Value: medical.MethodUnanimity, Label: "Unanimité"}, layout.Option{Value: medical.MethodMajority, Label: "Majorité"})
	}
	fields := append(roundFields(f, d), how)
	page.Parts = []layout.Part{{Fields: append(append(fields, questionFields(f, d)...), noteField(f))}}
	page.Aside = changedPanel(d)
	page.Table, err = k.compare(c, d, answered.Sets)
	refuse(f, typed)
	return page, err
}

// answersOf opens the answers of the round, by the act that reads them; the reader's own alone where own says so.
func (k *Desk) answersOf(c *web.Call, id string, own bool) (store.Dossier, Answered, error) {
	var d store.Dossier
	var answered Answered
	a := on(c, id, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "answers.read", "", true
	if own {
		a.Context = policy.Context{Open: "own"}
	}
	err := k.read(c, a, func(permit *act.Permit) (err error) {
		answered, err = k.openAnswers(c, permit, d, own)
		return err
	})
	return d, answered, err
}

// compare sets the answers side by side. They stay inside the college.
func (k *Desk) compare(c *web.Call, d store.Dossier, sets []MemberSet) (*layout.Compare, error) {
	names, err := identity.NamesOf(c.Context(), k.Pool, d.Policy.Composition.Members)
	if err != nil {
		return nil, err
	}
	table := &layout.Compare{Title: "Les réponses, côte à côte", Caption: "Ouvertes à l’arrivée de la dernière. Elles restent internes au collège.", Columns: []string{"Question"}}
	for _, set := range sets {
		name := "Dr " + names[set.Member]
		if set.Member == c.Who.ID {
			name = "Vous"
		}
		table.Columns = append(table.Columns, name)
	}
	for j, set := range sets {
		if set.Note != nil && *set.Note != "" {
			table.Notes = append(table.Notes, layout.Fact{Name: table.Columns[j+1], Value: *set.Note})
		}
	}
	for i, question := range []string{"1. Prise en charge médicale", "2. Exceptionnelle gravité", "3. Traitement approprié, " + layout.CountryName(d.Case.Country.Country), "4. Durée des soins", "5. Voyage sans risque"} {
		row := layout.CompareRow{Question: question}
		values := make([]string, len(sets))
		for j, set := range sets {
			values[j] = answerValues(set.Answers())[i]
		}
		for j, value := range values {
			row.Cells = append(row.Cells, layout.CompareCell{Column: table.Columns[j+1], Text: answerWords(i, value), Differs: differs(values, j)})
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// differs marks the answer that the two others do not share, and all of them where no two agree.
func differs(values []string, i int) bool {
	same := 0
	for _, v := range values {
		if v == values[i] {
			same++
		}
	}
	return same == 1 && len(values) > 1
}

func answerValues(a medical.Answers) [5]string {
	values := [5]string{0: a.Q1}
	for i, p := range []*string{1: a.Q2, 2: a.Q3, 4: a.Q5} {
		if p != nil {
			values[i] = *p
		}
	}
	if a.Q4Months != nil {
		values[3] = strconv.Itoa(*a.Q4Months)
	}
	return values
}

func answerWords(question int, value string) string {
	switch {
	case value == "":
		return "Sans réponse"
	case question == 3:
		return value + " mois"
	}
	return map[string]string{medical.CareNeeded: "Nécessaire", medical.CareNotNeeded: "Non nécessaire", medical.GravityYes: "Peut entraîner",
		medical.GravityNo: "Ne devrait pas entraîner", medical.TreatmentYes: "Peut en bénéficier", medical.TreatmentNo: "Ne peut pas en bénéficier",
		medical.TravelYes: "Peut voyager", medical.TravelNo: "Ne peut pas voyager"}[value]
}

// answerNames are the questions as a form and a body name them, in their order.
var answerNames = [5]string{"q1", "q2", "q3", "q4_months", "q5"}

// sharedAnswers is what two members at least answered, question by question: a proposal, which whoever settles may change.
func sharedAnswers(sets []MemberSet) map[string]string {
	shared := map[string]string{"method": medical.MethodUnanimity}
	for i, name := range answerNames {
		count := map[string]int{}
		for _, set := range sets {
			count[answerValues(set.Answers())[i]]++
		}
		for value, n := range count {
			if n*2 > len(sets) {
				shared[name] = value
			}
		}
		if len(count) > 1 {
			shared["method"] = medical.MethodMajority
		}
	}
	return shared
}
