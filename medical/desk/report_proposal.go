package desk

import (
	"fmt"
	"strconv"
	"strings"

	"cloison/medical"
	"cloison/web/layout"
)

const copiedMark = "repris du certificat"

// proposedReport is what a report that nobody has begun may start from: the certificate, section by section, for its author to confirm. The
// clinical examination is his alone and starts empty.
func proposedReport(cert medical.Certificate) map[string]string {
	proposed := map[string]string{
		"disease_history": lines(cert.History, followUpWords(cert)), "treatments": treatmentWords(cert.Treatments),
		"stage": lines(cert.Stage, titled("Examens récents", cert.RecentExams)), "complications": cert.Complications, "prospects": cert.Prognosis,
	}
	for i, illness := range cert.Pathologies {
		place := "pathologies." + strconv.Itoa(i)
		proposed[place+".label"], proposed[place+".icd10"] = illness.Label, illness.ICD10
		if illness.DiagnosedOn != nil {
			proposed[place+".diagnosed_on"] = illness.DiagnosedOn.String()
		}
	}
	return proposed
}

func treatmentWords(treatments []medical.Treatment) string {
	var all []string
	for _, t := range treatments {
		one := fmt.Sprintf("%s (%s), %s, voie %s, depuis le %s", t.INN, t.ATC, t.Dosage, lower(t.Route), layout.FrenchDate(t.StartedOn.Time()))
		if t.PlannedDurationMonths != nil {
			one += fmt.Sprintf(", pour %d mois", *t.PlannedDurationMonths)
		}
		all = append(all, one)
	}
	return strings.Join(all, "\n")
}

func followUpWords(cert medical.Certificate) string {
	var parts []string
	if cert.FollowedSince != nil {
		parts = append(parts, "depuis le "+layout.FrenchDate(cert.FollowedSince.Time()))
	}
	if cert.FollowUpFrequency != nil && *cert.FollowUpFrequency != "" {
		parts = append(parts, *cert.FollowUpFrequency)
	}
	return titled("Suivi", strings.Join(parts, ", "))
}

func titled(title, text string) string {
	if text == "" {
		return ""
	}
	return title + "\u00a0: " + text
}

// lines puts each text that is one on a line of its own.
func lines(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "\n")
}

// certificateSheet is the certificate as it was entered, to be read: by the rapporteur, and by the members after the transmission.
func certificateSheet(cert medical.Certificate, open bool) *layout.Sheet {
	var illnesses []string
	for _, illness := range cert.Pathologies {
		illnesses = append(illnesses, diagnosisWords(illness))
	}
	author := cert.Author
	sheet := &layout.Sheet{ID: "certificat", Title: "Certificat signé le " + layout.FrenchDate(cert.SignedOn.Time()), Open: open, Facts: []layout.Fact{
		{Name: "Établi par", Value: lines("Dr "+author.GivenName+" "+author.FamilyName+", RPPS "+author.RPPS, author.Service, lines(author.Establishment, author.City, author.Phone))},
		{Name: "Personne examinée le", Value: layout.FrenchDate(cert.PatientExaminedOn.Time())}}}
	for _, fact := range []layout.Fact{
		{Name: "Antécédents", Value: lines(cert.History, followUpWords(cert))}, {Name: "Pathologies", Value: strings.Join(illnesses, "\n")},
		{Name: "Traitements en cours", Value: treatmentWords(cert.Treatments)}, {Name: "Stade évolutif", Value: cert.Stage}, {Name: "Complications", Value: cert.Complications},
		{Name: "Examens récents", Value: cert.RecentExams}, {Name: "Pronostic et suivi", Value: cert.Prognosis},
		{Name: "Accord pour demander des compléments", Value: consentWords(cert.Consent)}, {Name: "Anomalies relevées", Value: strings.Join(cert.Anomalies, "\n")},
	} {
		if fact.Value != "" {
			sheet.Facts = append(sheet.Facts, fact)
		}
	}
	return sheet
}

func diagnosisWords(illness medical.Pathology) string {
	words := illness.ICD10 + " " + illness.Label
	if illness.DiagnosedOn != nil {
		words += ", depuis le " + layout.FrenchDate(illness.DiagnosedOn.Time())
	}
	return words
}
