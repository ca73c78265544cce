package policy

// The correction of an opinion.
var correctionRules = []RuleInfo{
	{"OPINION_SUPERSEDED", Conflict, "Cet avis a déjà été remplacé par une version plus récente. Rechargez le dossier, puis rectifiez la dernière version.", "Invariant 4"},
	{"NOTHING_TO_UPHOLD", Conflict, "Aucun changement de statut connu après l’avis ne met son auteur en cause : il n’y a rien à maintenir. Rechargez le dossier.", "REQ-2 ; R. 631-1, R. 731-1"},
}
