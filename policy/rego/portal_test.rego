package cloison

test_who_signs_in_at_the_medical_portal if {
	every subject in [author, clerk, inspector, dpo] {
		allow(subject, "session.open", portal("medical"), at_medical)
	}
}

test_who_is_refused_at_the_medical_portal if {
	deny(nurse, "session.open", portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")

	# A nurse who asks for the role of physician.
	deny(object.union(nurse, {"role": "MEDECIN"}), "session.open", portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")

	# ProConnect proves no profession.
	deny(object.union(author, {"profession": ""}), "session.open", portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")
	deny(object.union(nobody, {"profession": "60"}), "session.open", portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")
	deny(paris, "session.open", portal("medical"), at_medical, "PREFECTURE_NO_MEDICAL")
	deny(former, "session.open", portal("medical"), at_medical, "NOT_HABILITATED")
	deny(hospital_physician, "session.open", portal("medical"), at_medical, "NOT_HABILITATED")
	deny(administrator, "session.open", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(mission_agent, "session.open", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(nobody, "session.open", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(relay_itself, "session.open", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
}

test_who_signs_in_at_the_administrative_portal if {
	every subject in [paris, inspector, dpo] {
		allow(subject, "session.open", portal("server"), at_server)
	}
}

test_who_is_refused_at_the_administrative_portal if {
	every subject in [author, clerk, nurse, mission_agent, administrator, relay_itself, object.union(paris, {"prefecture": ""})] {
		deny(subject, "session.open", portal("server"), at_server, "ROLE_NOT_ALLOWED")
	}
}

test_everybody_signed_in_sees_himself if {
	every subject in [author, clerk, inspector] {
		allow(subject, "me.get", portal("medical"), at_medical)
	}
	allow(paris, "me.get", portal("server"), at_server)
	deny(relay_itself, "me.get", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}

test_everybody_signed_in_signs_out if {
	every subject in [author, clerk, inspector] {
		allow(subject, "session.close", portal("medical"), at_medical)
		allow(subject, "session.list", portal("medical"), at_medical)
	}
	allow(paris, "session.close", portal("server"), at_server)
	deny(relay_itself, "session.close", portal("server"), at_server, "ROLE_NOT_ALLOWED")
	deny(relay_itself, "session.list", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}

test_everybody_confirms_what_was_asked_of_his_session if {
	every subject in [author, clerk] {
		allow(subject, "step_up.approve", portal("medical"), at_medical)
	}
	deny(relay_itself, "step_up.approve", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
	hide(paris, "step_up.approve", portal("server"), at_server, "UNKNOWN_ACTION")
}

test_auditors_read_the_record_of_each_zone if {
	every subject in [inspector, dpo] {
		allow(subject, "audit.list", portal("medical"), at_medical)
		allow(subject, "audit.list", portal("server"), at_server)
	}
	every subject in [author, clerk, administrator, relay_itself] {
		deny(subject, "audit.list", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
	}
	deny(paris, "audit.list", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}

test_only_the_relay_relays if {
	relayed := {
		"referral.receive": "medical", "referral.quarantine": "medical", "acknowledgement.receive": "medical",
		"release.receive": "server", "shredding.receive": "server", "cursor.read": "server", "acknowledgement.read": "server",
	}
	every action, zone in relayed {
		allow(relay_itself, action, portal(zone), context_in(zone))
		every other in [author, clerk, paris, inspector, sweep] {
			deny(other, action, portal(zone), context_in(zone), "ROLE_NOT_ALLOWED")
		}
	}
}

# A nurse's identity that shows code 10 by mistake: the role in the directory still says nurse.
test_a_nurse_is_a_nurse_whatever_code_is_shown if {
	deny(object.union(nurse, {"profession": "10"}), "session.open", portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")
}
