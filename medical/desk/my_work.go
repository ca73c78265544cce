package desk

import (
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// myWork is the page face of listDossiers: what is due first, under which law, and who is awaited. It opens nothing: no name stands here.
func (k *Desk) myWork(c *web.Call, list web.List[store.Summary]) any {
	now := k.Clock.Now()
	view := layout.MyWorkView{Shell: k.Shell(c), Today: now, Budgets: k.budgetWarnings(c)}
	if list.Next != "" {
		view.Next = "/dossiers?after=" + list.Next
	}
	for _, s := range list.Items {
		view.Rows = append(view.Rows, workRow(s, c.Who, now))
	}
	return view
}

func workRow(s store.Summary, reader act.Subject, now time.Time) layout.WorkRow {
	kind, _ := reference.KindOf(s.Kind)
	row := layout.WorkRow{
		Reference: s.ID[:8], Kind: kind.Label, Stage: stageWords[s.State], Urgent: kind.Pipeline == "ELOIGNEMENT",
		Awaited: awaited(s, reader), Clock: opinionClock(s, now),
	}
	row.Action = workAction(s, row.Awaited)
	if s.Members > 0 {
		row.Progress = &layout.Progress{Done: s.Answered, Total: s.Members, Of: "réponses"}
		if s.Answered == s.Members {
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
	zone := reference.Location(s.Direction)
	start := medical.LocalDate(*s.CertificateAt, s.Direction)
	if s.CertificateSentOn != nil && s.CertificateSentOn.Before(start) {
		start = *s.CertificateSentOn
	}
	due := start.AddMonths(3)
	return layout.DayClock("Avis", "3 mois, R. 425-13 (départ à confirmer)", start.Time(), due.Time(), now.In(zone))
}

// workAction leads to the dossier, by the name of what awaits the reader there.
func workAction(s store.Summary, a layout.Awaited) *layout.Action {
	action := &layout.Action{Label: "Ouvrir", Href: dossierPath(s.ID), Primary: a.You}
	switch {
	case !a.You:
	case s.State == "CERTIFICAT_RECU" || s.State == "A_AFFECTER":
		action.Label, action.Href = "Désigner le rapporteur", dossierPath(s.ID)+"/rapporteur"
	case s.State == "RAPPORT_TRANSMIS":
		action.Label, action.Href = "Désigner le collège", dossierPath(s.ID)+"/college"
	case s.State == "RAPPORTEUR_DESIGNE" || s.State == "RAPPORT_EN_COURS":
		action.Label, action.Href = "Rédiger", dossierPath(s.ID)+"/rapport"
	case s.AwaitsMember && s.Answered < s.Members:
		action.Label, action.Href = "Répondre", dossierPath(s.ID)+"/reponses"
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

func awaited(s store.Summary, reader act.Subject) layout.Awaited {
	switch s.State {
	case "DEMANDE_DEPOSEE", "CERTIFICAT_VIERGE_REMIS", "CERTIFICAT_NON_RECU":
		return layout.Awaited{Who: "La personne", Note: "certificat médical"}
	case "CERTIFICAT_RECU", "A_AFFECTER", "RAPPORT_TRANSMIS":
		return layout.Awaited{You: reader.Role == "SECRETARIAT_MEDICAL", Who: "Secrétariat médical"}
	case "RAPPORTEUR_DESIGNE", "RAPPORT_EN_COURS", "RAPPORT_SIGNE":
		return layout.Awaited{You: s.Rapporteur != nil && *s.Rapporteur == reader.ID, Who: "Médecin rapporteur"}
	case "COLLEGE_DESIGNE", "AVIS_EN_COURS":
		return layout.Awaited{You: s.AwaitsMember, Who: "Collège"}
	case "AVIS_EMIS", "AVIS_TRANSMIS":
		return layout.Awaited{Who: "Préfecture", Note: "accusé de réception"}
	}
	return layout.Awaited{}
}
