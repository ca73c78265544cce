package policy

// Letters, and what leaves by the exits beside what the procedure names.
var exitPageRules = []RuleInfo{
	{"LETTER_MENTIONS", Conflict, "Aucun modèle de cette lettre n'est en vigueur avec toutes ses mentions. Écrivez-la autrement, et signalez-le à l'exploitant.", "REQ-23 ; §6.6"},
}
