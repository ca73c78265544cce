package cloison

test_the_rapporteur_alone_writes_the_report if {
	every action, dossier in {"report.save": assigned, "report.sign": saved, "report.transmit": signed_report} {
		allow(author, action, dossier, at_medical)
		hide(stranger, action, dossier, at_medical, "NOT_ASSIGNED")
		deny(clerk, action, dossier, at_medical, "ROLE_NO_MEDICAL")
		hide(nurse, action, dossier, at_medical, "PROFESSION_NOT_PHYSICIAN")
		hide(paris, action, dossier, at_medical, "PREFECTURE_NO_MEDICAL")
		deny(object.union(author, {"habilitated": false}), action, dossier, at_medical, "NOT_HABILITATED")
		deny(author, action, closed(dossier), at_medical, "CASE_CLOSED")
		deny(author, action, object.union(dossier, {"pipeline": "ELOIGNEMENT"}), at_medical, "REPORT_ON_REMOVAL")
		hide(author, action, object.union(dossier, {"rapporteur": ""}), at_medical, "RAPPORTEUR_NOT_ASSIGNED")
	}
}

test_a_member_is_not_the_author if {
	case := object.union(composed, {"report_saved": true, "report_signed": false, "report_transmitted": false})
	deny(juror, "report.save", case, at_medical, "NOT_AUTHOR_OF_REPORT")
	deny(juror, "report.sign", case, at_medical, "NOT_AUTHOR_OF_REPORT")
}

test_the_report_is_saved_again_until_it_is_signed if {
	allow(author, "report.save", saved, at_medical)
	deny(author, "report.save", signed_report, at_medical, "REPORT_ALREADY_SIGNED")
}

test_the_report_is_signed_once_when_saved_and_certified if {
	deny(author, "report.sign", assigned, at_medical, "REPORT_NOT_SAVED")
	deny(author, "report.sign", object.union(saved, {"certificate_received": false}), at_medical, "CERTIFICATE_NOT_RECEIVED")
	deny(author, "report.sign", signed_report, at_medical, "REPORT_ALREADY_SIGNED")
}

test_the_report_is_transmitted_once_when_signed if {
	deny(author, "report.transmit", saved, at_medical, "REPORT_NOT_SIGNED")
	deny(author, "report.transmit", transmitted, at_medical, "N3_ALREADY_SENT")
}
