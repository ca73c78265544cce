package desk

import "cloison/web"

// collegeLifeOperations is what happens in a college besides its answers and signatures.
func (k *Desk) collegeLifeOperations() []web.Operation {
	return []web.Operation{
		web.Op("proposeCollege", "GET", "/dossiers/:dossier/compositions/proposal", "college.propose", k.proposeCollege),
		web.Op("replaceMember", "POST", "/dossiers/:dossier/compositions/:composition/closure", "college.replace", k.replaceMember, k.replaceForm()),
		web.Op("openRound", "POST", "/dossiers/:dossier/compositions/:composition/rounds", "round.open", k.openRound, k.roundForm()),
		web.Op("refuseSignature", "POST", "/dossiers/:dossier/opinion/refusals", "opinion.refuse", k.refuseSignature, k.refusalForm()),
		web.Op("addSupplement", "POST", "/dossiers/:dossier/report/supplements", "report.supplement", k.addSupplement, k.supplementForm()),
	}
}
