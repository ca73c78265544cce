package policy

// What a prefecture tells of a referral after it was opened.
var changeRules = []RuleInfo{
	{"REFERRAL_WITHDRAWN", Conflict, "Cette saisine a été retirée : il n’y a plus rien à en dire. Ouvrez une nouvelle saisine si un avis est de nouveau demandé.", "T23"},
	{"AGDREF_NOT_CURRENT", Conflict, "L’ancien numéro AGDREF n’est pas celui de ce dossier. Rechargez la saisine, puis corrigez le numéro en cours.", "N0"},
	{"AGDREF_TAKEN", Conflict, "Ce numéro AGDREF est celui d’un autre dossier de la même saisine. Vérifiez-le, puis recommencez.", "N0"},
	{"LIBERTY_UNCHANGED", Conflict, "La personne a déjà ce statut. Vérifiez la saisine ; il n’y a rien à signaler.", "REQ-2"},
	{"DECISION_RECORDED", Conflict, "La décision du préfet est déjà enregistrée. Une nouvelle décision s’enregistre après la fin du recours.", "§10.1"},
	{"APPEAL_OPEN", Conflict, "Un recours est déjà en cours sur cette saisine. Enregistrez sa fin avant d’en déclarer un autre.", "T24"},
	{"APPEAL_MISSING", Conflict, "Aucun recours n’est en cours sur cette saisine. Déclarez-le d’abord, avec la juridiction saisie.", "T24"},
	{"CASE_NUMBER_REQUIRED", Invalid, "L’attestation se demande pour une affaire enregistrée. Indiquez le numéro que la juridiction lui a donné.", "CAA Douai, 2 juillet 2020, 19DA00895"},
	{"ATTESTATION_ASKED", Conflict, "L’attestation a déjà été demandée pour ce recours. Relisez-la parmi vos envois reçus.", "§5.4 L1"},
	{"ATTESTATION_NOT_RECEIVED", Conflict, "L’attestation n’est pas encore reçue. Demandez-la, ou revenez quand elle figure parmi vos envois reçus.", "§5.4 L1"},
	{"EVENT_CONFIRMED", Conflict, "Ce signalement est déjà confirmé. Rechargez le dossier ; il n’y a rien à refaire.", "architecture §6"},
}

// The lawful exits (exitRules has those that the procedure names).
var disclosureRules = []RuleInfo{
	{"ACCESS_NOT_REQUESTED", Conflict, "Aucune demande d’accès n’est enregistrée sous cette référence. Enregistrez d’abord la demande.", "L. 1111-7 CSP"},
	{"BUNDLE_REQUIRED", Invalid, "Cet envoi n’existe pas. Indiquez L1 (attestation de procédure), L2 (dossier médical, au juge), L3 (information sur le pays) ou L4 (accès de la personne).", "§5.4"},
	{"REQUESTER_REQUIRED", Invalid, "Indiquez qui demande : la préfecture, la juridiction ou la personne. Rien ne sort sans destinataire.", "§5.4"},
	{"BUNDLE_PHYSICIAN_ONLY", Forbidden, "Cet envoi contient des pièces médicales : seul un médecin en charge du dossier peut l’établir. Adressez-vous à lui.", "§5.4 ; REQ-20"},
}
