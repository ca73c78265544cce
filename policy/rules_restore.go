package policy

// What a restore of the database leaves behind (docs/runbooks/restore.md).
var restoreRules = []RuleInfo{
	{"AVIS_LEFT_BEFORE_RESTORE", Conflict, "Un avis de ce dossier est parti avant que la base soit restaurée : la préfecture l’a, ce service ne l’a plus. N’en rendez pas un autre ; demandez à un chef de service de clore le dossier sur l’avis parti (page Équipe).", "Invariant 4"},
	{"NO_OPINION_LEFT", Conflict, "Aucun avis de ce dossier n’est parti avant une restauration : il se poursuit, ou se clôt, par ses actes ordinaires.", "Invariant 4"},
	{"OPINION_LEFT_PARTLY", Conflict, "L’avis n’est parti que pour une partie des saisines de ce dossier. Closez d’abord les autres sans avis : leur préfecture saisira de nouveau.", "Invariant 4"},
	{"OPINION_LEFT_OTHERWISE", Invalid, "Le numéro ou l’empreinte n’est pas celui de l’avis parti. Reprenez-les sur la liste de la zone administrative, que l’exploitant vous remet.", "Invariant 4"},
}
