package cloison

naming(context, composition) := object.union(context, {"composition": composition})

treating(id) := object.union(listed(id), {"treats": true})

examined_by(dossier, id) := object.union(dossier, {"examiners": [id]})

refused_by(dossier, id) := object.union(dossier, {"composition": {"refused": [id]}})

signed_by_two := object.union(transmitted, {"composition": college(everyone, true, ["med-03", "med-07"])})

# med-08 is the last to sign, with what the decision says of all three.
last(listings) := object.union(sits("med-08"), {"members": listings})

test_whoever_treats_or_examined_the_person_is_not_designated if {
	deny(clerk, "college.compose", transmitted, with_third(treating("med-08")), "MEMBER_CONFLICT")
	deny(clerk, "college.compose", examined_by(transmitted, "med-07"), proposing_college(three), "MEMBER_CONFLICT")
	allow(clerk, "college.compose", examined_by(transmitted, "med-12"), proposing_college(three))
	deny(clerk, "college.compose", object.remove(transmitted, ["examiners"]), proposing_college(three), "MEMBER_CONFLICT")
	deny(clerk, "college.compose", transmitted, with_third(object.remove(listed("med-08"), ["treats"])), "MEMBER_CONFLICT")
}

test_nor_does_he_act_once_designated if {
	every action, dossier in {
		"answers.give": composed, "opinion.settle": all_in, "opinion.sign": settled_one, "opinion.refuse": settled_one, "round.open": all_in,
	} {
		allow(juror, action, dossier, sits("med-03"))
		deny(juror, action, dossier, proposing(treating("med-03")), "MEMBER_CONFLICT")
		deny(juror, action, examined_by(dossier, "med-03"), sits("med-03"), "MEMBER_CONFLICT")
		hide(stranger, action, examined_by(dossier, "med-02"), sits("med-02"), "MEMBER_CONFLICT")
	}
}

test_an_act_names_the_composition_in_progress if {
	every action, dossier in {"answers.give": composed, "opinion.settle": all_in, "opinion.sign": settled_one} {
		allow(juror, action, dossier, naming(sits("med-03"), 1))
		deny(juror, action, dossier, naming(sits("med-03"), 2), "SIGNATURE_OLD_COMPOSITION")
		hide(juror, action, replaced(dossier), naming(sits("med-03"), 1), "SIGNATURE_OLD_COMPOSITION")
	}
	hide(stranger, "opinion.sign", settled_one, naming(sits("med-02"), 2), "SIGNATURE_OLD_COMPOSITION")
	hide(stranger, "opinion.sign", settled_one, naming(sits("med-02"), 1), "NOT_ASSIGNED")
	hide(juror, "answers.give", transmitted, naming(sits("med-03"), 1), "NOT_ASSIGNED")
}

test_the_last_signature_looks_at_all_three if {
	eighth := doctor("med-08")
	allow(eighth, "opinion.sign", signed_by_two, last(three))
	deny(eighth, "opinion.sign", signed_by_two, last([expired("med-03"), listed("med-07"), listed("med-08")]), "MEMBER_DECISION_EXPIRED")
	deny(eighth, "opinion.sign", signed_by_two, last([listed("med-07"), listed("med-08")]), "MEMBER_DECISION_EXPIRED")
	deny(eighth, "opinion.sign", signed_by_two, last(null), "MEMBER_DECISION_EXPIRED")
	deny(eighth, "opinion.sign", signed_by_two, last([listed("med-03"), treating("med-07"), listed("med-08")]), "MEMBER_CONFLICT")
	deny(eighth, "opinion.sign", examined_by(signed_by_two, "med-07"), last(three), "MEMBER_CONFLICT")
	# Before the last, each answers for himself.
	allow(eighth, "opinion.sign", signed_by_one, last([expired("med-03"), listed("med-07"), listed("med-08")]))
}

test_a_member_refuses_to_sign if {
	allow(juror, "opinion.refuse", settled_one, sits("med-03"))
	allow(juror, "opinion.refuse", refused_by(settled_one, "med-07"), sits("med-03"))
	deny(juror, "opinion.refuse", all_in, sits("med-03"), "NOT_SETTLED")
	deny(juror, "opinion.refuse", signed_by_one, sits("med-03"), "ALREADY_SIGNED")
	deny(juror, "opinion.refuse", refused_by(settled_one, "med-03"), sits("med-03"), "SIGNATURE_REFUSED")
	deny(author, "opinion.refuse", settled_one, sits("med-12"), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "opinion.refuse", settled_one, at_medical, "ROLE_NO_MEDICAL")
	hide(stranger, "opinion.refuse", settled_one, sits("med-02"), "NOT_ASSIGNED")
	deny(doctor("med-07"), "opinion.sign", refused_by(settled_one, "med-03"), sits("med-07"), "SIGNATURE_REFUSED")

	# Refusals that were not given are not refusals that there are none of.
	deny(juror, "opinion.sign", object.union(settled_one, {"composition": {"refused": null}}), sits("med-03"), "SIGNATURE_REFUSED")
}

