package desk

import "cloison/medical"

// furtherEventWords are the words of what is not on the straight line of a dossier.
var furtherEventWords = map[medical.EventType]string{
	medical.EvReferralRefused: "Saisine refusée", medical.EvCertificateAvailable: "Certificat vierge mis à disposition", medical.EvCertificateRejected: "Certificat écarté",
	medical.EvCompletionAsked: "Ce qui manque au certificat est demandé", medical.EvCompletionReceived: "Ce qui manquait au certificat est arrivé",
	medical.EvComplementRefused: "Le professionnel refuse de répondre", medical.EvSummonsCancelled: "Convocation annulée",
	medical.EvMailReturned: "Lettre revenue : inconnu à l’adresse", medical.EvAddressChecked: "Adresse vérifiée", medical.EvLetterTracked: "Acheminement de la lettre",
	medical.EvPhysicianDesignated: "Médecin désigné pour l’avis", medical.EvCompositionClosed: "Composition du collège close",
	medical.EvRoundOpened: "Nouveau tour de réponses", medical.EvSignatureRefused: "Un membre refuse de signer", medical.EvSignatureVoid: "Signature annulée",
	medical.EvPrefectureChanged: "Préfecture compétente changée", medical.EvReferralCancelled: "Saisine annulée par la préfecture",
	medical.EvSecrecyLifted: "Secret levé par la personne", medical.EvAppealFiled: "Recours déposé", medical.EvCourtRequest: "Demande d’une juridiction",
	medical.EvDisclosed: "Éléments remis", medical.EvAccessRequested: "Accès au dossier demandé", medical.EvAccessGiven: "Dossier remis",
	medical.EvHoldSet: "Destruction suspendue", medical.EvHoldLifted: "Suspension levée", medical.EvPurgeAssessed: "Destruction examinée", medical.EvPurged: "Dossier détruit",
	medical.EvAgdrefCorrected: "Numéro AGDREF corrigé", medical.EvConsentWithdrawn: "Accord retiré : plus aucun professionnel n’est interrogé",
	medical.EvPrefectDecided: "Décision du préfet", medical.EvJudged: "Jugement", medical.EvDocumentExcluded: "Pièce écartée", medical.EvDocumentReceived: "Pièces reçues de la personne",
	medical.EvApplicantInformed: "La personne a été informée", medical.EvListingEnded: "Membre qui n’est plus inscrit", medical.EvMajorityReached: "Majorité atteinte",
	medical.EvOpinionWithdrawn: "Avis retiré : rendu sur les pièces d’une autre personne", medical.EvOpinionUpheld: "Avis maintenu après examen",
}

// wordsOfEvent says what happened; every event has its words (TestEveryEventHasItsWords).
func wordsOfEvent(t medical.EventType) string {
	if what, ok := eventWords[t]; ok {
		return what
	}
	return furtherEventWords[t]
}
