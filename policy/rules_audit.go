package policy

// What an auditor is told.
var auditRules = []RuleInfo{
	{"GROUND_REQUIRED", Invalid, "Une recherche dans le journal s’y inscrit avec son motif. Choisissez-le dans la liste, puis recommencez.", "Recommandation CNIL sur la journalisation ; §7"},
}
