package layout

import (
	"strconv"
	"time"

	"cloison/release"
)

// NoticeWords says a notice in plain words: what happened, and what the prefecture may do. Codes and fields are the closed
// ones of the door; a code that is not known is shown as it is, with no effect claimed. Dates are ISO 8601.
//
// Effects: R. 425-12 (the receipt is due at N1 on renewal, possible at N3 on a first application).
func NoticeWords(code string, fields map[string]string, renewal bool) (title, effect string) {
	on := func(field string) string { return isoDate(fields[field]) }
	switch code {
	case "N0":
		return receiptWords(fields["technical_code"])
	case "N1":
		title = "Certificat reçu le " + on("received_on")
		if renewal {
			return title, "Renouvellement\u00a0: le récépissé est dû dès cette réception."
		}
		return title, "Première demande\u00a0: pas encore de récépissé. Il sera possible quand le rapport aura été transmis au collège."
	case "N2":
		return "Certificat non parvenu au " + on("due_on"), "Vous pouvez décider sans avis ; un certificat tardif reste possible (les deux à confirmer)."
	case "N3":
		title = "Rapport transmis au collège le " + on("transmitted_on")
		if renewal {
			return title, "Renouvellement\u00a0: le récépissé était dû dès la réception du certificat."
		}
		return title, "Première demande\u00a0: le récépissé peut être délivré dès maintenant, sauf absence ou examens non produits qui vous ont été signalés."
	case "N4":
		return "Absence à la convocation du " + on("convocation_on"), defaultEffect(renewal)
	case "N5":
		return "Examens demandés non produits au " + on("due_on"), defaultEffect(renewal)
	case "N7":
		if fields["closure_code"] == "PIECES_AUTRE_PERSONNE" {
			return "Avis retiré : il a été rendu sur les pièces d’une autre personne", "Ne fondez aucune décision sur cet avis. Ouvrez une nouvelle saisine ; l’avis retiré reste conservé."
		}
		return "Dossier clos sans avis", "Aucune suite n’est attendue de l’OFII."
	}
	return "Message " + code, ""
}

func receiptWords(technical string) (title, effect string) {
	if technical == "ACCEPTEE" {
		return "Saisine enregistrée", "Le service médical attend le certificat de la personne."
	}
	return "Saisine rejetée", "Rien n’est ouvert à l’OFII\u00a0: corrigez la saisine, puis adressez-la de nouveau."
}

func defaultEffect(renewal bool) string {
	if renewal {
		return "L’avis sera tout de même rendu."
	}
	return "Première demande\u00a0: pas de récépissé. L’avis sera tout de même rendu."
}

// AttestationWords say what an attestation of the procedure is.
func AttestationWords() (title, effect string) {
	return "Attestation de procédure", "À produire devant la juridiction, avec le numéro de l’affaire. Elle ne contient rien de médical."
}

// OpinionWords says the outcome of an opinion in plain words. Months is 0 where the opinion gives no duration.
func OpinionWords(outcome string, months int, kind release.Kind) (title, effect string) {
	switch outcome {
	case "FAVORABLE":
		effect = "Si vous refusez, votre décision doit être spécialement motivée (L.\u00a0425\u20119)."
		if kind == release.KindAlgerian {
			effect = "Si vous refusez, votre décision doit être motivée\u00a0; une motivation spéciale est à confirmer pour l’accord franco-algérien."
		}
		if !kind.Stay() {
			effect = "La protection de l’état de santé peut jouer."
		}
		if months > 0 {
			effect = "Soins pendant " + plural(months, "mois", "mois") + ". " + effect
		}
		return "Avis du collège\u00a0: conditions médicales réunies", effect
	case "DEFAV_PAS_DE_PRISE_EN_CHARGE":
		return "Avis du collège\u00a0: prise en charge médicale non nécessaire", advisory
	case "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE":
		return "Avis du collège\u00a0: pas de conséquences d’une exceptionnelle gravité", advisory
	case "DEFAV_TRAITEMENT_DISPONIBLE":
		return "Avis du collège\u00a0: un traitement approprié est accessible dans le pays", advisory
	}
	return "Avis du collège", advisory
}

const advisory = "L’avis éclaire votre décision, il ne la remplace pas."

func isoDate(value string) string {
	if t, err := time.Parse("2006-01-02", value); err == nil {
		return FrenchDate(t)
	}
	if value == "" {
		return "(date absente)"
	}
	return strconv.Quote(value)
}
