package layout

// said are the sentences about what was just done, by code. None holds anything of a dossier.
var said = map[string]string{
	"referral_created":     "La saisine est envoyée à l’OFII. Son accusé paraîtra dans votre boîte de réception.",
	"release_acknowledged": "L’accusé de réception est enregistré. L’OFII en est informé.",
	"certificate_received": "Le certificat est enregistré. La préfecture est informée de sa réception.",
	"document_added":       "La pièce est scellée dans le dossier. Le secrétariat ne peut plus la lire.",
	"rapporteur_assigned":  "Le médecin rapporteur est désigné. Le dossier paraît dans son travail.",
	"college_composed":     "Le collège est désigné. Chacun des trois médecins peut répondre.",
	"draft_dropped":        "Le brouillon est abandonné. La page montre ce qui est enregistré.",
	"report_saved":         "Le rapport est enregistré, scellé. Il reste modifiable jusqu’à sa signature.",
	"report_signed":        "Le rapport est signé. Il ne se modifie plus ; il reste à le transmettre au collège.",
	"report_transmitted":   "Le rapport est transmis au collège. La préfecture est informée de la date.",
	"answers_given":        "Votre réponse est scellée. Les trois s’ouvrent ensemble, dès que la dernière est donnée.",
	"opinion_settled":      "La synthèse est arrêtée. Relisez l’avis, puis signez-le.",
	"opinion_signed":       "Votre signature est enregistrée. La troisième signature émet l’avis.",
	"summons_sent":         "La convocation est enregistrée. Relisez la lettre, imprimez-la, puis notez son acheminement.",
	"complement_asked":     "La demande est enregistrée et scellée. Envoyez-la au professionnel, et informez la personne ce jour.",
	"exams_asked":          "La demande d’examens est enregistrée et scellée. Remettez la prescription à la personne.",
	"completion_asked":     "La demande est enregistrée. Écrivez à la personne ce qui manque à son certificat.",
	"request_closed":       "La réponse est enregistrée.",
	"summons_cancelled":    "La convocation est annulée. Prévenez la personne.",
	"delivery_recorded":    "L’acheminement de la lettre est enregistré.",
	"event_recorded":       "Le fait est enregistré. La chronologie en dit l’effet.",
	"mail_registered":      "Le pli est enregistré. Ouvrez-le : enregistrez le certificat, écartez-le, ou demandez ce qui manque.",
	"certificate_rejected": "Le certificat est écarté. Prévenez la personne : elle doit en envoyer un autre.",
	"dossier_closed":       "La saisine est close sans avis. La préfecture en reçoit le code.",
	"signal_confirmed":     "Le signalement est confirmé et prend effet.",
	"member_replaced":      "La composition est close. La suivante répond et signe de nouveau.",
	"round_opened":         "Un nouveau tour est ouvert. Les trois médecins répondent de nouveau.",
	"signature_refused":    "Votre refus est enregistré. Un nouveau tour, ou une autre composition, est nécessaire.",
	"supplement_added":     "Le complément est scellé à côté du rapport. Les trois membres le lisent.",
	"hold_changed":         "La conservation du dossier est à jour.",
	"budget_extended":      "Le plafond est étendu pour aujourd’hui. L’extension est inscrite au journal avec son motif.",
	"identity_confirmed":   "Votre identité est confirmée pour cet acte. Il vous reste à le terminer ci-dessous.",
}

// Say is the sentence of a code; an unknown code says nothing.
func Say(code string) string { return said[code] }
