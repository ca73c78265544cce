package policy

// Removals, counted in hours, and the physicians on call.
var rotaRules = []RuleInfo{
	{"NOT_ON_CALL", Forbidden, "Vous n'êtes pas le médecin d'astreinte de ce territoire en ce moment. Demandez au secrétariat médical de vérifier l'astreinte, ou de désigner le médecin.", "REQ-6"},
	{"OM_LOCAL", Conflict, "Dans ce territoire, l'avis est rendu par un médecin que l'autorité locale désigne, non par l'OFII. Adressez-lui la demande (arrêté du 27 décembre 2016, art. 13-1 ; médecin à confirmer hors Wallis-et-Futuna).", "Arrêté du 27 décembre 2016, art. 13-1"},
}
