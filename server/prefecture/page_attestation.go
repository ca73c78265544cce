package prefecture

import (
	"slices"

	"cloison/release"
	"cloison/web"
	"cloison/web/layout"
)

func attestationPath(referral string) string { return "/saisines/" + referral + "/attestation-recue" }

// attestationReceived is the page face of getAttestation: how the procedure went, then each of its events by its day, as a court reads them.
func (d *Desk) attestationReceived(c *web.Call, a AttestationDetail) any {
	facts := layout.ListSection{ID: "procedure", Title: "Attestation", Columns: []string{"Élément", "Ce qui est attesté"}, Rows: attested(a)}
	extract := layout.ListSection{ID: "evenements", Title: "Extrait des événements", Columns: []string{"Date", "Événement"},
		Intro: "Dans l’ordre où ils se sont produits. Aucun ne dit ce dont il s’agissait."}
	for _, e := range eventsOf(a) {
		extract.Rows = append(extract.Rows, []layout.ListCell{{Text: layout.SayDate(string(e.on))}, {Text: e.what}})
	}
	title, effect := layout.AttestationWords()
	return layout.ListView{
		Shell: d.Shell(c), Heading: title, Back: layout.Action{Label: a.person, Href: "/saisines/" + a.Referral},
		Badges: []layout.Badge{{Text: a.AGDREF}}, Lead: effect + " Imprimez cette page, ou joignez-la en PDF.", Sections: []layout.ListSection{facts, extract},
	}
}

func attested(a AttestationDetail) [][]layout.ListCell {
	rows := [][]layout.ListCell{{{Text: "Établie le"}, {Text: layout.SayDate(string(a.On))}}}
	if a.Court != nil {
		number := ""
		if a.CaseNumber != nil {
			number = "Affaire n°\u00a0" + *a.CaseNumber
		}
		rows = append(rows, []layout.ListCell{{Text: "Juridiction"}, {Text: *a.Court, Note: number}})
	}
	if a.Rapporteur != nil {
		name := layout.ListCell{Text: "RPPS " + *a.Rapporteur, Note: "À retrouver dans l’annuaire public des médecins. Il n’a pas siégé."}
		if n := a.RapporteurName; n != nil {
			name = layout.ListCell{Text: "Dr " + n.GivenName + " " + n.FamilyName, Note: "RPPS " + *a.Rapporteur + ". Il n’a pas siégé."}
		}
		rows = append(rows, []layout.ListCell{{Text: "Médecin rapporteur"}, name})
	}
	if a.Decision != nil {
		rows = append(rows, []layout.ListCell{{Text: "Décision du directeur général"}, {Text: a.Decision.Ref}})
	}
	for _, s := range a.Signatures {
		signed := "n’a pas signé"
		if s.SignedOn != nil {
			signed = "signé le " + layout.SayDate(string(*s.SignedOn))
		}
		rows = append(rows, []layout.ListCell{{Text: "Auteur de l’avis"}, {Text: authorOfLine(a, s.Line), Note: signed}})
	}
	return rows
}

func authorOfLine(a AttestationDetail, line int) string {
	i := slices.IndexFunc(a.AuthorNames, func(n AuthorName) bool { return n.Line == line })
	if i < 0 {
		return "Inscrit à la décision"
	}
	return "Dr " + a.AuthorNames[i].GivenName + " " + a.AuthorNames[i].FamilyName
}

// dated is one event of the extract.
type dated struct {
	on   release.Date
	what string
}

// eventsOf are the events that the attestation dates, the earliest first.
func eventsOf(a AttestationDetail) []dated {
	var all []dated
	for _, one := range []struct {
		on   *release.Date
		what string
	}{
		{a.CertificateReceivedOn, "Certificat médical reçu par le service médical"}, {a.ReportSignedOn, "Rapport médical signé par son auteur"},
		{a.ReportTransmittedOn, "Rapport transmis au collège"}, {a.ComposedOn, "Auteurs de l’avis désignés"},
	} {
		if one.on != nil {
			all = append(all, dated{*one.on, one.what})
		}
	}
	for _, s := range a.Steps {
		all = append(all, dated{s.On, stepWords[s.Step] + stageOf[s.Stage] + doneWords(s.Done)})
	}
	for _, s := range a.Signatures {
		if s.SignedOn != nil {
			all = append(all, dated{*s.SignedOn, "Avis signé : " + authorOfLine(a, s.Line)})
		}
	}
	if a.IssuedOn != nil {
		all = append(all, dated{*a.IssuedOn, "Avis rendu"})
	}
	if a.SentOn != nil {
		all = append(all, dated{*a.SentOn, "Avis envoyé à la préfecture"})
	}
	slices.SortStableFunc(all, func(x, y dated) int {
		switch {
		case x.on.Before(y.on):
			return -1
		case y.on.Before(x.on):
			return 1
		}
		return 0
	})
	return all
}

var stepWords = map[release.AttestedKind]string{
	release.StepConvocation: "Convocation", release.StepExams: "Examens demandés", release.StepIdentity: "Justification de l’identité demandée",
}

var stageOf = map[release.AttestedStage]string{release.StageReport: ", au stade du rapport", release.StageOpinion: ", au stade de l’avis"}

func doneWords(done *bool) string {
	switch {
	case done == nil:
		return " : suite non connue"
	case *done:
		return " : fait"
	}
	return " : non fait"
}
