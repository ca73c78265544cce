package cloison

sent := object.union(issued, {"state": "AVIS_TRANSMIS"})

acknowledged_and_closed := object.union(issued, {"state": "CLOS", "closed": true})

test_what_is_done_of_an_opinion_is_decided_alike if {
	every action in ["opinion.correct", "opinion.withdraw", "opinion.uphold"] {
		allow(juror, action, sent, at_medical)
		allow(clerk, action, acknowledged_and_closed, at_medical)
		deny(author, action, sent, at_medical, "NOT_ASSIGNED")
		deny(juror, action, object.union(composed, {"state": "COLLEGE_DESIGNE"}), at_medical, "OPINION_NOT_ISSUED")
		deny(clerk, action, object.union(sent, {"state": "SANS_SUITE"}), at_medical, "CASE_CLOSED")
	}
}

# A change of liberty told before the opinion may be confirmed after the dossier was closed by it.
test_a_signal_is_confirmed_after_the_opinion if {
	allow(clerk, "referral_event.confirm", acknowledged_and_closed, at_medical)
	deny(clerk, "referral_event.confirm", object.union(acknowledged_and_closed, {"state": "SANS_SUITE"}), at_medical, "CASE_CLOSED")
	deny(clerk, "referral_event.confirm", object.union(acknowledged_and_closed, {"state": "PURGE"}), at_medical, "CASE_CLOSED")
}

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
