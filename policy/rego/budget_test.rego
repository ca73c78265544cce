package cloison

extension := {"kind": "budget", "head": true, "own": false}

test_who_extends_a_budget if {
	allow(stranger, "budget.extend", extension, at_medical)
	allow(clerk, "budget.extend", extension, at_medical)
	deny(stranger, "budget.extend", object.union(extension, {"head": false}), at_medical, "NOT_HEAD_OF_SERVICE")
	deny(stranger, "budget.extend", object.union(extension, {"own": true}), at_medical, "BUDGET_OWN")
	deny(former, "budget.extend", extension, at_medical, "NOT_HABILITATED")
	hide(paris, "budget.extend", extension, at_medical, "PREFECTURE_NO_MEDICAL")
	hide(sweep, "budget.extend", extension, at_medical, "ROLE_NOT_ALLOWED")
	hide(administrator, "budget.extend", extension, at_medical, "ROLE_NOT_ALLOWED")
	hide(dpo, "budget.extend", extension, at_medical, "ROLE_NOT_ALLOWED")
	hide(clerk, "budget.extend", extension, at_server, "UNKNOWN_ACTION")
}
