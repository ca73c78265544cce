package cloison

every_change := {
	"referral.correct", "referral.transfer", "referral.liberty", "referral.withdraw", "referral.decide", "appeal.declare",
}

in_court := referral({"issued": true, "decided": true, "appealed": true})

test_the_prefecture_in_charge_alone_changes_a_referral if {
	every action in every_change {
		allow(paris, action, referral({}), at_server)
		hide(rhone, action, referral({}), at_server, "WRONG_PREFECTURE")
		hide(inspector, action, referral({}), at_server, "ROLE_NOT_ALLOWED")
		hide(relay_itself, action, referral({}), at_server, "ROLE_NOT_ALLOWED")
	}
	every action in {"appeal.close", "attestation.request", "attestation.get"} {
		allow(paris, action, in_court, at_server)
		hide(rhone, action, in_court, at_server, "WRONG_PREFECTURE")
		hide(inspector, action, in_court, at_server, "ROLE_NOT_ALLOWED")
	}
}

test_once_transferred_it_is_another_prefectures if {
	every action in every_change | {"referral.get", "opinion.get", "attestation.get"} {
		hide(paris, action, referral({"prefecture": "69", "issued": true}), at_server, "WRONG_PREFECTURE")
	}
}

test_what_was_received_stays_with_who_received_it if {
	gone := release({"prefecture": "69"})
	allow(paris, "release.get", gone, at_server)
	allow(rhone, "release.get", gone, at_server)
	deny(paris, "release.acknowledge", gone, at_server, "WRONG_PREFECTURE")
	hide(paris, "release.get", release({"prefecture": "69", "received_by": "69"}), at_server, "WRONG_PREFECTURE")
	hide(inspector, "release.get", object.union(gone, {"received_by": ""}), at_server, "ROLE_NOT_ALLOWED")
}

test_nothing_more_is_told_of_a_withdrawn_referral if {
	withdrawn := referral({"withdrawn": true})
	allow(paris, "referral.correct", withdrawn, at_server)
	every action in every_change - {"referral.correct"} {
		deny(paris, action, withdrawn, at_server, "REFERRAL_WITHDRAWN")
	}
}

test_an_opinion_received_is_not_taken_back if {
	deny(paris, "referral.withdraw", referral({"issued": true}), at_server, "AVIS_IMMUTABLE")
}

test_the_prefect_decides_once if {
	deny(paris, "referral.decide", referral({"decided": true}), at_server, "DECISION_RECORDED")
}

test_one_appeal_at_a_time if {
	deny(paris, "appeal.declare", in_court, at_server, "APPEAL_OPEN")
	deny(paris, "appeal.close", referral({"decided": true}), at_server, "APPEAL_MISSING")
}

test_an_attestation_is_for_a_court if {
	deny(paris, "attestation.request", referral({"issued": true, "decided": true}), at_server, "APPEAL_MISSING")
	deny(paris, "attestation.request", object.union(in_court, {"attested": true}), at_server, "ATTESTATION_ASKED")
}
