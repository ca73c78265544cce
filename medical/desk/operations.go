package desk

import "cloison/web"

func (k *Desk) dossierOperations() []web.Operation {
	return []web.Operation{
		web.Op("listDossiers", "GET", "/dossiers", "dossier.list", k.listDossiers, web.PageOf("/dossiers", "my_work", k.myWork)),
		web.Op("getDossier", "GET", "/dossiers/:dossier", "dossier.get", k.getDossier, web.PageOf("/dossiers/:dossier", "dossier", k.dossierPage)),
		web.Op("receiveCertificate", "POST", "/dossiers/:dossier/certificate", "certificate.receive", k.receiveCertificate, k.certificateForm()),
		web.Op("assignRapporteur", "POST", "/dossiers/:dossier/rapporteur", "rapporteur.assign", k.assignRapporteur, k.rapporteurForm()),
	}
}

func (k *Desk) reportOperations() []web.Operation {
	return []web.Operation{
		web.Op("saveReport", "PUT", "/dossiers/:dossier/report", "report.save", k.saveReport, k.reportForm()),
		web.Op("signReport", "POST", "/dossiers/:dossier/report/signature", "report.sign", k.signReport, k.signReportForm()),
		web.Op("transmitReport", "POST", "/dossiers/:dossier/report/transmission", "report.transmit", k.transmitReport, k.transmitForm()),
	}
}

func (k *Desk) collegeOperations() []web.Operation {
	return []web.Operation{
		web.Op("composeCollege", "POST", "/dossiers/:dossier/compositions", "college.compose", k.composeCollege, k.collegeForm()),
		web.Op("giveAnswers", "POST", "/dossiers/:dossier/answers", "answers.give", k.giveAnswers, k.answersForm()),
		web.Op("getAnswers", "GET", "/dossiers/:dossier/answers", "answers.read", k.getAnswers),
	}
}

func (k *Desk) opinionOperations() []web.Operation {
	return []web.Operation{
		web.Op("settleOpinion", "POST", "/dossiers/:dossier/opinion/settlement", "opinion.settle", k.settleOpinion, k.settleForm()),
		web.Op("previewOpinion", "GET", "/dossiers/:dossier/opinion", "opinion.preview", k.previewOpinion, web.PageOf("/dossiers/:dossier/avis", "college", k.opinionPage)),
		web.Op("previewOpinionPdf", "GET", "/dossiers/:dossier/opinion.pdf", "opinion.preview", k.previewOpinionPdf, web.Gives("application/pdf")),
		web.Op("signOpinion", "POST", "/dossiers/:dossier/opinion/signatures", "opinion.sign", k.signOpinion, k.signOpinionForm()),
	}
}
