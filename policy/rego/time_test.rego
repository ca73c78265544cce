package cloison

retained := object.union(issued, {"closed": true, "state": "CLOS", "retained_until": "2026-03-01", "held": false, "hold_set": false})

in_retention := object.union(retained, {"retained_until": "2026-03-02"})

on_hold := object.union(retained, {"held": true, "hold_set": true})

on_appeal := object.union(retained, {"held": true, "state": "CONTENTIEUX"})

destroyed := object.union(retained, {"state": "PURGE"})

test_sweeps_are_the_program_s if {
	every action in ["deadline.raise", "majority.record", "listing.raise"] {
		allow(sweep, action, composed, at_medical)
		hide(relay_itself, action, composed, at_medical, "ROLE_NOT_ALLOWED")
		deny(clerk, action, composed, at_medical, "ROLE_NOT_ALLOWED")
		hide(dpo, action, composed, at_medical, "ROLE_NOT_ALLOWED")
		hide(sweep, action, composed, at_server, "UNKNOWN_ACTION")
	}
	every zone in ["medical", "server"] {
		allow(sweep, "idempotency.forget", portal(zone), context_in(zone))
		deny(inspector, "idempotency.forget", portal(zone), context_in(zone), "ROLE_NOT_ALLOWED")
	}
	allow(sweep, "purge.files", portal("medical"), at_medical)
	deny(clerk, "purge.files", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
}

test_a_purge_is_assessed_once_the_retention_is_over if {
	allow(sweep, "purge.assess", retained, at_medical)
	allow(sweep, "purge.assess", on_hold, at_medical)
	deny(sweep, "purge.assess", in_retention, at_medical, "PURGE_NOT_DUE")
	deny(sweep, "purge.assess", object.union(issued, {"retained_until": ""}), at_medical, "PURGE_NOT_DUE")
	hide(dpo, "purge.assess", retained, at_medical, "ROLE_NOT_ALLOWED")
}

test_who_lists_tasks if {
	allow(author, "task.list", portal("medical"), at_medical)
	allow(clerk, "task.list", portal("medical"), at_medical)
	deny(former, "task.list", portal("medical"), at_medical, "NOT_HABILITATED")
	deny(dpo, "task.list", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
	deny(sweep, "task.list", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
}

test_who_sets_and_lifts_a_hold if {
	allow(dpo, "hold.set", retained, at_medical)
	deny(dpo, "hold.set", on_hold, at_medical, "HOLD_STANDS")
	deny(dpo, "hold.set", destroyed, at_medical, "DOSSIER_DESTROYED")
	allow(dpo, "hold.set", on_appeal, at_medical)
	allow(dpo, "hold.lift", on_hold, at_medical)
	deny(dpo, "hold.lift", retained, at_medical, "NO_HOLD")
	deny(dpo, "hold.lift", destroyed, at_medical, "DOSSIER_DESTROYED")
	allow(dpo, "retention.get", on_hold, at_medical)
	every action in ["hold.set", "hold.lift", "retention.get", "dossier.purge"] {
		deny(clerk, action, on_hold, at_medical, "ROLE_NOT_ALLOWED")
		hide(inspector, action, on_hold, at_medical, "ROLE_NOT_ALLOWED")
		hide(stranger, action, on_hold, at_medical, "ROLE_NOT_ALLOWED")
		hide(paris, action, on_hold, at_medical, "PREFECTURE_NO_MEDICAL")
		hide(object.union(dpo, {"system": "relay"}), action, on_hold, at_medical, "ROLE_NOT_ALLOWED")
	}
}

test_who_purges_and_when if {
	every who in [dpo, sweep] {
		allow(who, "dossier.purge", retained, at_medical)
		deny(who, "dossier.purge", in_retention, at_medical, "PURGE_NOT_DUE")
		deny(who, "dossier.purge", on_hold, at_medical, "PURGE_HOLD")
		deny(who, "dossier.purge", on_appeal, at_medical, "PURGE_HOLD")
		deny(who, "dossier.purge", destroyed, at_medical, "DOSSIER_DESTROYED")
	}
	hide(administrator, "dossier.purge", retained, at_medical, "ROLE_NOT_ALLOWED")
	hide(relay_itself, "dossier.purge", retained, at_medical, "ROLE_NOT_ALLOWED")
}
