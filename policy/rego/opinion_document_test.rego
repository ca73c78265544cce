package cloison

test_a_document_is_read_as_its_opinion_is if {
	every action in ["opinion.document", "opinion.verify"] {
		allow(paris, action, referral({"issued": true}), at_server)
		deny(paris, action, referral({}), at_server, "OPINION_NOT_ISSUED")
		hide(rhone, action, referral({"issued": true}), at_server, "WRONG_PREFECTURE")
		hide(inspector, action, referral({"issued": true}), at_server, "ROLE_NOT_ALLOWED")
		hide(author, action, referral({"issued": true}), at_server, "ROLE_NOT_ALLOWED")
	}
}

test_only_the_relay_sets_a_release_aside if {
	every zone in ["medical", "server"] {
		allow(relay_itself, "release.quarantine", portal(zone), context_in(zone))
		answer(relay_itself, "release.quarantine", portal(zone), context_in(zone)).rule == "RELEASE_QUARANTINED"
		every other in [author, clerk, paris, inspector, sweep] {
			deny(other, "release.quarantine", portal(zone), context_in(zone), "ROLE_NOT_ALLOWED")
		}
	}
}

sealed_with(changes) := opinion_with({"seal": object.union(an_opinion.seal, changes)})

test_a_seal_is_bounded if {
	quad := "ABCD"
	leaves(sealed_with({"value": concat("", [quad | some _ in numbers.range(1, 1366)])}))
	stays(sealed_with({"value": concat("", [quad | some _ in numbers.range(1, 1367)])}))
	every value in ["", "ABC", "AB=C", "ABC\n", "le patient", "A===", null, 7] {
		stays(sealed_with({"value": value}))
	}
}
