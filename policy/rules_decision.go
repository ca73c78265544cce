package policy

// A composition decision, in two hands.
var decisionRules = []RuleInfo{
	{"DECISION_NAMES_YOU", Forbidden, "Nul ne confirme une décision qui le nomme. Demandez-le à un chef de service qu’elle ne nomme pas.", "R. 425-13"},
	{"DECISION_SAME_HAND", Forbidden, "Une décision est saisie par une personne et confirmée par une autre. Demandez à un autre chef de service de la confirmer.", "R. 425-13"},
	{"DECISION_CONFIRMED", Conflict, "Cette décision est déjà confirmée. Il n’y a rien à refaire.", "R. 425-13"},
}
