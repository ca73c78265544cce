package layout

// RefusalView says no and shows the way forward: the rule in a sentence, who can grant it, the number to quote.
type RefusalView struct {
	Shell
	Heading  string // "" gives a general one
	Sentence string // the rule, for a person; from policy
	Rule     string // its code; "" where the reader may not know more
	Grantor  string // who can change this; "" takes GrantorOf(Rule)
	Home     string // where the reader goes back to; "" gives "/"
}

// Title is the heading of the page.
func (v RefusalView) Title() string {
	if v.Heading != "" {
		return v.Heading
	}
	return "Cette action ne vous est pas ouverte"
}

// Who can grant it.
func (v RefusalView) Who() string {
	if v.Grantor != "" {
		return v.Grantor
	}
	return GrantorOf(v.Rule)
}

// Back is the address of the way out.
func (v RefusalView) Back() string {
	if v.Home == "" {
		return "/"
	}
	return v.Home
}

// GrantorOf names who can change what a rule refuses. It names a function of the service, never a person.
func GrantorOf(rule string) string {
	if who, ok := grantors[rule]; ok {
		return who
	}
	return "Votre responsable de service peut vous dire qui décide, avec la référence ci-contre."
}

var grantors = map[string]string{
	"NOT_ASSIGNED":             "Le secrétariat médical de la direction territoriale affecte les dossiers, sans en lire le contenu.",
	"NOT_HABILITATED":          "Le chef du service médical habilite les médecins et les agents du secrétariat\u00a0; l’habilitation prend effet dès son inscription.",
	"PROFESSION_NOT_PHYSICIAN": "Personne ne peut l’accorder\u00a0: la loi réserve cet accès aux médecins. Si vous êtes médecin, faites corriger votre profession auprès de votre Ordre, puis reconnectez-vous.",
	"PREFECTURE_NO_MEDICAL":    "Personne ne peut l’accorder\u00a0: les agents des préfectures n’accèdent à aucun élément médical. Vos messages et vos avis vous attendent sur le portail des préfectures.",
	"ROLE_NO_MEDICAL":          "Personne ne peut l’accorder à votre rôle\u00a0: l’accès médical tient au secret professionnel du service médical.",
	"ROLE_NOT_ALLOWED":         "Le responsable de l’application attribue les rôles. Si vous avez plusieurs rôles, reconnectez-vous avec celui qui convient.",
	"WRONG_PREFECTURE":         "La préfecture compétente peut vous transférer la saisine.",
	"OTHER_TERRITORY":          "Le secrétariat médical de la direction territoriale dont dépend le dossier peut agir.",
}
