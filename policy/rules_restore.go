package policy

// What a restore of the database leaves behind (docs/runbooks/restore.md).
var restoreRules = []RuleInfo{
	{"AVIS_LEFT_BEFORE_RESTORE", Conflict, "Un avis de ce dossier est parti avant que la base soit restaurée : la préfecture l'a, ce service ne l'a plus. N'en rendez pas un autre et ne closez pas le dossier ; prévenez l'exploitant, qui a la liste de ce qui a été perdu.", "Invariant 4"},
}
