package desk

import "cloison/web"

// correctionOperations is what may still become of an opinion that was issued.
func (k *Desk) correctionOperations() []web.Operation {
	return []web.Operation{
		web.Op("correctOpinion", "POST", "/dossiers/:dossier/opinion/corrections", "opinion.correct", k.correctOpinion, k.correctionForm()),
	}
}
