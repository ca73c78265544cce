package cloison

test_who_confirms_acts_proposes_his_own_passkey if {
	every action in {"passkey.list", "passkey.propose"} {
		every subject in [author, clerk] {
			allow(subject, action, portal("medical"), at_medical)
		}
		deny(former, action, portal("medical"), at_medical, "NOT_HABILITATED")
		deny(nurse, action, portal("medical"), at_medical, "PROFESSION_NOT_PHYSICIAN")
		deny(inspector, action, portal("medical"), at_medical, "ROLE_NO_MEDICAL")
		deny(relay_itself, action, portal("medical"), at_medical, "ROLE_NO_MEDICAL")
		hide(paris, action, portal("server"), at_server, "UNKNOWN_ACTION")
	}
}
