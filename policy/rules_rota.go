package policy

// Removals, counted in hours, and the physicians on call.
var rotaRules = []RuleInfo{
	{"NOT_ON_CALL", Forbidden, "Vous n’êtes pas le médecin d’astreinte de ce territoire en ce moment. Demandez au secrétariat médical de vérifier l’astreinte, ou de désigner le médecin.", "REQ-6"},
	{"OM_LOCAL", Conflict, "Dans ce territoire, l’avis est rendu par un médecin que l’autorité locale désigne, non par l’OFII. Adressez-lui la demande (arrêté du 27 décembre 2016, art. 13-1 ; médecin à confirmer hors Wallis-et-Futuna).", "Arrêté du 27 décembre 2016, art. 13-1"},
	{"AUTHORITY_NOT_COMPETENT", Conflict, "Cette autorité ne saisit pas l’OFII pour cette mesure : le ministre de l’intérieur pour une expulsion ou une assignation qui en tient lieu, le préfet pour le reste. Vérifiez la nature de la saisine (R. 731-3 à confirmer).", "L. 631-3 ; R. 631-1 ; R. 632-2 ; L. 731-4"},
}
