package desk

import "cloison/web"

// letterOperations are the letters of the service as documents, and the slips of what crossed.
func (k *Desk) letterOperations() []web.Operation {
	return []web.Operation{
		web.Op("listLetters", "GET", "/dossiers/:dossier/letters", "dossier.get", k.listLetters, web.PageOf("/dossiers/:dossier/courriers", "list", k.lettersPage)),
		web.Op("getLetterPdf", "GET", "/dossiers/:dossier/letters/:kind/letter.pdf", "dossier.open", k.letterPdf, web.Gives("application/pdf")),
		web.Op("getSlipPdf", "GET", "/dossiers/:dossier/releases/:release/slip.pdf", "dossier.open", k.slipPdf, web.Gives("application/pdf")),
	}
}
