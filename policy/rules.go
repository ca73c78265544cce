package policy

// Kinds of a denial, as problem codes.
const (
	Forbidden    = "forbidden"
	Conflict     = "conflict"
	Invalid      = "invalid"
	UnknownField = "unknown_field"
	Unsupported  = "unsupported"
)

// RuleInfo is what a person is told of a rule: one French sentence that says what to do, or who can do it, and the source.
type RuleInfo struct {
	Code     string
	Kind     string
	Sentence string
	Source   string
}

// Rule gives the rule of that code. The table also serves the domain, which raises the rules that need a plaintext: a rule has one
// sentence, whoever raises it.
func Rule(code string) (RuleInfo, bool) {
	info, ok := ruleTable[code]
	return info, ok
}

// Rules lists every rule, in no order.
func Rules() []RuleInfo {
	all := make([]RuleInfo, 0, len(ruleTable))
	for _, info := range ruleTable {
		all = append(all, info)
	}
	return all
}

var ruleTable = tableOf(personRules, dossierRules, reportRules, collegeRules, collegeLifeRules, opinionRules, opinionDocumentRules, exitRules, changeRules,
	disclosureRules, timeRules, requestRules, procedureRules, documentRules, inspectionRules, removalRules, correctionRules, rotaRules, exitPageRules,
	budgetRules, restoreRules, auditRules, importRules, habilitationRules, absenceRules, decisionRules)

func tableOf(groups ...[]RuleInfo) map[string]RuleInfo {
	table := make(map[string]RuleInfo)
	for _, group := range groups {
		for _, info := range group {
			if _, twice := table[info.Code]; twice {
				panic("rule " + info.Code + " stands twice in the table")
			}
			table[info.Code] = info
		}
	}
	return table
}

// Who the person is.
var personRules = []RuleInfo{
	{"PROFESSION_NOT_PHYSICIAN", Forbidden, "Cet accès est réservé aux médecins : aucun exercice de médecin ne figure dans l’identité présentée. Si c’est une erreur, faites corriger votre fiche auprès de l’Ordre.", "SC18"},
	{"PREFECTURE_NO_MEDICAL", Forbidden, "La préfecture n’accède à aucun élément médical. Utilisez le portail des préfectures, où l’avis vous sera remis.", "Invariant 6 ; SC12 ; arrêté du 5 janvier 2017, art. 2"},
	{"ROLE_NO_MEDICAL", Forbidden, "Votre rôle ne donne accès à aucun contenu médical. Adressez-vous au médecin en charge du dossier.", "REQ-20, REQ-21 ; §7"},
	{"ROLE_NOT_ALLOWED", Forbidden, "Votre rôle ne permet pas cette action. Adressez-vous à la personne qui en est chargée, ou connectez-vous au portail de votre service.", "REQ-20"},
	{"NOT_HABILITATED", Forbidden, "Vous n’êtes pas habilité à ce jour. Demandez l’habilitation au service médical de l’OFII.", "REQ-20"},
	{"OTHER_TERRITORY", Forbidden, "Ce dossier relève d’une autre direction territoriale. Adressez-vous à son secrétariat médical.", "R. 425-11"},
	{"WRONG_PREFECTURE", Forbidden, "Cet élément est réservé au préfet territorialement compétent. Adressez-vous à la préfecture qui a saisi l’OFII.", "R. 425-13"},
	{"NOT_ASSIGNED", Forbidden, "Vous n’êtes pas affecté à ce dossier pour cette action. Demandez au secrétariat médical de vérifier la désignation.", "REQ-20"},
	{"RAPPORTEUR_NOT_HABILITATED", Invalid, "Le médecin proposé n’est pas habilité à ce jour. Choisissez un médecin habilité.", "REQ-20"},
	{"IDENTITY_NOT_VERIFIED", Forbidden, "L’identité ou le pouvoir du demandeur n’est pas vérifié. Vérifiez-le, enregistrez cette vérification, puis recommencez.", "SC14 ; §5.4 L4"},
	{"BULK_EXPORT", Forbidden, "Il n’existe pas d’export en masse. Ouvrez les dossiers un par un, dans ceux dont vous êtes chargé.", "§8.2"},
}

