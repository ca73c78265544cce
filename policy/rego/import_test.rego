package cloison

test_an_agent_sends_a_file if {
	allow(paris, "referral.import", portal("server"), at_server)
	deny(inspector, "referral.import", portal("server"), at_server, "ROLE_NOT_ALLOWED")
	deny(relay_itself, "referral.import", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}
