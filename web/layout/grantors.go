package layout

// GrantorOf names who can change what a rule refuses. It names a function of the service, never a person.
func GrantorOf(rule string) string {
	if who, ok := grantors[rule]; ok {
		return who
	}
	return "Votre responsable de service peut vous dire qui décide, avec la référence de ce refus."
}

// Said by several rules.
const (
	secretariatActs = "Le secrétariat médical de la direction territoriale peut agir."
	rapporteurActs  = "Le médecin rapporteur du dossier peut agir."
	membersAct      = "Les membres du collège peuvent agir, chacun pour lui-même."
	alreadyDone     = "Personne n’a rien à accorder\u00a0: c’est déjà fait."
	timeAlone       = "Personne ne peut l’accorder\u00a0: il faut attendre que le temps passe."
	lawAlone        = "Personne ne peut l’accorder\u00a0: la loi ne le permet pas."
)

var grantors = map[string]string{
	// Who the person is.
	"NOT_ASSIGNED":             "Le secrétariat médical de la direction territoriale affecte les dossiers, sans en lire le contenu.",
	"NOT_HABILITATED":          "Le chef du service médical habilite les médecins et les agents du secrétariat\u00a0; l’habilitation prend effet dès son inscription.",
	"PROFESSION_NOT_PHYSICIAN": "Personne ne peut l’accorder\u00a0: la loi réserve cet accès aux médecins. Si vous êtes médecin, faites corriger votre profession auprès de votre Ordre, puis reconnectez-vous.",
	"PREFECTURE_NO_MEDICAL":    "Personne ne peut l’accorder\u00a0: les agents des préfectures n’accèdent à aucun élément médical. Vos messages et vos avis vous attendent sur le portail des préfectures.",
	"ROLE_NO_MEDICAL":          "Personne ne peut l’accorder à votre rôle\u00a0: l’accès médical tient au secret professionnel du service médical.",
	"ROLE_NOT_ALLOWED":         "Le responsable de l’application attribue les rôles. Si vous avez plusieurs rôles, reconnectez-vous avec celui qui convient.",
	"WRONG_PREFECTURE":         "La préfecture compétente peut vous transférer la saisine.",
	"OTHER_TERRITORY":          "Le secrétariat médical de la direction territoriale dont dépend le dossier peut agir.",
	"NOT_AUTHOR_OF_REPORT":     rapporteurActs,

	// Where the dossier stands.
	"CASE_CLOSED":                  "La préfecture peut ouvrir une nouvelle saisine.",
	"CERTIFICATE_NOT_RECEIVED":     secretariatActs,
	"CERTIFICATE_ALREADY_RECEIVED": alreadyDone,
	"CERTIFICATE_NOT_LATE":         timeAlone,
	"MAIL_NOT_RECEIVED":            secretariatActs,
	"CLOSURE_UNFOUNDED":            "La personne seule peut retirer sa demande\u00a0; le secrétariat médical enregistre son retrait ou son décès.",
	"CONSENT_MISSING":              "La personne seule peut donner son accord.",
	"APPLICANT_NOT_INFORMED":       "Celui qui demande le complément informe la personne le jour même, puis renvoie ce formulaire.",
	"NO_AUTOMATIC_STATE":           secretariatActs,
	"RAPPORTEUR_NOT_ASSIGNED":      secretariatActs,
	"RAPPORTEUR_ALREADY_ASSIGNED":  secretariatActs,
	"REPORT_NOT_SAVED":             rapporteurActs,
	"REPORT_NOT_SIGNED":            rapporteurActs,
	"REPORT_OUTDATED":              rapporteurActs,
	"REPORT_ALREADY_SIGNED":        "Personne ne peut changer un rapport signé\u00a0; le collège peut demander un complément à son auteur.",
	"N3_ALREADY_SENT":              alreadyDone,
	"SUPPLEMENT_NOT_ASKED":         "Le collège peut demander un complément à l’auteur du rapport.",

	// What was asked of the person.
	"N4_CAUSE_NOT_IMPUTABLE": "Le secrétariat médical peut établir que la lettre a été présentée, ou convoquer de nouveau la personne.",
	"N5_CAUSE_NOT_IMPUTABLE": "Le secrétariat médical peut établir que la lettre a été présentée\u00a0; un médecin peut renouveler la demande.",
	"ABSENCE_MISSING":        "Le médecin qui attendait la personne, ou le secrétariat médical, enregistre l’absence.",
	"APPOINTMENT_NOT_COME":   timeAlone,
	"BEFORE_DUE":             timeAlone,
	"REQUEST_CLOSED":         alreadyDone,
	"DEFAULT_ALREADY_FOUND":  alreadyDone,
	"SUMMONS_CANCELLED":      secretariatActs,

	// The college.
	"RAPPORTEUR_IN_COLLEGE":     lawAlone,
	"MEMBER_CONFLICT":           lawAlone,
	"MEMBER_NOT_IN_DECISION":    "Le directeur général de l’OFII désigne par décision les médecins qui peuvent siéger.",
	"MEMBER_DECISION_EXPIRED":   "Le directeur général de l’OFII désigne par décision les médecins qui peuvent siéger.",
	"COLLEGE_BEFORE_REPORT":     rapporteurActs,
	"COMPOSITION_OPEN":          alreadyDone,
	"COMPOSITION_MISSING":       secretariatActs,
	"SELF_ASSIGNMENT_CHANGE":    secretariatActs,
	"VOTE_BEFORE_TRANSMISSION":  rapporteurActs,
	"ANSWERS_BLIND":             membersAct,
	"ANSWERS_INCOMPLETE":        membersAct,
	"ALREADY_ANSWERED":          "Les membres du collège peuvent ouvrir un nouveau tour quand aucune majorité ne se dégage.",
	"NO_MAJORITY":               "Un membre du collège peut ouvrir un nouveau tour.",
	"MAJORITY_REACHED":          membersAct,
	"NOT_SETTLED":               "Un membre du collège peut arrêter la synthèse.",
	"ALREADY_SETTLED":           alreadyDone,
	"ALREADY_SIGNED":            alreadyDone,
	"ALREADY_ACKNOWLEDGED":      alreadyDone,
	"SIGNATURES_INCOMPLETE":     membersAct,
	"SIGNATURE_REFUSED":         "Un membre peut ouvrir un nouveau tour\u00a0; le secrétariat médical peut remplacer la composition.",
	"SIGNATURE_STANDS":          "Un membre du collège peut ouvrir un nouveau tour, ou refuser de signer.",
	"SIGNATURE_OLD_COMPOSITION": "Les membres de la composition en cours peuvent agir.",
	"AVIS_IMMUTABLE":            "Personne ne peut changer un avis signé\u00a0; le collège peut rendre un avis rectificatif.",
	"OPINION_NOT_ISSUED":        membersAct,
	"OPINION_SUPERSEDED":        alreadyDone,
	"AUTHORITY_NOT_COMPETENT":   "L’autorité qui prend la mesure peut saisir l’OFII.",
	"OM_LOCAL":                  "L’administrateur supérieur ou le haut-commissaire désigne le médecin qui rend l’avis.",
	"NOT_ON_CALL":               "Le secrétariat médical de la direction territoriale tient l’astreinte, et peut aussi désigner le médecin.",
	"NOTHING_TO_UPHOLD":         alreadyDone,
}
