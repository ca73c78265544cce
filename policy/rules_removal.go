package policy

// Removal procedures: one physician or the college, on the certificate alone.
var removalRules = []RuleInfo{
	{"PHYSICIAN_ALONE", Invalid, "Un seul médecin rend cet avis. Indiquez-en un, et un seul.", "R. 631-1 ; R. 731-1"},
	{"ONLY_CERTIFYING_PHYSICIAN", Conflict, "Dans une procédure d’éloignement, seul le médecin qui a établi le certificat peut être interrogé. Adressez-lui la demande.", "arrêté du 27 décembre 2016, art. 11"},
	{"REMOVAL_WITHOUT_CERTIFICATE", Conflict, "L’avis se rend au vu du certificat médical, qui n’est pas reçu. Enregistrez-le avant de désigner l’auteur de l’avis.", "R. 631-2 ; R. 731-2"},
}
