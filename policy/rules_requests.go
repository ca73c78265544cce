package policy

// What is asked in the course of the procedure, what comes of it, and defaults.
var procedureRules = []RuleInfo{
	{"CONVOCATION_MENTIONS", Invalid, "Il manque à cette convocation une mention obligatoire : lieu, date, pièce d’identité, interprète, médecin de son choix, représentant légal d’un mineur, empêchement, conséquences d’une absence, langue comprise. Complétez la lettre.", "REQ-23 ; TA Châlons-en-Champagne, 30 novembre 2017, n° 1701775"},
	{"REQUEST_UNKNOWN", Conflict, "Aucune demande de ce dossier ne porte cette référence. Enregistrez d’abord la demande, ou corrigez la référence.", "R. 425-12"},
	{"REQUEST_REF_TAKEN", Conflict, "Cette référence est déjà prise dans ce dossier. Choisissez-en une autre, ou laissez-la vide.", "R. 425-12"},
	{"REQUEST_OTHER_KIND", Conflict, "Ce fait ne répond pas à ce qui a été demandé sous cette référence. Vérifiez la référence ou le type.", "R. 425-12"},
	{"REQUEST_CLOSED", Conflict, "Cette demande a déjà son issue. Rechargez le dossier : il n’y a rien à ajouter, ou une autre demande à ouvrir.", "R. 425-12"},
	{"SUMMONS_CANCELLED", Conflict, "Cette convocation a été annulée : rien n’en découle. Envoyez une nouvelle convocation.", "§3.5"},
	{"APPOINTMENT_NOT_FUTURE", Invalid, "La date du rendez-vous est passée. Indiquez une date à venir, la même que sur la lettre.", "REQ-23"},
	{"APPOINTMENT_NOT_COME", Conflict, "Le rendez-vous n’a pas encore eu lieu. Enregistrez la présence ou l’absence une fois l’heure venue.", "R. 425-12"},
	{"FUTURE_DATE", Invalid, "Une date est dans l’avenir. Enregistrez le fait une fois qu’il a eu lieu, ou corrigez sa date.", "§14"},
	{"BEFORE_DUE", Conflict, "Le délai de quinze jours n’est pas écoulé, compté du départ le plus favorable à la personne. Attendez son terme.", "R. 425-12"},
	{"ABSENCE_MISSING", Conflict, "Aucune absence n’est enregistrée pour cette convocation. Enregistrez d’abord l’absence et sa cause.", "R. 425-12"},
	{"IDENTITY_NOT_MISSING", Conflict, "Aucun contrôle d’identité négatif n’est enregistré à ce stade. Enregistrez d’abord le contrôle.", "R. 425-12"},
	{"DEFAULT_ALREADY_FOUND", Conflict, "Ce défaut est déjà constaté. Il n’y a rien à refaire.", "§3.5"},
	{"DEFAULT_STAGE_OVER", Conflict, "Le stade de cette demande est terminé : l’avis mentionne de lui-même ce qui a manqué. Il n’y a rien à constater.", "R. 425-13"},
	{"DELIVERY_CONTRADICTORY", Invalid, "Ces faits ne peuvent pas être vrais ensemble, ou contredisent ce qui est déjà enregistré pour cette lettre. Relisez l’accusé ou le pli, puis corrigez.", "§3.5"},
	{"STAGE_MISMATCH", Conflict, "Le stade indiqué n’est pas celui du dossier. Rechargez le dossier ; le stade n’a pas à être indiqué.", "Invariant 5"},
	{"DOCUMENT_UNKNOWN", Invalid, "Une pièce indiquée n’est pas dans ce dossier. Versez-la d’abord, puis recommencez.", "T10"},
	{"CERTIFICATE_NOT_LATE", Conflict, "Aucun délai d’envoi du certificat n’est échu et opposable à la personne, ou le constat est déjà fait. Attendez le terme.", "R. 425-12 ; D. 431-7"},
	{"MAIL_NOT_RECEIVED", Conflict, "Aucun pli n’attend dans ce dossier. Enregistrez d’abord l’arrivée du pli.", "T3, T6"},
	{"CLOSURE_UNFOUNDED", Conflict, "Rien dans le dossier ne fonde cette clôture. Enregistrez d’abord le désistement ou le décès.", "T23"},
	{"REPORT_OUTDATED", Conflict, "Un fait enregistré depuis change les défauts que le rapport mentionne. Enregistrez de nouveau le rapport, puis signez-le.", "R. 425-12"},
}
