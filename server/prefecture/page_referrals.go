package prefecture

import (
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

// referralsPage is the page face of listReferrals. Its filters stand in the address, so that a view can be kept.
func (d *Desk) referralsPage(c *web.Call, list web.List[ReferralSummary]) any {
	show := c.Fiber.Query("show")
	view := layout.ReferralsView{Shell: d.Shell(c), New: layout.Action{Label: "Nouvelle saisine", Href: newReferralPath, Primary: true},
		File: layout.Action{Label: "Envoyer un fichier de saisines", Href: importPath}}
	for _, f := range []struct{ code, label string }{
		{"", "Toutes"}, {store.ShowOpen, "En cours"}, {store.ShowOpinions, "Avis reçus"}, {store.ShowUnacknowledged, "Avis à accuser"},
	} {
		href := "/saisines"
		if f.code != "" {
			href += "?show=" + f.code
		}
		view.Filters = append(view.Filters, layout.Filter{Label: f.label, Href: href, Current: show == f.code})
	}
	for _, item := range list.Items {
		view.Rows = append(view.Rows, referralRow(item))
	}
	if list.Next != "" {
		view.Next = "/saisines?after=" + list.Next
		if show != "" {
			view.Next += "&show=" + show
		}
	}
	return view
}

func referralRow(s ReferralSummary) layout.ReferralRow {
	row := layout.ReferralRow{
		Name: personName(s.FamilyName, s.GivenNames), Reference: s.AGDREF, Kind: layout.KindWords(s.Kind), Since: s.ReceivedAt.Time(),
		Stage: stageWords[s.State], Waits: waits[s.State], Action: layout.Action{Label: "Suivre", Href: "/saisines/" + s.ID},
	}
	switch {
	case s.State == "AVIS_RETIRE" || s.State == "CONTENTIEUX":
	case s.Issued && !s.Acknowledged:
		row.Waits, row.Action = "Vous : accusé de réception", layout.Action{Label: "Lire l’avis", Href: opinionPath(s.ID), Primary: true}
	case s.Decided:
		row.Waits, row.Stage = "Personne", "Décision enregistrée"
	case s.Issued:
		row.Waits, row.Action.Label, row.Action.Href = "Vous : votre décision", "Relire l’avis", opinionPath(s.ID)
	}
	return row
}

func opinionPath(referral string) string { return "/saisines/" + referral + "/avis" }

func personName(family string, given []string) string {
	return layout.PersonName(family, given)
}

// What a prefecture may know of where a dossier stands, and whom it waits for.
var stageWords = map[string]string{
	"SIGNALEMENT": "Saisine envoyée", "DEMANDE_DEPOSEE": "Certificat attendu", "CERTIFICAT_NON_RECU": "Certificat non parvenu",
	"CERTIFICAT_RECU": "Certificat reçu", "RAPPORT_TRANSMIS": "Rapport transmis au collège", "AVIS_TRANSMIS": "Avis rendu", "SANS_SUITE": "Clos sans avis", "AVIS_RETIRE": "Avis retiré",
	"CONTENTIEUX": "Recours devant le juge",
}

var waits = map[string]string{
	"SIGNALEMENT": "Service médical de l’OFII", "DEMANDE_DEPOSEE": "La personne : son certificat", "CERTIFICAT_NON_RECU": "Vous : décider sans avis (à confirmer), ou attendre le certificat",
	"CERTIFICAT_RECU": "Service médical de l’OFII", "RAPPORT_TRANSMIS": "Collège de médecins", "SANS_SUITE": "Personne", "AVIS_RETIRE": "Vous : une nouvelle saisine", "CONTENTIEUX": "La juridiction",
}

// decisionClock counts the four months after which the prefect's silence is a refusal (R. 432-1, R. 432-2); nil where no date starts them.
func decisionClock(registered *release.Date, shell layout.Shell) *layout.Clock {
	if registered == nil || shell.ServedAt.IsZero() {
		return nil
	}
	return layout.DayClock("Décision", "4 mois, puis le silence vaut refus, R. 432-2 (article à confirmer)", layout.Day(string(*registered)), layout.Day(string(registered.AddMonths(4))), shell.ServedAt)
}
