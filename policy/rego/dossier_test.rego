package cloison

test_who_lists_dossiers if {
	allow(author, "dossier.list", portal("medical"), at_medical)
	allow(stranger, "dossier.list", portal("medical"), at_medical)
	allow(clerk, "dossier.list", portal("medical"), at_medical)
	deny(former, "dossier.list", portal("medical"), at_medical, "NOT_HABILITATED")
	deny(clerk, "dossier.get", portal("medical"), at_medical, "OTHER_TERRITORY")
	deny(clerk, "document.create", portal("medical"), at_medical, "OTHER_TERRITORY")
	deny(clerk, "referral_event.list", portal("medical"), at_medical, "OTHER_TERRITORY")
	deny(nurse, "dossier.list", portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")
	deny(inspector, "dossier.list", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(administrator, "dossier.list", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(relay_itself, "dossier.list", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(object.union(clerk, {"system": "sweep"}), "dossier.list", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
}

test_who_sees_a_dossier if {
	every action in ["dossier.get", "timeline.get"] {
		allow(clerk, action, referred, at_medical)
		allow(author, action, assigned, at_medical)
		allow(juror, action, composed, at_medical)
		allow(juror, action, issued, at_medical)
		allow(juror, action, replaced(issued), at_medical)
		hide(juror, action, transmitted, at_medical, "NOT_ASSIGNED")
		hide(juror, action, replaced(composed), at_medical, "NOT_ASSIGNED")
		hide(stranger, action, composed, at_medical, "NOT_ASSIGNED")
		hide(author, action, referred, at_medical, "NOT_ASSIGNED")
		hide(clerk_elsewhere, action, referred, at_medical, "OTHER_TERRITORY")
		hide(paris, action, referred, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(inspector, action, referred, at_medical, "ROLE_NO_MEDICAL")
	}
}

# The relation stands, so he may be told why.
test_a_member_whose_habilitation_ended_is_told_so if deny(former, "dossier.get", composed, at_medical, "NOT_HABILITATED")

test_who_opens_the_civil_part if {
	allow(clerk, "dossier.open", referred, opening("civil"))
	allow(author, "dossier.open", assigned, opening("civil"))
	allow(juror, "dossier.open", composed, opening("civil"))
	hide(stranger, "dossier.open", composed, opening("civil"), "NOT_ASSIGNED")
	hide(clerk_elsewhere, "dossier.open", composed, opening("civil"), "OTHER_TERRITORY")
	deny(clerk, "dossier.open", composed, object.union(at_medical, {"open": "civil"}), "PURPOSE_REQUIRED")
	deny(clerk, "dossier.open", composed, object.union(opening("civil"), {"purpose": "CURIOSITE"}), "PURPOSE_REQUIRED")
}

test_a_compartment_must_be_named if {
	deny(author, "dossier.open", composed, for_instruction, "COMPARTMENT_REQUIRED")
	deny(author, "dossier.open", composed, opening("both"), "COMPARTMENT_REQUIRED")
	hide(stranger, "dossier.open", composed, opening("both"), "NOT_ASSIGNED")
}

test_who_reads_medical_content if {
	every action in ["document.list", "dossier.open"] {
		allow(author, action, assigned, opening("medical"))
		allow(author, action, issued, opening("medical"))
		allow(juror, action, composed, opening("medical"))
		allow(author, action, closed(issued), opening("medical"))
		hide(stranger, action, composed, opening("medical"), "NOT_ASSIGNED")
		hide(juror, action, replaced(composed), opening("medical"), "NOT_ASSIGNED")
		deny(clerk, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(clerk_elsewhere, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(nurse, action, composed, opening("medical"), "PROFESSION_NOT_PHYSICIAN")
		hide(paris, action, composed, opening("medical"), "PREFECTURE_NO_MEDICAL")
		hide(inspector, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(dpo, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(administrator, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(mission_agent, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(relay_itself, action, composed, opening("medical"), "ROLE_NO_MEDICAL")
		hide(object.union(author, {"system": "sweep"}), action, composed, opening("medical"), "ROLE_NOT_ALLOWED")
		deny(author, action, composed, object.union(opening("medical"), {"purpose": ""}), "PURPOSE_REQUIRED")
	}
}

# A college designated before the transmission cannot be; were it, its members would still read nothing.
test_members_read_nothing_before_transmission if {
	early := object.union(composed, {"report_transmitted": false})
	deny(juror, "document.list", early, opening("medical"), "NOT_ASSIGNED")
	allow(juror, "dossier.open", early, opening("civil"))
}

test_the_secretariat_of_the_territory_receives_the_certificate if {
	allow(clerk, "certificate.receive", referred, at_medical)
	allow(clerk, "certificate.receive", removal, at_medical)
	hide(clerk_elsewhere, "certificate.receive", referred, at_medical, "OTHER_TERRITORY")
	deny(author, "certificate.receive", assigned, at_medical, "ROLE_NOT_ALLOWED")
	hide(stranger, "certificate.receive", assigned, at_medical, "ROLE_NOT_ALLOWED")
	hide(paris, "certificate.receive", referred, at_medical, "PREFECTURE_NO_MEDICAL")
	hide(nurse, "certificate.receive", referred, at_medical, "PROFESSION_NOT_PHYSICIAN")
	hide(inspector, "certificate.receive", referred, at_medical, "ROLE_NO_MEDICAL")
	deny(clerk, "certificate.receive", closed(referred), at_medical, "CASE_CLOSED")
}

test_the_secretariat_designates_the_rapporteur if {
	allow(clerk, "rapporteur.assign", referred, proposing(unlisted("med-12")))
	deny(clerk, "rapporteur.assign", referred, proposing(object.union(listed("med-12"), {"habilitated": false})), "RAPPORTEUR_NOT_HABILITATED")
	deny(clerk, "rapporteur.assign", referred, at_medical, "RAPPORTEUR_NOT_HABILITATED")
	deny(clerk, "rapporteur.assign", closed(referred), proposing(listed("med-12")), "CASE_CLOSED")
	deny(clerk, "rapporteur.assign", removal, proposing(listed("med-12")), "REPORT_ON_REMOVAL")
	deny(clerk, "rapporteur.assign", assigned, proposing(listed("med-01")), "RAPPORTEUR_ALREADY_ASSIGNED")
	hide(clerk_elsewhere, "rapporteur.assign", referred, proposing(listed("med-12")), "OTHER_TERRITORY")
	deny(author, "rapporteur.assign", assigned, proposing(listed("med-12")), "ROLE_NOT_ALLOWED")
}
