package policy

// How long a dossier is kept, and its end. PURGE_NOT_DUE and PURGE_HOLD stand with the exits.
var timeRules = []RuleInfo{
	{"HOLD_STANDS", Conflict, "La conservation de ce dossier est déjà gelée. Il n’y a rien à refaire ; le gel se lève par un acte distinct.", "Invariant 11 ; SC15"},
	{"NO_HOLD", Conflict, "La conservation de ce dossier n’est pas gelée : il n’y a aucun gel à lever. Vérifiez le dossier.", "Invariant 11 ; SC15"},
	{"DOSSIER_DESTROYED", Conflict, "Ce dossier a été détruit au terme de sa conservation. Il ne reste que sa trace, sans nom ; rien ne peut plus y être fait.", "Arrêté du 27 décembre 2016, art. 12"},
	{"CUSTODIANS_REQUIRED", Conflict, "Les clés de ce dossier existent encore. Les dépositaires les détruisent d’abord, avec le visa des archives : « cloison keys shred » ; la purge suit.", "Arrêté du 27 décembre 2016, art. 12 ; Code du patrimoine, L. 212-2"},
}