// The dossier and what enters it.
var dossierRules = []RuleInfo{
	{"CASE_CLOSED", Conflict, "Ce dossier est clos : rien ne peut plus y être ajouté. Une nouvelle saisine de la préfecture ouvre un nouveau dossier.", "T23"},
	{"OPINION_ON_INVALID_STATE", Conflict, "Le dossier n’est pas dans l’état qui permet cet acte. Rechargez-le et suivez l’étape en cours.", "§4.2"},
	{"CERTIFICATE_NOT_RECEIVED", Conflict, "Le certificat médical n’a pas été reçu. Le secrétariat médical doit d’abord l’enregistrer.", "R. 425-11 ; R. 425-12"},
	{"CERTIFICATE_ALREADY_RECEIVED", Conflict, "Un certificat a déjà été reçu pour ce dossier. Ajoutez le nouveau document comme pièce.", "R. 425-11"},
	{"CERT_AUTHOR_MISMATCH", Invalid, "L’auteur du certificat ne correspond pas à la situation de la personne. Demandez un certificat à l’auteur compétent ; dans une procédure d’éloignement, vous pouvez aussi garder celui-ci en le confirmant.", "§4.2 B2 ; arrêté du 27 décembre 2016, art. 9"},
	{"LEGAL_REPRESENTATIVE_REQUIRED", Invalid, "La personne est mineure. Indiquez son représentant légal.", "Invariant 14"},
	{"REPRESENTATION_ENDED", Conflict, "La personne est devenue majeure : son parent ne la représente plus. Adressez-vous à elle-même.", "Invariant 14"},
	{"APPLICANT_NOT_INFORMED", Conflict, "La personne doit être informée de la demande de complément. Enregistrez d’abord la lettre d’information.", "R. 425-12 ; T8, T17"},
	{"CONSENT_MISSING", Conflict, "L’accord de la personne est absent ou retiré. Recueillez-le avant cette demande.", "L. 425-9, al. 3 ; T8"},
	{"NO_AUTOMATIC_STATE", Conflict, "Une échéance ne change aucun état par elle-même. Une personne du service médical doit décider.", "Invariant 13"},
	{"DATES_ORDER", Invalid, "Les dates ne se suivent pas dans l’ordre de la procédure. Vérifiez-les et recommencez.", "§14"},
	{"PURPOSE_REQUIRED", Invalid, "Indiquez la finalité de la consultation : INSTRUCTION, COLLEGE, SECRETARIAT, CONTENTIEUX, ACCES ou CONTROLE.", "REQ-20"},
	{"COMPARTMENT_REQUIRED", Invalid, "Indiquez ce qui doit être ouvert : la partie civile ou la partie médicale du dossier.", "REQ-20"},
}

// The report.
var reportRules = []RuleInfo{
	{"RAPPORTEUR_NOT_ASSIGNED", Conflict, "Aucun médecin rapporteur n’est désigné. Le secrétariat médical doit d’abord en désigner un.", "R. 425-12"},
	{"RAPPORTEUR_ALREADY_ASSIGNED", Conflict, "Un médecin rapporteur est déjà désigné. Le remplacer relève du coordonnateur.", "R. 425-12"},
	{"NOT_AUTHOR_OF_REPORT", Forbidden, "Seul le médecin rapporteur désigné établit le rapport. Demandez au secrétariat médical de vérifier la désignation.", "R. 425-12"},
	{"REPORT_ON_REMOVAL", Conflict, "Aucun rapport n’est établi dans une procédure d’éloignement. Passez à la désignation du médecin ou du collège.", "Invariant 2 ; arrêté du 27 décembre 2016, art. 11"},
	{"REPORT_FORBIDDEN_FIELD", UnknownField, "Le rapport ne se prononce ni sur les conséquences, ni sur l’offre de soins, ni sur le voyage. Retirez cette rubrique.", "REQ-14"},
	{"REPORT_NOT_SAVED", Conflict, "Le rapport n’est pas enregistré. Enregistrez-le, relisez-le, puis signez.", "R. 425-12"},
	{"REPORT_NOT_SIGNED", Conflict, "Le rapport n’est pas signé. Signez-le avant de le transmettre.", "R. 425-12 ; R. 425-13"},
	{"REPORT_ALREADY_SIGNED", Conflict, "Le rapport est signé et ne change plus. Un complément s’ajoute par un acte distinct.", "R. 425-12"},
	{"N3_ALREADY_SENT", Conflict, "La transmission du rapport a déjà été faite et la préfecture informée. Il n’y a rien à refaire.", "Invariant 9"},
	{"N4_CAUSE_NOT_IMPUTABLE", Conflict, "La cause n’est pas imputable au demandeur : aucun avis de défaut. Convoquez de nouveau la personne.", "Invariant 9 ; §3.5"},
	{"N5_CAUSE_NOT_IMPUTABLE", Conflict, "La cause n’est pas imputable au demandeur : aucun avis de défaut. Renouvelez la demande.", "Invariant 9 ; §3.5"},
}

