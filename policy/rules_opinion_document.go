package policy

// The document of an opinion.
var opinionDocumentRules = []RuleInfo{
	{"FORM_NOT_RENDERED", Conflict, "Le formulaire de cet avis n’est pas encore édité par ce service : l’avis ne peut pas être signé ici. Prévenez le service médical de la direction générale.", "Arrêté du 27 décembre 2016, art. 6, annexes C, D et E"},
}
