package cloison

three := [listed("med-03"), listed("med-07"), listed("med-08")]

with_third(third) := proposing_college([listed("med-03"), listed("med-07"), third])

test_the_secretariat_designates_three_listed_physicians if {
	allow(clerk, "college.compose", transmitted, proposing_college(three))
	allow(clerk, "college.compose", replaced(composed), proposing_college(three))
	hide(clerk_elsewhere, "college.compose", transmitted, proposing_college(three), "OTHER_TERRITORY")
	deny(author, "college.compose", transmitted, proposing_college(three), "ROLE_NOT_ALLOWED")
	hide(paris, "college.compose", transmitted, proposing_college(three), "PREFECTURE_NO_MEDICAL")
}

test_who_may_not_be_designated if {
	deny(clerk, "college.compose", transmitted, with_third(unlisted("med-08")), "MEMBER_NOT_IN_DECISION")
	deny(clerk, "college.compose", transmitted, with_third(expired("med-08")), "MEMBER_DECISION_EXPIRED")
	deny(clerk, "college.compose", transmitted, with_third(listed("med-12")), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "college.compose", transmitted, with_third(listed("med-07")), "DUPLICATE_MEMBER")
	deny(clerk, "college.compose", transmitted, proposing_college([listed("med-03"), listed("med-07")]), "COLLEGE_SIZE")
	deny(clerk, "college.compose", transmitted, proposing_college([]), "COLLEGE_SIZE")
	deny(clerk, "college.compose", transmitted, at_medical, "COLLEGE_SIZE")
}

test_when_a_college_may_not_be_designated if {
	deny(clerk, "college.compose", closed(transmitted), proposing_college(three), "CASE_CLOSED")
	deny(clerk, "college.compose", issued, proposing_college(three), "AVIS_IMMUTABLE")
	deny(clerk, "college.compose", signed_report, proposing_college(three), "COLLEGE_BEFORE_REPORT")
	deny(clerk, "college.compose", detained(transmitted), proposing_college(three), "COLLEGE_NOT_COMPETENT")
	deny(clerk, "college.compose", removal, proposing_college(three), "COLLEGE_NOT_COMPETENT")
	deny(clerk, "college.compose", object.union(removal, {"author": ""}), proposing_college(three), "COLLEGE_NOT_COMPETENT")
	deny(clerk, "college.compose", composed, proposing_college(three), "COMPOSITION_OPEN")
}

# A person in removal proceedings who is free: the college, without a report.
test_the_college_of_a_free_person_in_removal if {
	allow(clerk, "college.compose", object.union(removal, {"author": "COLLEGE3"}), proposing_college(three))
}

test_the_order_of_refusals_of_a_designation if {
	deny(clerk, "college.compose", closed(signed_report), with_third(unlisted("med-12")), "MEMBER_NOT_IN_DECISION")
	deny(clerk, "college.compose", closed(signed_report), with_third(listed("med-12")), "CASE_CLOSED")
	deny(clerk, "college.compose", signed_report, with_third(listed("med-12")), "COLLEGE_BEFORE_REPORT")
	deny(clerk, "college.compose", composed, with_third(listed("med-12")), "RAPPORTEUR_IN_COLLEGE")
}

test_a_member_answers_once_a_round if {
	allow(juror, "answers.give", composed, sits("med-03"))
	allow(juror, "answers.give", composed, proposing_college(three))
	allow(doctor("med-07"), "answers.give", answered_by_one, sits("med-07"))
	deny(juror, "answers.give", answered_by_one, sits("med-03"), "ALREADY_ANSWERED")
}

# Corpus: a physician who is not designated answers before the transmission. The order of the procedure comes before the assignment; he
# could not list the dossier, so the rule stands in the record only.
test_an_answer_before_the_transmission if {
	hide(stranger, "answers.give", signed_report, sits("med-02"), "VOTE_BEFORE_TRANSMISSION")
}

test_who_may_not_answer if {
	hide(stranger, "answers.give", composed, sits("med-02"), "NOT_ASSIGNED")
	hide(juror, "answers.give", replaced(composed), sits("med-03"), "NOT_ASSIGNED")
	deny(author, "answers.give", composed, sits("med-12"), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "answers.give", composed, at_medical, "ROLE_NO_MEDICAL")
	deny(juror, "answers.give", closed(composed), sits("med-03"), "CASE_CLOSED")
	deny(juror, "answers.give", issued, sits("med-03"), "AVIS_IMMUTABLE")
	deny(juror, "answers.give", detained(composed), sits("med-03"), "COLLEGE_NOT_COMPETENT")
}

# The listing of the day of the act, not that of the designation.
test_the_listing_is_checked_on_the_day_of_the_act if {
	every action, dossier in {"answers.give": composed, "opinion.settle": all_in, "opinion.sign": settled_one} {
		deny(juror, action, dossier, proposing(unlisted("med-03")), "MEMBER_NOT_IN_DECISION")
		deny(juror, action, dossier, proposing(expired("med-03")), "MEMBER_DECISION_EXPIRED")
		deny(juror, action, dossier, at_medical, "MEMBER_NOT_IN_DECISION")
		deny(juror, action, dossier, proposing_college([unlisted("med-03"), listed("med-07")]), "MEMBER_NOT_IN_DECISION")
		deny(juror, action, dossier, sits("med-07"), "MEMBER_NOT_IN_DECISION")
	}
}

test_answers_are_blind_until_the_last_is_in if {
	allow(juror, "answers.read", answered_by_one, opening("own"))
	deny(juror, "answers.read", answered_by_one, opening("all"), "ANSWERS_BLIND")
	deny(juror, "answers.read", answered_by_one, at_medical, "ANSWERS_BLIND")
	allow(juror, "answers.read", all_in, opening("all"))
	allow(juror, "answers.read", all_in, at_medical)
	allow(juror, "answers.read", issued, at_medical)
}

test_nobody_else_reads_answers if {
	deny(author, "answers.read", all_in, at_medical, "NOT_ASSIGNED")
	hide(stranger, "answers.read", all_in, at_medical, "NOT_ASSIGNED")
	deny(clerk, "answers.read", all_in, at_medical, "ROLE_NO_MEDICAL")
	hide(inspector, "answers.read", all_in, at_medical, "ROLE_NO_MEDICAL")
	hide(paris, "answers.read", all_in, at_medical, "PREFECTURE_NO_MEDICAL")
}

# Were the rapporteur also a member by some fault, he would still read and write nothing.
test_the_rapporteur_never_sits if {
	case := object.union(all_in, {"rapporteur": "med-03"})
	deny(juror, "answers.read", case, at_medical, "NOT_ASSIGNED")
	deny(juror, "opinion.preview", case, at_medical, "NOT_ASSIGNED")
	every action in ["answers.give", "opinion.settle", "opinion.sign"] {
		deny(juror, action, case, sits("med-03"), "RAPPORTEUR_IN_COLLEGE")
	}
}
