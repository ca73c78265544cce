package cloison

test_a_prefecture_reconciles_its_own if {
	allow(paris, "reconciliation.get", portal("server"), at_server)
	deny(inspector, "reconciliation.get", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}

test_a_message_changes_bureaux_within_its_prefecture if {
	allow(paris, "release.hand_over", release({}), at_server)
	allow(paris, "release.hand_over", release({"prefecture": "93"}), at_server)
	hide(rhone, "release.hand_over", release({}), at_server, "WRONG_PREFECTURE")
	hide(inspector, "release.hand_over", release({}), at_server, "ROLE_NOT_ALLOWED")
}

test_the_program_alone_says_that_an_opinion_is_unread if {
	allow(sweep, "release.remind", release({}), at_server)
	deny(paris, "release.remind", release({}), at_server, "ROLE_NOT_ALLOWED")
}

test_a_prefecture_takes_its_opinions_as_one_file if {
	allow(paris, "opinion.archive", portal("server"), at_server)
	deny(inspector, "opinion.archive", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}

test_the_program_alone_sends_mail if {
	allow(sweep, "mail.send", portal("server"), at_server)
	deny(paris, "mail.send", portal("server"), at_server, "ROLE_NOT_ALLOWED")
}
