package cloison

# A single physician is designated in a removal.
removal_staffed := object.union(removal, {"composition": object.union(college([], false, []), {"members": ["med-03"]})})

test_who_summons if {
	allow(clerk, "request.open", assigned, at_medical)
	allow(author, "request.open", assigned, at_medical)
	allow(clerk, "request.open", composed, at_medical)
	allow(juror, "request.open", composed, at_medical)
	allow(juror, "request.open", removal_staffed, at_medical)
	hide(stranger, "request.open", assigned, at_medical, "NOT_ASSIGNED")
	hide(clerk_elsewhere, "request.open", assigned, at_medical, "OTHER_TERRITORY")
	hide(paris, "request.open", assigned, at_medical, "PREFECTURE_NO_MEDICAL")
	hide(nurse, "request.open", assigned, at_medical, "PROFESSION_NOT_PHYSICIAN")
	hide(inspector, "request.open", assigned, at_medical, "ROLE_NO_MEDICAL")
}

test_the_physician_of_the_stage_asks if {
	allow(author, "request.ask", assigned, at_medical)
	allow(juror, "request.ask", composed, at_medical)
	allow(juror, "request.ask", removal_staffed, at_medical)
	deny(author, "request.ask", composed, at_medical, "NOT_ASSIGNED")
	deny(juror, "request.ask", object.union(composed, {"report_signed": false}), at_medical, "NOT_ASSIGNED")
	deny(clerk, "request.ask", assigned, at_medical, "ROLE_NOT_ALLOWED")
	hide(stranger, "request.ask", assigned, at_medical, "NOT_ASSIGNED")
	hide(nurse, "request.ask", assigned, at_medical, "PROFESSION_NOT_PHYSICIAN")
	hide(paris, "request.ask", assigned, at_medical, "PREFECTURE_NO_MEDICAL")
	hide(inspector, "request.ask", assigned, at_medical, "ROLE_NO_MEDICAL")
	deny(object.union(author, {"habilitated": false}), "request.ask", assigned, at_medical, "NOT_HABILITATED")
}

test_nobody_asks_before_somebody_is_in_charge_nor_after_the_opinion if {
	every action in ["request.open", "request.ask"] {
		hide(author, action, referred, at_medical, "RAPPORTEUR_NOT_ASSIGNED")
		deny(author, action, transmitted, at_medical, "COMPOSITION_MISSING")
		deny(juror, action, issued, at_medical, "AVIS_IMMUTABLE")
		deny(author, action, closed(assigned), at_medical, "CASE_CLOSED")
	}
	deny(clerk, "request.open", removal, at_medical, "COMPOSITION_MISSING")
	deny(clerk, "request.open", replaced(composed), at_medical, "COMPOSITION_MISSING")
}

test_who_records_what_was_seen_or_answered if {
	every action in ["request.close", "event.record"] {
		allow(clerk, action, assigned, at_medical)
		allow(author, action, assigned, at_medical)
		allow(juror, action, composed, at_medical)
		hide(stranger, action, assigned, at_medical, "NOT_ASSIGNED")
		hide(clerk_elsewhere, action, assigned, at_medical, "OTHER_TERRITORY")
		hide(paris, action, assigned, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(inspector, action, assigned, at_medical, "ROLE_NO_MEDICAL")
		deny(clerk, action, closed(assigned), at_medical, "CASE_CLOSED")
	}
}

test_who_checks_an_identity if {
	allow(clerk, "identity.check", closed(issued), at_medical)
	allow(author, "identity.check", assigned, at_medical)
	allow(juror, "identity.check", composed, at_medical)
	hide(stranger, "identity.check", assigned, at_medical, "NOT_ASSIGNED")
	hide(clerk_elsewhere, "identity.check", assigned, at_medical, "OTHER_TERRITORY")
	hide(inspector, "identity.check", assigned, at_medical, "ROLE_NO_MEDICAL")
}

secretarial := ["mail.record", "mail.register", "delivery.record", "certificate.reject", "completion.request", "dossier.close", "event.follow"]

test_the_secretariat_of_the_territory_registers if {
	every action in secretarial {
		allow(clerk, action, referred, at_medical)
		hide(clerk_elsewhere, action, referred, at_medical, "OTHER_TERRITORY")
		deny(author, action, assigned, at_medical, "ROLE_NOT_ALLOWED")
		hide(paris, action, referred, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(nurse, action, referred, at_medical, "PROFESSION_NOT_PHYSICIAN")
		hide(inspector, action, referred, at_medical, "ROLE_NO_MEDICAL")
	}
}

test_a_closed_dossier_takes_only_what_follows_its_closing if {
	allow(clerk, "event.follow", closed(issued), at_medical)
	every action in ["mail.record", "mail.register", "delivery.record", "certificate.reject", "completion.request", "dossier.close"] {
		deny(clerk, action, closed(referred), at_medical, "CASE_CLOSED")
	}
}

test_nothing_more_is_recorded_of_a_destroyed_dossier if {
	every action in ["event.follow", "identity.check"] {
		deny(clerk, action, object.union(closed(issued), {"state": "PURGE"}), at_medical, "DOSSIER_DESTROYED")
	}
}

test_a_dossier_is_closed_without_an_opinion_only_before_it if deny(clerk, "dossier.close", issued, at_medical, "AVIS_IMMUTABLE")

test_a_completion_is_asked_before_the_rapporteur if deny(clerk, "completion.request", assigned, at_medical, "RAPPORTEUR_ALREADY_ASSIGNED")
