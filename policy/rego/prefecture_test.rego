package cloison

referral(changes) := object.union({"kind": "referral", "id": "r-1", "prefecture": "75", "issued": false, "acknowledged": false,
	"withdrawn": false, "decided": false, "appealed": false, "attested": false}, changes)

release(changes) := object.union({"kind": "release", "seq": 4, "prefecture": "75", "received_by": "75",
	"release": "opinion", "acknowledged": false}, changes)

test_an_agent_refers_for_his_own_prefecture if {
	allow(paris, "referral.create", referral({}), at_server)
	deny(rhone, "referral.create", referral({}), at_server, "WRONG_PREFECTURE")
	deny(paris, "referral.create", portal("server"), at_server, "WRONG_PREFECTURE")
	deny(inspector, "referral.create", referral({}), at_server, "ROLE_NOT_ALLOWED")
}

test_an_agent_lists_what_is_his if {
	every action in ["referral.list", "release.list"] {
		allow(paris, action, portal("server"), at_server)
		deny(inspector, action, portal("server"), at_server, "ROLE_NOT_ALLOWED")
		deny(relay_itself, action, portal("server"), at_server, "ROLE_NOT_ALLOWED")
	}
}

test_another_prefecture_does_not_know_that_it_exists if {
	allow(paris, "referral.get", referral({}), at_server)
	hide(rhone, "referral.get", referral({}), at_server, "WRONG_PREFECTURE")
	allow(paris, "release.get", release({}), at_server)
	hide(rhone, "release.get", release({}), at_server, "WRONG_PREFECTURE")
	hide(inspector, "release.get", release({}), at_server, "ROLE_NOT_ALLOWED")
}

test_an_opinion_is_read_once_issued_by_its_prefecture if {
	allow(paris, "opinion.get", referral({"issued": true}), at_server)
	allow(paris, "opinion.get", release({}), at_server)
	deny(paris, "opinion.get", referral({}), at_server, "OPINION_NOT_ISSUED")
	deny(paris, "opinion.get", release({"release": "notice"}), at_server, "OPINION_NOT_ISSUED")
	deny(paris, "opinion.get", release({"release": "notice", "issued": true}), at_server, "OPINION_NOT_ISSUED")
	deny(paris, "opinion.get", referral({"release": "opinion"}), at_server, "OPINION_NOT_ISSUED")
	hide(rhone, "opinion.get", referral({"issued": true}), at_server, "WRONG_PREFECTURE")
}

test_an_opinion_is_acknowledged_once if {
	allow(paris, "release.acknowledge", release({}), at_server)
	deny(paris, "release.acknowledge", release({"acknowledged": true}), at_server, "ALREADY_ACKNOWLEDGED")
	deny(paris, "release.acknowledge", release({"release": "notice"}), at_server, "NOT_ACKNOWLEDGEABLE")
	hide(rhone, "release.acknowledge", release({}), at_server, "WRONG_PREFECTURE")
}