// The college.
var collegeRules = []RuleInfo{
	{"RAPPORTEUR_IN_COLLEGE", Forbidden, "L’auteur du rapport ne siège pas au collège. Choisissez un autre médecin.", "Invariant 1 ; R. 425-13"},
	{"MEMBER_NOT_IN_DECISION", Forbidden, "Le médecin ne figure pas dans la décision du directeur général. Choisissez un médecin inscrit ce jour.", "Invariant 1 ; R. 425-13"},
	{"MEMBER_DECISION_EXPIRED", Forbidden, "L’inscription du médecin n’est plus valable à la date de l’acte. Choisissez un médecin inscrit ce jour.", "Invariant 1 ; SC7"},
	{"DUPLICATE_MEMBER", Invalid, "Les trois membres doivent être distincts. Remplacez celui qui figure deux fois.", "Invariant 1"},
	{"COLLEGE_SIZE", Invalid, "Le collège compte trois médecins. Indiquez-en trois.", "Invariant 1 ; R. 425-13"},
	{"MEMBER_CONFLICT", Forbidden, "Ce médecin a soigné ou examiné la personne et ne peut siéger (R. 4127-105, à confirmer). Choisissez un autre médecin.", "§5.2 ; R. 4127-105 CSP"},
	{"COLLEGE_BEFORE_REPORT", Conflict, "Pas de collège avant un rapport signé et transmis. Attendez la transmission par le médecin rapporteur.", "Invariant 2"},
	{"COMPOSITION_OPEN", Conflict, "Un collège est déjà désigné pour ce dossier. Remplacer un membre est un acte distinct.", "SC7 ; R. 425-13"},
	{"COMPOSITION_MISSING", Conflict, "Aucun collège n’est désigné pour ce dossier. Le secrétariat médical doit d’abord le désigner.", "R. 425-13"},
	{"MED1_NOT_COMPETENT", Conflict, "Un médecin seul n’est pas compétent pour cette situation. Désignez un collège.", "Invariant 7"},
	{"COLLEGE_NOT_COMPETENT", Conflict, "Le collège n’est pas compétent pour cette situation. Désignez le médecin compétent.", "Invariant 7 ; R. 731-1, R. 631-1"},
	{"SELF_ASSIGNMENT_CHANGE", Conflict, "Un membre ne se remplace pas sans nouvelle composition. Ouvrez une nouvelle composition : chacun répond et signe de nouveau.", "SC7 ; R. 425-13"},
	{"VOTE_BEFORE_TRANSMISSION", Conflict, "Aucune réponse avant la transmission du rapport. Attendez que le médecin rapporteur l’ait transmis.", "Invariant 3 ; R. 425-13"},
	{"ANSWERS_BLIND", Forbidden, "Les réponses des autres membres se lisent quand les trois sont données. Revenez après la dernière réponse.", "§6.3"},
	{"ALREADY_ANSWERED", Conflict, "Vous avez déjà répondu à ce tour. Vos réponses ne changent qu’au tour suivant.", "§6.3"},
	{"ANSWERS_INCOMPLETE", Conflict, "Les trois membres n’ont pas tous répondu. Attendez la dernière réponse.", "§6.3"},
	{"WRONG_ROUND", Conflict, "Ce tour de réponses n’est pas le tour en cours. Rechargez le dossier et répondez au tour ouvert.", "§6.3"},
	{"NO_MAJORITY", Conflict, "Chaque réponse retenue doit être celle de deux membres au moins. Retenez la réponse partagée ; s’il n’y en a pas, ouvrez un second tour.", "§6.3"},
	{"Q4_REQUIRED", Invalid, "La durée des soins est obligatoire quand l’avis est favorable. Indiquez un nombre de mois.", "Invariant 8 ; SC9"},
	{"Q5_REQUIRED", Invalid, "La réponse sur le voyage est obligatoire quand la personne peut bénéficier d’un traitement. Répondez à la question 5.", "Invariant 8 ; SC8"},
	{"ANSWERS_INCONSISTENT", Invalid, "Une réponse est donnée à une question qui n’a pas lieu d’être posée, ou manque. Suivez l’ordre des questions de l’annexe.", "§6.3"},
}