test_a_member_opens_a_further_round if {
	allow(juror, "round.open", all_in, sits("med-03"))
	allow(juror, "round.open", refused_by(settled_one, "med-07"), sits("med-03"))
	deny(juror, "round.open", settled_one, sits("med-03"), "ALREADY_SETTLED")
	deny(juror, "round.open", answered_by_one, sits("med-03"), "ANSWERS_INCOMPLETE")
	deny(juror, "round.open", issued, sits("med-03"), "AVIS_IMMUTABLE")
	deny(juror, "round.open", closed(all_in), sits("med-03"), "CASE_CLOSED")
	deny(author, "round.open", all_in, sits("med-12"), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "round.open", all_in, at_medical, "ROLE_NO_MEDICAL")
	hide(stranger, "round.open", all_in, sits("med-02"), "NOT_ASSIGNED")
}

succeeded_by(members) := naming(object.union(proposing_college(members), {"designates": true}), 1)

test_the_secretariat_replaces_a_composition if {
	allow(clerk, "college.replace", signed_by_one, naming(at_medical, 1))
	allow(clerk, "college.replace", signed_by_one, succeeded_by(three))
	allow(clerk, "college.replace", detained(signed_by_one), naming(at_medical, 1))
	deny(juror, "college.replace", signed_by_one, succeeded_by(three), "ROLE_NOT_ALLOWED")
	deny(author, "college.replace", signed_by_one, succeeded_by(three), "ROLE_NOT_ALLOWED")
	hide(clerk_elsewhere, "college.replace", signed_by_one, succeeded_by(three), "OTHER_TERRITORY")
	hide(paris, "college.replace", signed_by_one, succeeded_by(three), "PREFECTURE_NO_MEDICAL")
}

test_when_a_composition_may_not_be_replaced if {
	deny(clerk, "college.replace", closed(signed_by_one), naming(at_medical, 1), "CASE_CLOSED")
	deny(clerk, "college.replace", issued, naming(at_medical, 1), "AVIS_IMMUTABLE")
	deny(clerk, "college.replace", transmitted, naming(at_medical, 1), "COMPOSITION_MISSING")
	deny(clerk, "college.replace", signed_by_one, naming(at_medical, 2), "SIGNATURE_OLD_COMPOSITION")
	deny(clerk, "college.replace", replaced(signed_by_one), naming(at_medical, 1), "SIGNATURE_OLD_COMPOSITION")
	deny(clerk, "college.replace", detained(signed_by_one), succeeded_by(three), "COLLEGE_NOT_COMPETENT")
}

third_is(one) := succeeded_by([listed("med-03"), listed("med-07"), one])

test_who_may_not_succeed if {
	deny(clerk, "college.replace", signed_by_one, third_is(unlisted("med-09")), "MEMBER_NOT_IN_DECISION")
	deny(clerk, "college.replace", signed_by_one, third_is(expired("med-09")), "MEMBER_DECISION_EXPIRED")
	deny(clerk, "college.replace", signed_by_one, third_is(listed("med-07")), "DUPLICATE_MEMBER")
	deny(clerk, "college.replace", signed_by_one, third_is(listed("med-12")), "RAPPORTEUR_IN_COLLEGE")
	deny(clerk, "college.replace", signed_by_one, third_is(treating("med-09")), "MEMBER_CONFLICT")
	deny(clerk, "college.replace", signed_by_one, succeeded_by([]), "COLLEGE_SIZE")
}

test_the_secretariat_asks_the_draw if {
	allow(clerk, "college.propose", transmitted, at_medical)
	allow(clerk, "college.propose", replaced(composed), at_medical)
	deny(clerk, "college.propose", composed, at_medical, "COMPOSITION_OPEN")
	deny(clerk, "college.propose", signed_report, at_medical, "COLLEGE_BEFORE_REPORT")
	deny(clerk, "college.propose", issued, at_medical, "AVIS_IMMUTABLE")
	deny(clerk, "college.propose", closed(transmitted), at_medical, "CASE_CLOSED")
	deny(clerk, "college.propose", detained(transmitted), at_medical, "COLLEGE_NOT_COMPETENT")
	allow(clerk, "college.propose", object.union(removal, {"author": "COLLEGE3"}), at_medical)
	deny(clerk, "college.propose", object.union(removal, {"author": "COLLEGE3", "certificate_received": false}), at_medical, "REMOVAL_WITHOUT_CERTIFICATE")
	deny(author, "college.propose", transmitted, at_medical, "ROLE_NOT_ALLOWED")
	hide(clerk_elsewhere, "college.propose", transmitted, at_medical, "OTHER_TERRITORY")
}

test_the_author_adds_to_the_report_when_the_college_asks if {
	asked := object.union(composed, {"supplement_asked": true})
	allow(author, "report.supplement", asked, at_medical)
	deny(author, "report.supplement", composed, at_medical, "SUPPLEMENT_NOT_ASKED")
	deny(author, "report.supplement", object.union(asked, {"issued": true}), at_medical, "AVIS_IMMUTABLE")
	deny(author, "report.supplement", object.union(asked, {"report_signed": false}), at_medical, "REPORT_NOT_SIGNED")
	deny(author, "report.supplement", closed(asked), at_medical, "CASE_CLOSED")
	deny(juror, "report.supplement", asked, at_medical, "NOT_AUTHOR_OF_REPORT")
	hide(stranger, "report.supplement", asked, at_medical, "NOT_ASSIGNED")
	deny(clerk, "report.supplement", asked, at_medical, "ROLE_NO_MEDICAL")
}
