package cloison

own_absence := object.union(nobody_asks, {"own": true})

absences := {"absence.list", "absence.set", "absence.withdraw"}

test_who_says_an_absence if {
	every action in absences {
		allow(stranger, action, own_absence, at_medical)
		allow(stranger, action, chief_asks, at_medical)
		allow(stranger, action, object.union(chief_asks, {"own": true}), at_medical)
		deny(stranger, action, nobody_asks, at_medical, "ABSENCE_OF_ANOTHER")
		deny(clerk, action, nobody_asks, at_medical, "ABSENCE_OF_ANOTHER")
		deny(clerk, action, own_absence, at_medical, "ABSENCE_OF_ANOTHER")
		deny(former, action, own_absence, at_medical, "NOT_HABILITATED")
		hide(nurse, action, own_absence, at_medical, "PROFESSION_NOT_PHYSICIAN")
		hide(paris, action, own_absence, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(administrator, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(dpo, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(sweep, action, chief_asks, at_medical, "ROLE_NOT_ALLOWED")
		hide(stranger, action, own_absence, at_server, "UNKNOWN_ACTION")
	}
}

test_nobody_is_away_from_a_duty_that_ended if {
	deny(stranger, "absence.set", object.union(chief_asks, {"standing": "FIN"}), at_medical, "DUTY_ENDED")
	allow(stranger, "absence.withdraw", object.union(chief_asks, {"standing": "FIN"}), at_medical)
}

test_time_alone_asks_for_a_successor if {
	allow(sweep, "successor.raise", portal("medical"), at_medical)
	deny(stranger, "successor.raise", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
	deny(relay_itself, "successor.raise", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
}
