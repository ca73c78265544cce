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
	"answers_given":        "Votre réponse est scellée. Elle s’ouvrira avec les deux autres.",
	"opinion_settled":      "La synthèse est arrêtée. Relisez l’avis, puis signez-le.",
	"opinion_signed":       "Votre signature est enregistrée. La troisième signature émet l’avis.",
	"identity_confirmed":   "Votre identité est confirmée pour cet acte. Il vous reste à le terminer ci-dessous.",
}

// Say is the sentence of a code; an unknown code says nothing.
func Say(code string) string { return said[code] }
