package cloison

test_who_enters_a_decision_and_who_confirms_it if {
	every action in {"decision.list", "decision.enter"} {
		allow(stranger, action, chief_asks, at_medical)
		allow(clerk, action, nobody_asks, at_medical)
		deny(stranger, action, nobody_asks, at_medical, "NOT_COORDINATOR")
	}
	allow(stranger, "decision.confirm", chief_asks, at_medical)
	deny(stranger, "decision.confirm", nobody_asks, at_medical, "NOT_COORDINATOR")
	deny(clerk, "decision.confirm", chief_asks, at_medical, "NOT_COORDINATOR")
	every action in {"decision.list", "decision.enter", "decision.confirm"} {
		deny(former, action, chief_asks, at_medical, "NOT_HABILITATED")
		hide(nurse, action, chief_asks, at_medical, "PROFESSION_NOT_PHYSICIAN")
		hide(paris, action, chief_asks, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(dpo, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(stranger, action, chief_asks, at_server, "UNKNOWN_ACTION")
	}
}

test_two_hands_make_a_decision if {
	deny(stranger, "decision.confirm", object.union(chief_asks, {"own": true}), at_medical, "DECISION_NAMES_YOU")
	deny(stranger, "decision.confirm", object.union(chief_asks, {"entered": true}), at_medical, "DECISION_SAME_HAND")
	deny(stranger, "decision.confirm", object.union(chief_asks, {"confirmed": true}), at_medical, "DECISION_CONFIRMED")
}
