package cloison

chief_asks := {"kind": "habilitation", "head": true, "own": false, "entered": false, "confirmed": false, "standing": "EN_VIGUEUR"}

nobody_asks := object.union(chief_asks, {"head": false})

test_who_keeps_the_list_of_people if {
	every action in {"habilitation.list", "habilitation.enter"} {
		allow(stranger, action, chief_asks, at_medical)
		allow(clerk, action, nobody_asks, at_medical)
		deny(stranger, action, nobody_asks, at_medical, "NOT_COORDINATOR")
	}
	every action in {"habilitation.confirm", "habilitation.review", "habilitation.end", "succession.list"} {
		allow(stranger, action, chief_asks, at_medical)
		deny(stranger, action, nobody_asks, at_medical, "NOT_COORDINATOR")
		deny(clerk, action, chief_asks, at_medical, "NOT_COORDINATOR")
	}
	every action in {"habilitation.list", "habilitation.enter", "habilitation.confirm", "habilitation.review", "habilitation.end", "succession.list"} {
		deny(former, action, chief_asks, at_medical, "NOT_HABILITATED")
		hide(nurse, action, chief_asks, at_medical, "PROFESSION_NOT_PHYSICIAN")
		hide(paris, action, chief_asks, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(administrator, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(dpo, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(sweep, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(stranger, action, chief_asks, at_server, "UNKNOWN_ACTION")
	}
}

test_nobody_empowers_himself if {
	own := object.union(chief_asks, {"own": true})
	every action in {"habilitation.enter", "habilitation.confirm", "habilitation.review", "habilitation.end"} {
		deny(stranger, action, own, at_medical, "HABILITATION_OWN")
	}
	deny(clerk, "habilitation.enter", object.union(own, {"head": false}), at_medical, "HABILITATION_OWN")
}

test_two_hands_empower if {
	deny(stranger, "habilitation.confirm", object.union(chief_asks, {"entered": true}), at_medical, "HABILITATION_SAME_HAND")
	deny(stranger, "habilitation.confirm", object.union(chief_asks, {"confirmed": true}), at_medical, "HABILITATION_CONFIRMED")
}

test_what_stands_is_reviewed_and_ended if {
	every standing in {"FIN", "AUCUNE"} {
		deny(stranger, "habilitation.review", object.union(chief_asks, {"standing": standing}), at_medical, "HABILITATION_NONE")
	}
	allow(stranger, "habilitation.review", object.union(chief_asks, {"standing": "ECHUE"}), at_medical)
	allow(stranger, "habilitation.end", object.union(chief_asks, {"standing": "AUCUNE"}), at_medical)
	deny(stranger, "habilitation.end", object.union(chief_asks, {"standing": "FIN"}), at_medical, "DUTY_ENDED")
}

test_a_lapse_is_said_at_sign_in if {
	deny(object.union(author, {"habilitated": false, "lapsed": true}), "session.open", portal("medical"), at_medical, "HABILITATION_LAPSED")
	deny(object.union(clerk, {"lapsed": true}), "session.open", portal("medical"), at_medical, "HABILITATION_LAPSED")
}

test_nobody_sits_whom_ofii_does_not_empower_that_day if {
	ended := object.union(listed("med-03"), {"habilitated": false})
	deny(clerk, "college.compose", transmitted, proposing_college([ended, listed("med-07"), listed("med-08")]), "MEMBER_NOT_HABILITATED")
}

headed(dossier) := object.union(dossier, {"head": true})

test_a_head_of_service_replaces_the_rapporteur_until_the_report_is_transmitted if {
	new := proposing(unlisted("med-09"))
	every dossier in {assigned, saved, signed_report} {
		allow(stranger, "rapporteur.reassign", headed(dossier), new)
	}
	deny(stranger, "rapporteur.reassign", headed(transmitted), new, "RAPPORTEUR_FIXED")
	hide(stranger, "rapporteur.reassign", assigned, new, "NOT_COORDINATOR")
	deny(author, "rapporteur.reassign", assigned, new, "NOT_COORDINATOR")
	deny(clerk, "rapporteur.reassign", headed(assigned), new, "ROLE_NO_MEDICAL")
	hide(clerk_elsewhere, "rapporteur.reassign", headed(assigned), new, "ROLE_NO_MEDICAL")
	hide(former, "rapporteur.reassign", assigned, new, "NOT_HABILITATED")
	deny(stranger, "rapporteur.reassign", headed(closed(assigned)), new, "CASE_CLOSED")
	deny(stranger, "rapporteur.reassign", headed(removal), new, "REPORT_ON_REMOVAL")
	deny(stranger, "rapporteur.reassign", headed(referred), new, "RAPPORTEUR_NOT_ASSIGNED")
}

test_who_may_not_become_the_rapporteur if {
	deny(stranger, "rapporteur.reassign", headed(assigned), proposing(object.union(unlisted("med-09"), {"habilitated": false})), "RAPPORTEUR_NOT_HABILITATED")
	deny(stranger, "rapporteur.reassign", headed(assigned), at_medical, "RAPPORTEUR_NOT_HABILITATED")
	deny(stranger, "rapporteur.reassign", headed(assigned), proposing(listed("med-12")), "RAPPORTEUR_UNCHANGED")
	deny(stranger, "rapporteur.reassign", headed(assigned), proposing(listed("med-02")), "SELF_DESIGNATION")
	deny(stranger, "rapporteur.reassign", headed(assigned), proposing(object.union(listed("med-09"), {"treats": true})), "MEMBER_CONFLICT")
	sits_already := headed(object.union(composed, {"report_transmitted": false}))
	deny(stranger, "rapporteur.reassign", sits_already, proposing(listed("med-03")), "RAPPORTEUR_IN_COLLEGE")
}