// The opinion and its crossing.
var opinionRules = []RuleInfo{
	{"FREE_TEXT_IN_OPINION", UnknownField, "L’avis ne porte aucun texte libre. Retirez ce champ.", "REQ-17"},
	{"BOX_OVERRIDE", UnknownField, "Les cases de procédure viennent du journal des événements. Retirez ce champ.", "Invariant 5 ; REQ-8"},
	{"NOT_SETTLED", Conflict, "La synthèse n’est pas arrêtée. Un membre du collège doit d’abord l’enregistrer.", "§6.3"},
	{"ALREADY_SETTLED", Conflict, "Les réponses de ce tour ont déjà leur synthèse. Relisez l’avis, puis signez-le ou ouvrez un nouveau tour.", "§6.3"},
	{"SIGNATURE_STANDS", Conflict, "Un membre a déjà signé cet avis : la synthèse ne change plus.", "SC19 ; R. 425-13"},
	{"ALREADY_SIGNED", Conflict, "Vous avez déjà signé cet avis. Il n’y a rien à refaire.", "SC19"},
	{"SIGNATURES_INCOMPLETE", Conflict, "Il faut trois signatures distinctes de la composition en cours. Attendez les signatures manquantes.", "SC19 ; R. 425-13 ; arrêté du 27 décembre 2016, art. 6"},
	{"SIGNATURE_OLD_COMPOSITION", Conflict, "Cette composition n’est plus en cours. Rechargez le dossier ; seuls ses membres actuels répondent et signent.", "SC19"},
	{"AVIS_IMMUTABLE", Conflict, "L’avis est signé et ne change plus. Une rectification se fait par un nouvel avis, signé des trois (à confirmer).", "Invariant 4"},
	{"OPINION_NOT_ISSUED", Conflict, "L’avis n’est pas encore rendu. Revenez quand il figure parmi vos envois reçus.", "R. 425-13"},
	{"ALREADY_ACKNOWLEDGED", Conflict, "L’accusé de réception a déjà été donné. Il n’y a rien à refaire.", "§3.4"},
	{"NOT_ACKNOWLEDGEABLE", Conflict, "Seul un avis fait l’objet d’un accusé de réception. Une information n’en demande pas.", "§3.4"},
	{"RELEASE_SHAPE", Invalid, "Cet envoi n’a pas la forme exacte d’un avis ou d’une information. Rien ne part ; prévenez l’exploitant, qui vérifie la base de la zone médicale.", "Architecture §4"},
	{"NO_FREE_TEXT_TO_PREFECTURE", UnknownField, "Aucun champ libre ne part vers la préfecture. Retirez ce texte.", "REQ-4"},
}

// The lawful exits and the end of a dossier.
var exitRules = []RuleInfo{
	{"L2_WITHOUT_SECRECY_LIFT", Forbidden, "Le dossier médical ne sort pas sans levée du secret par le demandeur. Enregistrez d’abord cette levée.", "Invariant 10 ; SC13 ; CE 28 juillet 2022, n° 441481"},
	{"L2_WRONG_RECIPIENT", Forbidden, "Le dossier médical va au juge, jamais à la préfecture. Adressez-le à la juridiction.", "§5.4"},
	{"HEIR_MOTIVE_REQUIRED", Invalid, "L’ayant droit doit préciser le motif de sa demande. Demandez-le-lui, puis recommencez.", "L. 1110-4 CSP"},
	{"PURGE_HOLD", Conflict, "La conservation est gelée par un contentieux. Attendez sa clôture.", "Invariant 11 ; SC15"},
	{"PURGE_NOT_DUE", Conflict, "La durée de conservation n’est pas échue. Attendez son terme.", "Arrêté du 27 décembre 2016, art. 12"},
}

// The request itself; recorded before any decision.
var requestRules = []RuleInfo{
	{"UNKNOWN_FIELD", UnknownField, "La demande contient un champ qui n’est pas attendu. Retirez-le et recommencez.", "forme des requêtes"},
	{"UNKNOWN_ACTION", Forbidden, "Cette action n’est pas offerte ici. Revenez à votre page d’accueil.", "refus par défaut"},
}
