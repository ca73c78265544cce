package policy

// The correction of an opinion.
var correctionRules = []RuleInfo{
	{"OPINION_SUPERSEDED", Conflict, "Cet avis a déjà été remplacé par une version plus récente. Rechargez le dossier, puis rectifiez la dernière version.", "Invariant 4"},
}
