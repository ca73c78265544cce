package cloison

test_auditors_check_the_log_of_each_zone if {
	every action in ["audit.checkpoint", "audit.tile", "audit.get", "audit.prove", "audit.explain", "audit.replay", "alarm.list", "alarm.review"] {
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
