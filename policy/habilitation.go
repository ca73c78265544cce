package policy

// Habilitation is the resource of what is done about who is empowered: what keyholder's roster says of who asks, and how he stands to the
// person concerned.
type Habilitation struct {
	Kind      string `json:"kind"`      // "habilitation"
	Head      bool   `json:"head"`      // the roster names who asks head of service
	Own       bool   `json:"own"`       // he asks for himself
	Entered   bool   `json:"entered"`   // he entered what is to be confirmed
	Confirmed bool   `json:"confirmed"` // what is to be confirmed was already
	Standing  string `json:"standing"`  // of the person: EN_VIGUEUR ECHUE FIN AUCUNE
}

// Who is empowered, and who goes on when he no longer is.
var habilitationRules = []RuleInfo{
	{"HABILITATION_LAPSED", Forbidden, "Votre habilitation n’a pas été confirmée depuis trois mois. Demandez à un chef de service de la confirmer, puis reconnectez-vous.", "REQ-20"},
	{"NOT_COORDINATOR", Forbidden, "Cet acte revient à un chef de service désigné par les dépositaires. Demandez-le-lui.", "REQ-20"},
	{"HABILITATION_OWN", Forbidden, "Nul n’agit sur sa propre habilitation. Demandez-le à une autre personne qui en a la charge.", "REQ-20"},
	{"HABILITATION_SAME_HAND", Forbidden, "Une habilitation est saisie par une personne et confirmée par une autre. Demandez à un autre chef de service de la confirmer.", "REQ-20"},
	{"HABILITATION_CONFIRMED", Conflict, "Cette habilitation est déjà confirmée. Il n’y a rien à refaire.", "REQ-20"},
	{"HABILITATION_NONE", Conflict, "Cette personne n’a pas d’habilitation à revoir. Faites-en saisir une, puis confirmer par une autre personne.", "REQ-20"},
	{"MEMBER_NOT_HABILITATED", Invalid, "Un médecin proposé n’est plus habilité à ce jour. Choisissez-en un autre.", "REQ-20"},
	{"DUTY_ENDED", Conflict, "Il a déjà été mis fin aux fonctions de cette personne. Consultez les successeurs proposés.", "REQ-20"},
	{"RAPPORTEUR_FIXED", Conflict, "Le rapport est transmis : son auteur ne change plus. Un complément qui ne viendra pas se clôt par le collège.", "R. 425-12 ; R. 425-13"},
	{"RAPPORTEUR_UNCHANGED", Invalid, "Ce médecin est déjà le rapporteur. Choisissez-en un autre.", "R. 425-12"},
	{"SELF_DESIGNATION", Forbidden, "Un chef de service ne se désigne pas lui-même : il s’ouvrirait le dossier. Choisissez un autre médecin, ou demandez-le à un autre chef de service.", "REQ-20"},
}
