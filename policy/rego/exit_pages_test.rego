package cloison

test_country_information_goes_to_a_court_or_to_who_asks if {
	every who in [clerk, author, juror] {
		every recipient in ["COURT", "PERSON", "REPRESENTATIVE", "THIRD"] {
			allow(who, "disclosure.create", leaving("L3", recipient, {"sourced": true, "litigation": false}), at_medical)
		}
	}
	every recipient in ["PREFECTURE", ""] {
		deny(clerk, "disclosure.create", leaving("L3", recipient, {"sourced": true}), at_medical, "L3_WRONG_RECIPIENT")
	}
	deny(clerk, "disclosure.create", leaving("L3", "COURT", {"sourced": false}), at_medical, "SOURCES_REQUIRED")
	deny(clerk, "disclosure.create", leaving("L3", "COURT", {}), at_medical, "SOURCES_REQUIRED")
	deny(clerk, "disclosure.create", leaving("L3", "COURT", {"sourced": true, "purged": true}), at_medical, "CASE_CLOSED")
	hide(stranger, "disclosure.create", leaving("L3", "COURT", {"sourced": true}), at_medical, "NOT_ASSIGNED")
	hide(paris, "disclosure.create", leaving("L3", "COURT", {"sourced": true}), at_medical, "PREFECTURE_NO_MEDICAL")
}

test_what_left_is_listed_for_who_sees_the_dossier if {
	every who in [clerk, author, juror] {
		allow(who, "disclosure.list", issued, at_medical)
	}
	hide(stranger, "disclosure.list", issued, at_medical, "NOT_ASSIGNED")
	hide(dpo, "disclosure.list", issued, at_medical, "ROLE_NO_MEDICAL")
}

test_accesses_are_listed_for_who_hands_them_over_and_for_data_protection if {
	every who in [clerk, author, juror, dpo] {
		allow(who, "access.list", issued, at_medical)
	}
	hide(stranger, "access.list", issued, at_medical, "NOT_ASSIGNED")
	hide(clerk_elsewhere, "access.list", issued, at_medical, "OTHER_TERRITORY")
	hide(inspector, "access.list", issued, at_medical, "ROLE_NO_MEDICAL")
	hide(paris, "access.list", issued, at_medical, "PREFECTURE_NO_MEDICAL")
}

test_only_a_physician_in_charge_writes_observations if {
	allow(author, "observations.write", issued, at_medical)
	allow(juror, "observations.write", issued, at_medical)
	deny(clerk, "observations.write", issued, at_medical, "BUNDLE_PHYSICIAN_ONLY")
	hide(stranger, "observations.write", issued, at_medical, "NOT_ASSIGNED")
	deny(author, "observations.write", object.union(issued, {"state": "PURGE"}), at_medical, "CASE_CLOSED")
}

test_retention_is_the_data_protection_officers if {
	allow(dpo, "retention.list", {"kind": "portal"}, at_medical)
	not answer(clerk, "retention.list", {"kind": "portal"}, at_medical).allow
	not answer(author, "retention.list", {"kind": "portal"}, at_medical).allow
	allow(dpo, "destruction.get", object.union(issued, {"state": "PURGE"}), at_medical)
	deny(dpo, "destruction.get", issued, at_medical, "NOT_DESTROYED")
	deny(author, "destruction.get", object.union(issued, {"state": "PURGE"}), at_medical, "ROLE_NOT_ALLOWED")
	hide(stranger, "destruction.get", object.union(issued, {"state": "PURGE"}), at_medical, "ROLE_NOT_ALLOWED")
}
