package cloison

sent := object.union(issued, {"state": "AVIS_TRANSMIS"})

acknowledged_and_closed := object.union(issued, {"state": "CLOS", "closed": true})

test_an_author_or_the_secretariat_begins_a_correction if {
	allow(juror, "opinion.correct", sent, at_medical)
	allow(clerk, "opinion.correct", sent, at_medical)
	allow(juror, "opinion.correct", acknowledged_and_closed, at_medical)
}

test_nobody_else_does if {
	deny(author, "opinion.correct", sent, at_medical, "NOT_ASSIGNED")
	hide(stranger, "opinion.correct", sent, at_medical, "NOT_ASSIGNED")
	hide(clerk_elsewhere, "opinion.correct", sent, at_medical, "OTHER_TERRITORY")
	hide(paris, "opinion.correct", sent, at_medical, "PREFECTURE_NO_MEDICAL")
	hide(nurse, "opinion.correct", sent, at_medical, "PROFESSION_NOT_PHYSICIAN")
}

test_only_an_opinion_that_stands_is_corrected if {
	deny(juror, "opinion.correct", object.union(composed, {"state": "COLLEGE_DESIGNE"}), at_medical, "OPINION_NOT_ISSUED")
	deny(clerk, "opinion.correct", object.union(sent, {"issued": false, "state": "RAPPORT_TRANSMIS"}), at_medical, "OPINION_NOT_ISSUED")
	deny(clerk, "opinion.correct", object.union(sent, {"state": "SANS_SUITE"}), at_medical, "CASE_CLOSED")
	deny(clerk, "opinion.correct", object.union(sent, {"state": "PURGE"}), at_medical, "DOSSIER_DESTROYED")
}
