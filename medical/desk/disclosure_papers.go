package desk

import (
	"fmt"
	"strings"

	"cloison/medical"
	"cloison/medical/exit"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
	"cloison/release/form"
	"cloison/web/layout"
)

// recordBlocks are a sealed record as a person reads it; no title where it is no text of its own.
func recordBlocks(ref vault.Ref, plain []byte) (string, []form.Block, error) {
	switch ref.Kind {
	case store.KindCertificate:
		v, err := unseal[medical.Certificate](plain)
		return "Certificat médical, tel qu’il a été enregistré", certificateBlocks(v), err
	case store.KindReport:
		v, err := unseal[medical.Report](plain)
		return "Rapport médical", factBlocks(reportSections(v)), err
	case store.KindSupplement:
		v, err := unseal[medical.Supplement](plain)
		return "Complément du rapport", []form.Block{{Text: v.Text}}, err
	case store.KindRequest:
		v, err := unseal[medical.RequestContent](plain)
		return "Demande " + ref.ID, factBlocks(textFacts(textFact{"Question", v.Question}, textFact{"Examens", v.ExamNature})), err
	case store.KindReply:
		v, err := unseal[medical.ReplyContent](plain)
		return "Réponse à la demande " + ref.ID, []form.Block{{Text: v.AnswerSummary}}, err
	case store.KindSource:
		v, err := unseal[medical.CitedSource](plain)
		return "Source consultée sur le pays", sourceBlocks(v), err
	}
	return "", nil, nil
}

func sourceBlocks(v medical.CitedSource) []form.Block {
	blocks := []form.Block{{Name: wordsOf(publisherChoices, v.Publisher), Text: v.Title + ", " + v.Version},
		{Name: "Lue le", Text: layout.FrenchDate(v.ConsultedOn.Time()) + ", " + citedFor[v.Stage]}}
	if v.SHA256 != "" {
		blocks = append(blocks, form.Block{Name: "Empreinte SHA-256", Text: v.SHA256})
	}
	return blocks
}

type textFact struct {
	name string
	text *string
}

func textFacts(list ...textFact) []layout.Fact {
	var facts []layout.Fact
	for _, one := range list {
		if one.text != nil {
			facts = append(facts, layout.Fact{Name: one.name, Value: *one.text})
		}
	}
	return facts
}

func factBlocks(facts []layout.Fact) []form.Block {
	var blocks []form.Block
	for _, f := range facts {
		blocks = append(blocks, form.Block{Name: f.Name, Text: f.Value})
	}
	return blocks
}

func certificateBlocks(c medical.Certificate) []form.Block {
	var illnesses, treatments []string
	for _, p := range c.Pathologies {
		illnesses = append(illnesses, p.ICD10+" "+p.Label)
	}
	for _, t := range c.Treatments {
		treatments = append(treatments, t.INN+", "+t.Dosage+", "+t.Route)
	}
	return []form.Block{
		{Name: "Établi par", Text: "Docteur " + c.Author.GivenName + " " + c.Author.FamilyName + ", n° RPPS " + c.Author.RPPS}, {Name: "Personne examinée le", Text: layout.FrenchDate(c.PatientExaminedOn.Time())},
		{Name: "Signé le", Text: layout.FrenchDate(c.SignedOn.Time())}, {Name: "Antécédents", Text: c.History}, {Name: "Pathologies", Text: strings.Join(illnesses, "\n")},
		{Name: "Traitements", Text: strings.Join(treatments, "\n")}, {Name: "Stade évolutif", Text: c.Stage}, {Name: "Complications", Text: c.Complications},
		{Name: "Examens récents", Text: c.RecentExams}, {Name: "Pronostic", Text: c.Prognosis}, {Name: "Accord pour interroger des professionnels", Text: consentWords(c.Consent)},
	}
}

// procedureBlocks are L1 as a court reads it: names, dates and the events in their order, without their content (REQ-9, REQ-18).
func (k *Desk) procedureBlocks(d store.Dossier, p exit.Procedure) []form.Block {
	name := func(id string) string {
		n := p.People[id]
		return "Docteur " + n.GivenName + " " + n.FamilyName + ", n° RPPS " + n.RPPS
	}
	blocks := []form.Block{{Name: "Personne", Text: p.Civil.FamilyName + " " + strings.Join(p.Civil.GivenNames, ", ") + ", né(e) le " + layout.FrenchDate(p.Civil.BirthDate.Time())},
		{Name: "Numéros AGDREF", Text: strings.Join(p.Civil.AGDREF, ", ")}}
	if p.Rapporteur != "" {
		blocks = append(blocks, form.Block{Name: "Auteur du rapport, qui n’a pas siégé", Text: name(p.Rapporteur)})
	}
	var members []string
	for _, m := range p.Members {
		members = append(members, name(m.Person))
	}
	blocks = append(blocks, form.Block{Name: "Auteurs de l’avis", Text: strings.Join(members, "\n")})
	if p.Published != nil {
		blocks = append(blocks, form.Block{Name: "Décision du directeur général", Text: p.Published.Ref + ", signée le " + frenchISO(p.Published.SignedOn) + ", publiée le " + frenchISO(p.Published.PublishedOn)})
	}
	var events []string
	for _, e := range d.Case.Events {
		events = append(events, layout.FrenchDate(k.dayOf(d, e.At).Time())+" : "+lower(wordsOfEvent(e.Type)))
	}
	blocks = append(blocks, form.Block{Heading: "Événements de la procédure", Text: strings.Join(events, "\n")})
	var letters []string
	for _, l := range p.Letters {
		letters = append(letters, l.Ref+" : "+l.SHA256)
	}
	if len(letters) > 0 {
		blocks = append(blocks, form.Block{Name: "Empreintes des convocations envoyées", Text: strings.Join(letters, "\n")})
	}
	return append(blocks, form.Block{Text: "Cette attestation ne contient aucun élément médical (CAA Douai, 2 juillet 2020, n° 19DA00895)."})
}

func frenchISO(day string) string {
	if d, err := medical.ParseDate(day); err == nil {
		return layout.FrenchDate(d.Time())
	}
	return day
}

// countryFiles are L3: the country, and the sources that were consulted. Nothing is opened, and nobody is named.
func (k *Desk) countryFiles(l *leaving) ([]exit.File, error) {
	file, err := exit.JSON("sources.json", l.ask.Sources)
	if err != nil {
		return nil, err
	}
	blocks := []form.Block{{Name: "Pays", Text: layout.CountryName(l.d.Case.Country.Country)}, {Name: "Fondement", Text: l.Ground}}
	for i, s := range l.ask.Sources {
		text := s.Title
		if s.Version != "" {
			text += ", version " + s.Version
		}
		blocks = append(blocks, form.Block{Heading: fmt.Sprintf("Source %d : %s", i+1, s.Publisher), Text: text + "\nDu " + layout.FrenchDate(s.On.Time()) + "\n" + s.URL})
	}
	paper := form.Paper{Title: "Information sur l’accès aux soins, avec ses sources", On: release.Date(k.today(l.d).String()), Foot: "Envoi L3",
		From: []string{"Office français de l’immigration et de l’intégration", "Service médical, " + place(l.d.Case.Direction)}, Blocks: blocks}
	drawn, err := paper.PDF()
	return []exit.File{exit.Bytes("documents/001-sources.pdf", drawn), file}, err
}
