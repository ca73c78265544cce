package prefecture

import (
	"context"
	"slices"
	"strings"

	"cloison/act"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

// referralPage is the page face of getReferral: where it stands, each message with its effect, and what will never be here.
func (d *Desk) referralPage(c *web.Call, r ReferralDetail) (any, error) {
	received, err := d.receivedFor(c, r.ID)
	if err != nil {
		return nil, err
	}
	view := layout.ReferralView{
		Shell: d.Shell(c), Heading: personName(r.FamilyName, r.GivenNames), Back: layout.Action{Label: "Saisines", Href: "/saisines"},
		Badges: []layout.Badge{{Text: r.AGDREF}, {Text: layout.KindWords(r.Kind), Tone: "info"}, {Text: stageWords[r.State], Tone: "new"}},
		Given:  given(r), Told: told(received), Steps: steps(r, received), Never: never,
	}
	if r.Decision == nil && r.State != "SANS_SUITE" && r.Kind.Stay() {
		view.Clock = decisionClock(r.RequestRegisteredOn, view.Shell)
	}
	if slices.Contains(r.Flags, "DECISION_SUR_AVIS_REMPLACE") {
		view.Alarm = &layout.Panel{Title: "Décision à réexaminer", Lines: []layout.Line{{Mark: "barred", Text: "L’avis a été rectifié après votre décision.",
			Note: "Lisez la nouvelle version : la décision enregistrée se fonde sur celle qu’elle remplace."}}}
	}
	if len(r.Twins) > 0 && view.Alarm == nil {
		view.Alarm = &layout.Panel{Title: "Doublon possible", Lines: []layout.Line{{Mark: "wait", Text: "Une autre saisine de votre préfecture attend un avis sous ce numéro AGDREF.",
			Note: "Si c’est la même demande, retirez l’une des deux.", Link: &layout.Action{Label: "Voir l’autre saisine", Href: "/saisines/" + r.Twins[0]}}}}
	}
	switch {
	case r.State == "AVIS_RETIRE":
		view.Next = []layout.Action{{Label: "Ouvrir une nouvelle saisine liée", Href: newReferralPath + "?apres=" + r.ID, Primary: true}, {Label: "Lire l’avis retiré", Href: opinionPath(r.ID)}}
	case r.Issued:
		view.Next = []layout.Action{{Label: "Lire l’avis", Href: opinionPath(r.ID), Primary: !r.Acknowledged}}
	}
	view.Next = append(view.Next, pressing(r)...)
	view.Others = others(r)
	return view, nil
}

// receivedFor reads what came through the door about one referral, by the act that lists it.
func (d *Desk) receivedFor(c *web.Call, referral string) ([]ReleaseItem, error) {
	a := c.Act(act.Object{})
	a.Action, a.IdempotencyKey, a.ReadOnly = "release.list", "", true
	var found []store.Release
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		found, err = store.FindReleases(ctx, tx, c.Who.Prefecture, referral, 0, 200)
		return err
	})
	if err != nil {
		return nil, err
	}
	var items []ReleaseItem
	for _, r := range found {
		items = append(items, viewRelease(r))
	}
	return items, nil
}

// never is what the wall keeps, said to those on this side of it.
var never = []string{
	"Le certificat médical et les pièces.", "Le rapport, ni le nom du médecin qui l’a écrit.", "Les réponses de chaque médecin, avant ou après l’avis.",
	"Le service hospitalier ou le médecin qui suit la personne.",
}

func told(received []ReleaseItem) []layout.Said {
	var list []layout.Said
	for _, item := range slices.Backward(received) {
		row := inboxRow(item)
		list = append(list, layout.Said{Sentence: row.Title + ".", Source: layout.SayDate(string(item.On)) + ". " + row.Effect})
	}
	return list
}

// steps are what was received, then what is still to come, in the order of the procedure.
func steps(r ReferralDetail, received []ReleaseItem) []layout.Moment {
	list := []layout.Moment{{Date: layout.FrenchDate(r.ReceivedAt.Time()), What: "Saisine envoyée à l’OFII"}}
	has := map[string]bool{}
	for _, item := range received {
		row := inboxRow(item)
		has[item.Code] = true
		list = append(list, layout.Moment{Date: layout.SayDate(string(item.On)), What: row.Title, Effect: row.Effect})
		if item.opinionAt != nil {
			list = append(list, layout.Moment{Date: layout.SayDate(string(item.opinionAt.On)), What: "Accusé de réception donné"})
			has["ack"] = true
		}
	}
	if has["N7"] {
		return list
	}
	for _, coming := range []struct {
		code, what, effect string
		stay               bool
	}{
		{"N1", "Certificat reçu par le service médical", "Il est envoyé par la personne, jamais par vous.", false},
		{"N3", "Rapport transmis au collège", "Sur une première demande, le récépissé devient possible ce jour-là.", true},
		{"N6", "Avis rendu", "Il éclaire votre décision, il ne la remplace pas.", false},
		{"ack", "Accusé de réception", "Un bouton, sur la page de l’avis.", false},
	} {
		if !has[coming.code] && (!coming.stay || r.Kind.Stay()) {
			list = append(list, layout.Moment{Date: "À venir", What: coming.what, Effect: coming.effect, Next: true})
		}
	}
	return list
}

func given(r ReferralDetail) []layout.Fact {
	p := r.Applicant.Patient
	facts := []layout.Fact{
		{Name: "Naissance", Value: layout.SayDate(string(p.BirthDate)) + ", " + p.BirthPlace + " (" + layout.CountryName(p.BirthCountry) + ")"},
		{Name: "Nationalité", Value: layout.CountryName(p.Nationality)}, {Name: "Adresse", Value: p.Address},
		{Name: layout.CountryWords(r.ReferenceCountry.Role), Value: layout.CountryName(r.ReferenceCountry.Country)},
	}
	if r.RequestRegisteredOn != nil {
		facts = append(facts, layout.Fact{Name: "Demande enregistrée le", Value: layout.SayDate(string(*r.RequestRegisteredOn))})
	}
	for _, rep := range r.Applicant.LegalRepresentatives {
		facts = append(facts, layout.Fact{Name: "Représentant légal", Value: personName(rep.FamilyName, rep.GivenNames) + ", " + strings.ToLower(rep.Quality)})
	}
	if r.Decision != nil {
		facts = append(facts, layout.Fact{Name: "Votre décision", Value: decisionWords[*r.Decision]})
	}
	if r.Appeal != nil {
		facts = append(facts, layout.Fact{Name: "Recours", Value: appealWords(*r.Appeal)})
	}
	if r.PreviousCase != nil {
		facts = append(facts, layout.Fact{Name: "Avis antérieur", Value: r.PreviousCase.ID + ", " + layout.SayDate(string(r.PreviousCase.OpinionOn))})
	}
	return facts
}

var decisionWords = map[string]string{"ACCORD": "Accord", "REFUS": "Refus"}

func appealWords(a AppealView) string {
	said := a.Court + ", numéro pas encore donné"
	if a.CaseNumber != nil {
		said = a.Court + ", n°\u00a0" + *a.CaseNumber
	}
	if a.AnswerDueOn != nil {
		said += ", observations attendues le " + layout.SayDate(string(*a.AnswerDueOn))
	}
	return said
}
