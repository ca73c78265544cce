package desk

import "cloison/web"

// correctionOperations is what may still become of an opinion that was issued.
func (k *Desk) correctionOperations() []web.Operation {
	return []web.Operation{
		web.Op("correctOpinion", "POST", "/dossiers/:dossier/opinion/corrections", "opinion.correct", k.correctOpinion, k.correctionForm()),
		web.Op("withdrawOpinion", "POST", "/dossiers/:dossier/opinion/withdrawal", "opinion.withdraw", k.withdrawOpinion, k.opinionWithdrawalForm()),
		web.Op("upholdOpinion", "POST", "/dossiers/:dossier/opinion/upholding", "opinion.uphold", k.upholdOpinion, k.upholdingForm()),
	}
}
