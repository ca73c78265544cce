package desk

import (
	"strings"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// myWork is the page face of listDossiers: what is due first, under which law, and who is awaited. Names stand here once they were asked for.
func (k *Desk) myWork(c *web.Call, list web.List[Listed]) (any, error) {
	now := k.Clock.Now()
	view := layout.MyWorkView{Shell: k.Shell(c), Heading: "Mon travail", Today: now, Budgets: k.budgetWarnings(c), Find: k.finder(c)}
	var err error
	if view.Team, err = k.teamNotice(c); err != nil {
		return nil, err
	}
	opened := c.Fiber.Query("open") == store.Civil
	if list.Next != "" {
		view.Next = "/dossiers?after=" + list.Next
		if opened {
			view.Next += "&open=civil&purpose=" + c.Purpose
		}
	}
	for _, one := range list.Items {
		row := workRow(one.Summary, c.Who, now)
		row.Name = nameOn(one.Applicant)
		view.Rows = append(view.Rows, row)
	}
	if !opened && len(list.Items) > 0 {
		view.Names = namesOpening(c)
	}
	return view, k.callOn(c, view.Nav)
}

// nameOn is who a dossier is about, once opened.
func nameOn(person *medical.CivilLine) *layout.RowName {
	if person == nil {
		return nil
	}
	name := person.FamilyName + " " + strings.Join(person.GivenNames, " ")
	if person.UsageName != nil {
		name = person.FamilyName + " (" + *person.UsageName + ") " + strings.Join(person.GivenNames, " ")
	}
	return &layout.RowName{Name: name, Note: strings.Join(append([]string{layout.FrenchDate(person.BirthDate.Time())}, person.AGDREF...), " · ")}
}

// namesOpening offers the names of the page that is shown.
func namesOpening(c *web.Call) *layout.Opening {
	o := &layout.Opening{Path: "/dossiers", Part: store.Civil, After: c.Fiber.Query("after"), Label: "Afficher les noms",
		Text: "Les noms de cette page sont scellés. Les afficher est une lecture inscrite au journal."}
	if c.Who.Role == "MEDECIN" {
		o.Purposes = readingPurposes
		return o
	}
	o.Purposes = []layout.Option{{Value: "SECRETARIAT", Label: "Secrétariat du dossier"}}
	return o
}

func workRow(s store.Summary, reader act.Subject, now time.Time) layout.WorkRow {
	kind, _ := reference.KindOf(s.Kind)
	row := layout.WorkRow{
		Reference: s.ID[:8], Kind: kind.Label, Stage: stageIn(s.Kind, s.State), Urgent: kind.Pipeline == "ELOIGNEMENT",
		Awaited: awaited(s, reader), Clock: opinionClock(s, now), Over: over[s.State],
	}
	row.Action = workAction(s, row.Awaited, reader, now)
	if s.Members > 0 {
		row.Progress = &layout.Progress{Done: s.Answered, Total: s.Members, Of: "réponses"}
		if s.Settled {
			row.Progress = &layout.Progress{Done: s.Signed, Total: s.Members, Of: "signatures"}
		}
	}
	return row
}

// opinionClock counts the three months of R. 425-13 to their nearest end, as the dossier does: from the sending of the certificate or from its
// receipt. No clock runs before the certificate, nor once the opinion has left.
func opinionClock(s store.Summary, now time.Time) *layout.Clock {
	if s.CertificateAt == nil || s.Sent {
		return nil
	}
	if kind, _ := reference.KindOf(s.Kind); kind.Pipeline == "ELOIGNEMENT" {
		return hoursClock(s, now)
	}
	zone := reference.Location(s.Direction)
	start := medical.LocalDate(*s.CertificateAt, s.Direction)
	if s.CertificateSentOn != nil && s.CertificateSentOn.Before(start) {
		start = *s.CertificateSentOn
	}
	due := start.AddMonths(3)
	return layout.DayClock("Avis", "3 mois, R. 425-13 (départ à confirmer)", start.Time(), due.Time(), now.In(zone))
}

// hoursClock counts what is left of the hours of an opinion "sans délai"; nil where the person's status makes it not urgent.
func hoursClock(s store.Summary, now time.Time) *layout.Clock {
	if s.UrgentFrom == nil {
		return nil
	}
	zone := reference.Location(s.Direction)
	return layout.HourClock("Avis", urgentLaw, s.UrgentFrom.In(zone), s.UrgentDueAt.In(zone), now.In(zone))
}

// workAction leads to the dossier, by the name of what awaits the reader there.
func workAction(s store.Summary, a layout.Awaited, reader act.Subject, now time.Time) *layout.Action {
	action := &layout.Action{Label: "Ouvrir", Href: dossierPath(s.ID), Primary: a.You}
	switch {
	case !a.You && reader.Role == "SECRETARIAT_MEDICAL" && s.CertificateAt == nil && a.Who == "La personne":
		action.Label, action.Href = "Enregistrer le certificat", dossierPath(s.ID)+"/certificat"
	case !a.You:
	case s.Liberty != "" && s.State == "CERTIFICAT_RECU":
		kind, _ := reference.KindOf(s.Kind)
		author, _ := reference.AuthorOn(kind.Family, s.Liberty, medical.LocalDate(now, s.Direction))
		label, tail := designationTail(author.Author)
		action.Label, action.Href = label, dossierPath(s.ID)+tail
	case s.State == "CERTIFICAT_RECU" || s.State == "A_AFFECTER":
		action.Label, action.Href = "Désigner le rapporteur", dossierPath(s.ID)+"/rapporteur"
	case s.State == "RAPPORT_SIGNE":
		action.Label = "Transmettre"
	case s.State == "RAPPORT_TRANSMIS":
		action.Label, action.Href = "Désigner le collège", dossierPath(s.ID)+"/college"
	case s.State == "RAPPORTEUR_DESIGNE" || s.State == "RAPPORT_EN_COURS":
		action.Label, action.Href = "Rédiger", dossierPath(s.ID)+"/rapport"
	case s.AwaitsMember && s.Answered < s.Members:
		action.Label, action.Href = "Répondre", dossierPath(s.ID)+"/reponses"
	case s.AwaitsMember && !s.Settled:
		action.Label, action.Href = "Comparer les réponses", dossierPath(s.ID)+"/synthese"
	case s.AwaitsMember && !s.Sent:
		action.Label, action.Href = "Relire et signer", dossierPath(s.ID)+"/avis"
	}
	return action
}

var stageWords = map[string]string{
	"DEMANDE_DEPOSEE": "Certificat attendu", "CERTIFICAT_VIERGE_REMIS": "Certificat attendu", "CERTIFICAT_NON_RECU": "Certificat non reçu",
	"CERTIFICAT_RECU": "Rapporteur à désigner", "A_AFFECTER": "Rapporteur à désigner", "RAPPORTEUR_DESIGNE": "Rapport",
	"RAPPORT_EN_COURS": "Rapport", "RAPPORT_SIGNE": "Rapport signé, à transmettre", "RAPPORT_TRANSMIS": "Collège à désigner",
	"COLLEGE_DESIGNE": "Collège", "AVIS_EN_COURS": "Collège", "AVIS_EMIS": "Avis émis", "AVIS_TRANSMIS": "Avis transmis",
	"CLOS": "Clos", "SANS_SUITE": "Clos sans avis", "CONTENTIEUX": "Contentieux", "PURGE": "Détruit",
}

// over are the states in which nothing of the procedure is due.
var over = map[string]bool{"CLOS": true, "SANS_SUITE": true, "CONTENTIEUX": true, "PURGE": true}

func awaited(s store.Summary, reader act.Subject) layout.Awaited {
	switch s.State {
	case "DEMANDE_DEPOSEE", "CERTIFICAT_VIERGE_REMIS", "CERTIFICAT_NON_RECU", "SIGNALEMENT":
		return layout.Awaited{Who: "La personne", Note: "certificat médical"}
	case "CERTIFICAT_RECU", "A_AFFECTER", "RAPPORT_TRANSMIS":
		return layout.Awaited{You: reader.Role == "SECRETARIAT_MEDICAL", Who: "Secrétariat médical"}
	case "RAPPORTEUR_DESIGNE", "RAPPORT_EN_COURS", "RAPPORT_SIGNE":
		return layout.Awaited{You: s.Rapporteur != nil && *s.Rapporteur == reader.ID, Who: "Médecin rapporteur"}
	case "AUTEUR_DESIGNE", "COMPLEMENT":
		return layout.Awaited{You: s.AwaitsMember, Who: "Auteur désigné de l’avis"}
	case "COLLEGE_DESIGNE", "AVIS_EN_COURS":
		return layout.Awaited{You: s.AwaitsMember, Who: "Collège"}
	case "AVIS_EMIS", "AVIS_TRANSMIS":
		return layout.Awaited{Who: "Préfecture", Note: "accusé de réception"}
	}
	return layout.Awaited{}
}
