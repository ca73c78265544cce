package policy

// Letters, and what leaves by the exits beside what the procedure names.
var exitPageRules = []RuleInfo{
	{"LETTER_MENTIONS", Conflict, "Aucun modèle de cette lettre n’est en vigueur avec toutes ses mentions. Écrivez-la autrement, et signalez-le à l’exploitant.", "REQ-23 ; §6.6"},
	{"LIFTING_WRONG_PERSON", Forbidden, "Seule la personne lève le secret : pour un mineur, le titulaire de l’autorité parentale. Enregistrez sa propre déclaration, et sa preuve.", "CE, 28 juillet 2022, n° 441481"},
	{"L3_WRONG_RECIPIENT", Forbidden, "L’information sur le pays se remet à la juridiction, à la personne ou à qui agit pour elle. Indiquez l’un d’eux.", "§5.4 L3"},
	{"SOURCES_REQUIRED", Invalid, "Une information sur le pays ne sort qu’avec ses sources. Indiquez pour chacune qui la publie, son titre, sa date et son adresse.", "R. 425-11 ; CADA 20191886, 20201876"},
	{"NOT_DESTROYED", Conflict, "Ce dossier n’est pas détruit : il n’y a pas de procès-verbal de destruction. Suivez son terme sur la page de sa conservation.", "Arrêté du 27 décembre 2016, art. 12"},
}
