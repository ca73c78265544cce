package policy

// The documents of a dossier.
var documentRules = []RuleInfo{
	{"DOCUMENT_OTHER_PERSON", Forbidden, "Cette pièce concerne une autre personne et ne se lit plus dans ce dossier. Demandez au secrétariat médical de la verser au bon dossier.", "T6 ; identitovigilance"},
	{"DOCUMENT_EXCLUDED", Conflict, "Cette pièce a été écartée du dossier et ne s’ouvre plus. Demandez au secrétariat médical une pièce qui la remplace.", "T6"},
	{"DOCUMENT_NOT_YOURS", Forbidden, "Seule la personne qui a versé cette pièce peut la retirer. Adressez-vous à elle, ou au médecin en charge du dossier.", "T6"},
	{"DOCUMENT_OPENED", Conflict, "Un médecin a déjà ouvert cette pièce : le secrétariat ne la retire plus. Demandez au médecin en charge du dossier de l’écarter.", "T6"},
	{"CONTENT_MISMATCH", Conflict, "Le contenu de cette pièce n’est pas celui qui avait été annoncé ; elle est écartée. Demandez au secrétariat médical de la verser de nouveau.", "architecture §5"},
}
