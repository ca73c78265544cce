package policy

// What happens in a college besides its answers and signatures.
var collegeLifeRules = []RuleInfo{
	{"SIGNATURE_REFUSED", Conflict, "Un membre a refusé de signer cet avis. Ouvrez un nouveau tour de réponses, ou demandez au secrétariat médical de remplacer la composition.", "SC19 ; R. 425-13"},
	{"MAJORITY_REACHED", Conflict, "Les réponses de ce tour dégagent une majorité. Enregistrez la synthèse ; un nouveau tour ne s’ouvre que sans majorité, après un refus de signer, ou si une pièce a changé depuis une réponse.", "§6.3"},
	{"SUPPLEMENT_NOT_ASKED", Conflict, "Le collège n’a pas demandé de complément à l’auteur du rapport, ou l’a déjà reçu. Le rapport transmis reste tel qu’il a été signé.", "R. 425-12"},
}
