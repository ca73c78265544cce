package desk

import (
	"cloison/medical"
	"cloison/web/layout"
)

// time is what happened, with its effect in law, then what the law still expects.
func (p dossierReader) time() []layout.Moment {
	var list []layout.Moment
	for _, e := range p.d.Case.Events {
		list = append(list, layout.Moment{Date: layout.FrenchDate(e.At.In(p.now.Location())), What: wordsOfEvent(e.Type), Effect: p.effect(e), By: p.by(e)})
	}
	return append(list, p.ahead()...)
}

var eventWords = map[medical.EventType]string{
	medical.EvReferralReceived: "Saisine reçue", medical.EvCertificateReceived: "Certificat reçu et enregistré",
	medical.EvCertificateMissing: "Certificat non parvenu", medical.EvRapporteurAssigned: "Médecin rapporteur désigné",
	medical.EvReportSigned: "Rapport signé", medical.EvReportTransmitted: "Rapport transmis au collège",
	medical.EvCollegeComposed: "Collège désigné", medical.EvAnswered: "Réponse d’un membre, scellée", medical.EvSettled: "Synthèse arrêtée",
	medical.EvSigned: "Avis signé par un membre", medical.EvOpinionIssued: "Avis rendu", medical.EvOpinionSent: "Avis envoyé à la préfecture",
	medical.EvAcknowledged: "Accusé de réception de la préfecture", medical.EvClosed: "Dossier clos", medical.EvDropped: "Clos sans avis",
	medical.EvComplementAsked: "Complément demandé", medical.EvComplementReceived: "Complément reçu", medical.EvSummonsSent: "Convocation envoyée",
	medical.EvPresent: "La personne est venue", medical.EvAbsent: "La personne n’est pas venue", medical.EvExamsAsked: "Examens demandés",
	medical.EvExamsProduced: "Examens produits", medical.EvIdentityChecked: "Identité vérifiée", medical.EvDefaultFound: "Défaut constaté",
	medical.EvLibertyChanged: "Statut de liberté changé", medical.EvWithdrawn: "Demande retirée", medical.EvDied: "Décès",
}

// effect is what an event does in law, with the date it leads to.
func (p dossierReader) effect(e medical.Event) string {
	switch e.Type {
	case medical.EvReferralReceived:
		if due := p.due("DL2"); due != "" {
			return "Ouvre un mois pour envoyer le certificat (R. 425-12, départ à confirmer), soit jusqu’au " + due + "."
		}
	case medical.EvCertificateReceived:
		if due := p.due("DL6"); due != "" {
			return "Fait courir les trois mois de l’avis (R. 425-13) : " + due + ". De l’envoi ou de la réception (à confirmer), la date la plus proche est retenue."
		}
	case medical.EvRapporteurAssigned:
		return "L’auteur du rapport ne siège pas au collège de ce dossier (R. 425-13)."
	case medical.EvReportTransmitted:
		return "La préfecture en reçoit la date ; sur une première demande, le récépissé devient possible (CE, 5 avril 2024, n° 488821)."
	case medical.EvCollegeComposed:
		return "Chacun répond sans voir les autres ; les réponses s’ouvrent ensemble."
	case medical.EvOpinionIssued:
		return "L’avis ne se modifie plus : une erreur appelle un avis rectificatif signé des trois (à confirmer)."
	case medical.EvCompositionClosed:
		if data, ok := e.Data.(medical.CompositionClose); ok && data.ReasonCode == medical.ReasonRectified {
			return "Rectification de l’avis rendu, qui reste tel qu’il est : " + lower(wordsOf(correctionChoices, data.Motive)) + ". Une nouvelle version le remplacera (à confirmer)."
		}
	case medical.EvAbsent:
		return "N’est un défaut de la personne que si la lettre lui a été présentée, et si elle n’a pas d’excuse (à confirmer)."
	case medical.EvDefaultFound:
		return "Le rapport et l’avis le mentionnent, et rien n’est bloqué (R. 425-12)."
	case medical.EvSignatureRefused:
		return "Plus personne ne signe cette synthèse."
	case medical.EvClosed:
		return "Ouvre les cinq ans de conservation (arrêté du 27 décembre 2016, art. 12, départ à confirmer)."
	}
	return ""
}

// due is the nearest end of a delay.
func (p dossierReader) due(code string) string {
	var nearest *medical.Date
	for _, dl := range medical.Deadlines(p.d.Case, p.now) {
		if dl.Code == code && dl.DueOn != nil && (nearest == nil || dl.DueOn.Before(*nearest)) {
			nearest = dl.DueOn
		}
	}
	if nearest == nil {
		return ""
	}
	return layout.FrenchDate(nearest.Time())
}

func (p dossierReader) ahead() []layout.Moment {
	r := p.d.Policy
	var list []layout.Moment
	if r.Closed {
		return nil
	}
	switch {
	case !p.d.Case.Stay() || r.ReportTransmitted:
	case r.ReportSigned:
		list = append(list, layout.Moment{Date: "À venir", Next: true, What: "Rapport transmis au collège", Effect: "La préfecture en reçoit la date."})
	default:
		list = append(list, layout.Moment{Date: "À venir", Next: true, What: "Rapport signé, puis transmis au collège", Effect: "Le rapport ne se modifie plus après sa signature."})
	}
	if due := p.due("DL6"); due != "" && !r.Issued {
		effect := "Un retard n’annule rien."
		if silence := p.due("DL7"); silence != "" {
			effect += " Le silence de la préfecture vaut refus le " + silence + "."
		}
		list = append(list, layout.Moment{Date: due, Next: true, What: "Avis attendu au plus tard", Effect: effect})
	}
	return list
}
