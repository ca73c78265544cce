package cloison

test_an_action_without_a_list_is_denied if hide(author, "dossier.export", assigned, at_medical, "UNKNOWN_ACTION")

test_an_action_of_the_other_zone_is_unknown if {
	hide(paris, "referral.list", portal("medical"), at_medical, "UNKNOWN_ACTION")
	hide(author, "document.read", transmitted, context_in("server"), "UNKNOWN_ACTION")
	hide(author, "document.read", transmitted, context_in(""), "UNKNOWN_ACTION")
}

test_an_empty_query_is_denied if {
	d := decision with input as {}
	d == {"allow": false, "rule": "UNKNOWN_ACTION", "visible": false}
}

# Whatever a list rests on, it must never become undefined: that would deny, but without its rule.
test_every_list_is_defined_on_an_empty_resource if {
	every action, its in zones {
		some zone in its
		lists := conditions with input as {"subject": {}, "action": action, "resource": {}, "context": {"zone": zone}}
		lists[action][0][0]
	}
}

test_nobody_is_allowed_anything if {
	every action, its in zones {
		some zone in its
		d := answer(nobody, action, {}, context_in(zone))
		d.allow == (action in {"me.get", "session.list", "session.close", "step_up.approve", "access.own", "access.justify"})
	}
}

test_the_capacity_stands_in_an_allowed_decision if {
	answer(author, "dossier.get", composed, at_medical).rule == "ALLOW_RAPPORTEUR"
	answer(juror, "dossier.get", composed, at_medical).rule == "ALLOW_MEMBER"
	answer(clerk, "dossier.get", composed, at_medical).rule == "ALLOW_SECRETARIAT"
	answer(paris, "referral.list", portal("server"), at_server).rule == "ALLOW_PREFECTURE"
	answer(inspector, "audit.list", portal("server"), at_server).rule == "ALLOW_AUDIT"
	answer(relay_itself, "cursor.read", portal("server"), at_server).rule == "ALLOW_SYSTEM"
	answer(relay_itself, "referral.quarantine", portal("medical"), at_medical).rule == "REFERRAL_QUARANTINED"
	answer(stranger, "me.get", portal("medical"), at_medical).rule == "ALLOW_PERSON"
}

test_an_action_without_conditions_is_denied if {
	d := answer(author, "dossier.export", assigned, at_medical) with zones as {"dossier.export": {"medical"}}
	d.rule == "UNKNOWN_ACTION"
	e := answer(author, "dossier.export", assigned, at_medical) with zones as {"dossier.export": {"medical"}} with conditions as {"dossier.export": []}
	e.rule == "UNKNOWN_ACTION"
}

# Two facts about one subject never add up: what he is not by role, no identifier or attribute makes of him.
test_an_attribute_without_its_role_gives_nothing if {
	every other in [nurse, inspector, administrator, clerk_elsewhere, object.union(author, {"profession": ""}), object.union(author, {"system": "sweep"}), object.union(author, {"role": "AUDITEUR_CONFORMITE"})] {
		rapporteur_id := object.union(other, {"id": "med-12"})
		not answer(rapporteur_id, "dossier.get", composed, at_medical).visible
		member_id := object.union(other, {"id": "med-03"})
		not answer(member_id, "dossier.get", composed, at_medical).visible
	}
	every other in [inspector, administrator, mission_agent, stranger] {
		not answer(object.union(other, {"directions": ["DT-PARIS"]}), "dossier.get", composed, at_medical).visible
	}
	hide(object.union(inspector, {"prefecture": "75"}), "referral.get", referral({}), at_server, "ROLE_NOT_ALLOWED")
	deny(object.union(inspector, {"prefecture": "75"}), "referral.list", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}

program(subject) := object.union(subject, {"system": "sweep"})

# A system subject that bears a person's role is still no person.
test_the_program_is_never_a_person if {
	hide(program(clerk), "certificate.receive", referred, at_medical, "ROLE_NOT_ALLOWED")
	deny(program(paris), "referral.list", portal("server"), at_server, "ROLE_NOT_ALLOWED")
	deny(program(inspector), "audit.list", portal("server"), at_server, "ROLE_NOT_ALLOWED")
	deny(program(author), "session.open", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
}

# A resource of another kind is no dossier, whatever its fields are named.
test_another_kind_of_object_is_no_dossier if {
	other := object.union(composed, {"kind": "other"})
	hide(clerk, "dossier.get", other, at_medical, "OTHER_TERRITORY")
	hide(author, "dossier.get", other, at_medical, "NOT_ASSIGNED")
}

# These facts come after the membership in every list; alone, they still do not hold without a college.
test_without_a_college_nothing_is_answered_settled_or_signed if {
	every composition in [null, {}, object.union(college([], true, []), {"members": []})] {
		bare := {"subject": juror, "resource": object.union(referred, {"composition": composition})}
		facts := [all_answered, no_signature, not_signed, not_answered] with input as bare
		facts == [false, false, false, false]
	}
}
