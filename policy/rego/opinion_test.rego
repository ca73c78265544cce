package cloison

test_a_member_settles_when_all_have_answered if {
	allow(juror, "opinion.settle", all_in, sits("med-03"))
	allow(juror, "opinion.settle", settled_one, sits("med-03"))
	deny(juror, "opinion.settle", answered_by_one, sits("med-03"), "ANSWERS_INCOMPLETE")
	deny(juror, "opinion.settle", signed_by_one, sits("med-03"), "SIGNATURE_STANDS")
	deny(juror, "opinion.settle", issued, sits("med-03"), "AVIS_IMMUTABLE")
	deny(juror, "opinion.settle", closed(all_in), sits("med-03"), "CASE_CLOSED")
	hide(stranger, "opinion.settle", all_in, sits("med-02"), "NOT_ASSIGNED")
	deny(author, "opinion.settle", all_in, sits("med-12"), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "opinion.settle", all_in, at_medical, "ROLE_NO_MEDICAL")
}

test_a_member_reads_the_opinion_over_once_settled if {
	allow(juror, "opinion.preview", settled_one, at_medical)
	allow(juror, "opinion.preview", issued, at_medical)
	deny(juror, "opinion.preview", all_in, at_medical, "NOT_SETTLED")
	hide(stranger, "opinion.preview", settled_one, at_medical, "NOT_ASSIGNED")
	deny(author, "opinion.preview", settled_one, at_medical, "NOT_ASSIGNED")
	deny(clerk, "opinion.preview", settled_one, at_medical, "ROLE_NO_MEDICAL")
}

test_each_member_signs_once if {
	allow(juror, "opinion.sign", settled_one, sits("med-03"))
	allow(doctor("med-07"), "opinion.sign", signed_by_one, sits("med-07"))
	deny(juror, "opinion.sign", signed_by_one, sits("med-03"), "ALREADY_SIGNED")
	deny(juror, "opinion.sign", all_in, sits("med-03"), "NOT_SETTLED")
	deny(juror, "opinion.sign", issued, sits("med-03"), "AVIS_IMMUTABLE")
	deny(juror, "opinion.sign", closed(settled_one), sits("med-03"), "CASE_CLOSED")
	hide(stranger, "opinion.sign", settled_one, sits("med-02"), "NOT_ASSIGNED")
	deny(author, "opinion.sign", settled_one, sits("med-12"), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "opinion.sign", settled_one, at_medical, "ROLE_NO_MEDICAL")
}
