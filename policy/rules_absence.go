package policy

// Who is away.
var absenceRules = []RuleInfo{
	{"ABSENCE_OF_ANOTHER", Forbidden, "Un médecin dit lui-même son absence, ou un chef de service la dit pour lui. Demandez-le à l’un des deux.", "REQ-20"},
	{"ABSENCE_WITHDRAWN", Conflict, "Cette absence a déjà été retirée. Il n’y a rien à refaire.", "REQ-20"},
}
