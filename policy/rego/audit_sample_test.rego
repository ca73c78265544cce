package cloison

test_auditors_draw_and_follow if {
	every action in ["sample.list", "sample.draw"] {
		every subject in [inspector, dpo] {
			allow(subject, action, portal("medical"), at_medical)
			allow(subject, action, portal("server"), at_server)
		}
		every subject in [author, clerk, administrator, relay_itself] {
			deny(subject, action, portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
		}
		deny(paris, action, portal("server"), at_server, "ROLE_NOT_ALLOWED")
	}
}

test_everybody_justifies_his_own if {
	every action in ["access.own", "access.justify"] {
		every subject in [author, clerk, inspector] {
			allow(subject, action, portal("medical"), at_medical)
		}
		allow(paris, action, portal("server"), at_server)
		deny(relay_itself, action, portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
	}
}
