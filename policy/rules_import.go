package policy

// Referrals that come as a file.
var importRules = []RuleInfo{
	{"IMPORT_KEY_REUSED", Conflict, "Cette clé a déjà servi pour une autre ligne. Vérifiez la saisine qu’elle a créée, puis donnez à cette ligne une clé à elle.", "§10.1"},
	{"IMPORT_KIND", Invalid, "Une ligne de fichier ne porte qu’une demande de titre d’un adulte. Saisissez celle-ci par le formulaire, ou par createReferral.", "§10.1"},
	{"REFERRAL_TWIN", Conflict, "Une saisine attend déjà un avis sous ce numéro AGDREF dans votre préfecture. Suivez-la, ou retirez-la avant d’en ouvrir une autre.", "§10.1"},
}
