package cloison

one_physician := proposing_college([listed("med-03")])

# A person detained, retained or assigned: one physician, on the certificate.
by_one(answered, settled, signed) := object.union(removal, {"composition": object.union(college(answered, settled, signed), {"author": "MED1", "members": ["med-03"]})})

freed(dossier) := object.union(dossier, {"author": "COLLEGE3"})

by_college := object.union(freed(removal), {"composition": college([], false, [])})

test_the_secretariat_designates_one_listed_physician if {
	allow(clerk, "physician.designate", removal, one_physician)
	allow(clerk, "physician.designate", replaced(removal), one_physician)
	hide(clerk_elsewhere, "physician.designate", removal, one_physician, "OTHER_TERRITORY")
	deny(juror, "physician.designate", by_one([], false, []), one_physician, "ROLE_NOT_ALLOWED")
	hide(paris, "physician.designate", removal, one_physician, "PREFECTURE_NO_MEDICAL")
}

test_who_may_not_be_designated_alone if {
	deny(clerk, "physician.designate", removal, proposing_college([unlisted("med-03")]), "MEMBER_NOT_IN_DECISION")
	deny(clerk, "physician.designate", removal, proposing_college([expired("med-03")]), "MEMBER_DECISION_EXPIRED")
	deny(clerk, "physician.designate", removal, proposing_college([treating("med-03")]), "MEMBER_CONFLICT")
	deny(clerk, "physician.designate", removal, proposing_college(three), "PHYSICIAN_ALONE")
	deny(clerk, "physician.designate", removal, at_medical, "PHYSICIAN_ALONE")
}

test_when_one_physician_may_not_be_designated if {
	deny(clerk, "physician.designate", closed(removal), one_physician, "CASE_CLOSED")
	deny(clerk, "physician.designate", object.union(removal, {"issued": true}), one_physician, "AVIS_IMMUTABLE")
	deny(clerk, "physician.designate", object.union(removal, {"certificate_received": false}), one_physician, "REMOVAL_WITHOUT_CERTIFICATE")
	deny(clerk, "physician.designate", freed(removal), one_physician, "MED1_NOT_COMPETENT")
	deny(clerk, "physician.designate", object.union(removal, {"author": ""}), one_physician, "MED1_NOT_COMPETENT")
	deny(clerk, "physician.designate", transmitted, one_physician, "MED1_NOT_COMPETENT")
	deny(clerk, "physician.designate", referred, one_physician, "MED1_NOT_COMPETENT")
	deny(clerk, "physician.designate", detained(transmitted), one_physician, "MED1_NOT_COMPETENT")
	deny(clerk, "physician.designate", by_one([], false, []), one_physician, "COMPOSITION_OPEN")
}

# No report comes before a removal's college: the certificate does.
test_a_college_of_a_removal_has_its_certificate if {
	allow(clerk, "college.compose", freed(removal), proposing_college(three))
	deny(clerk, "college.compose", freed(object.union(removal, {"certificate_received": false})), proposing_college(three), "REMOVAL_WITHOUT_CERTIFICATE")
}

test_one_physician_answers_settles_and_signs if {
	allow(juror, "answers.give", by_one([], false, []), sits("med-03"))
	allow(juror, "opinion.settle", by_one(["med-03"], false, []), sits("med-03"))
	allow(juror, "opinion.sign", by_one(["med-03"], true, []), last([listed("med-03")]))
	hide(stranger, "answers.give", by_one([], false, []), sits("med-02"), "NOT_ASSIGNED")
	hide(stranger, "answers.give", removal, sits("med-02"), "NOT_ASSIGNED")
}

# The person is freed, or placed: whoever was designated answers and signs no more.
test_an_author_who_is_no_longer_competent_does_nothing if {
	every action, answered in {"answers.give": [], "opinion.settle": ["med-03"], "opinion.sign": ["med-03"]} {
		deny(juror, action, freed(by_one(answered, action == "opinion.sign", [])), sits("med-03"), "MED1_NOT_COMPETENT")
	}
	deny(juror, "answers.give", detained(by_college), sits("med-03"), "COLLEGE_NOT_COMPETENT")
	hide(juror, "answers.give", replaced(detained(by_college)), sits("med-03"), "COLLEGE_NOT_COMPETENT")
}
