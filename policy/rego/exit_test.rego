package cloison

leaving(bundle, recipient, changes) := object.union(object.union(issued, {
	"bundle": bundle, "recipient": recipient, "in_charge": true, "litigation": true, "secrecy_lifted": false, "requested": true,
	"identity_verified": true, "representation_ended": false, "motive_missing": false, "purged": false, "creator": "",
}), changes)

test_the_attestation_goes_to_who_is_before_the_court if {
	every who in [clerk, author, juror] {
		allow(who, "disclosure.create", leaving("L1", "PREFECTURE", {}), at_medical)
		allow(who, "disclosure.create", leaving("L1", "COURT", {"in_charge": false}), at_medical)
	}
	deny(clerk, "disclosure.create", leaving("L1", "PREFECTURE", {"in_charge": false}), at_medical, "WRONG_PREFECTURE")
	deny(clerk, "disclosure.create", leaving("L1", "PREFECTURE", {"litigation": false}), at_medical, "APPEAL_MISSING")
	every nobody_lawful in ["PERSON", "REPRESENTATIVE", "THIRD", ""] {
		deny(clerk, "disclosure.create", leaving("L1", nobody_lawful, {}), at_medical, "REQUESTER_REQUIRED")
	}
	hide(stranger, "disclosure.create", leaving("L1", "COURT", {}), at_medical, "NOT_ASSIGNED")
	hide(clerk_elsewhere, "disclosure.create", leaving("L1", "COURT", {}), at_medical, "OTHER_TERRITORY")
	hide(inspector, "disclosure.create", leaving("L1", "COURT", {}), at_medical, "ROLE_NO_MEDICAL")
	hide(paris, "disclosure.create", leaving("L1", "PREFECTURE", {}), at_medical, "PREFECTURE_NO_MEDICAL")
}

test_the_medical_file_goes_to_the_judge_once_secrecy_is_lifted if {
	lifted := {"secrecy_lifted": true}
	allow(author, "disclosure.create", leaving("L2", "COURT", lifted), at_medical)
	allow(juror, "disclosure.create", leaving("L2", "COURT", lifted), at_medical)
	deny(author, "disclosure.create", leaving("L2", "COURT", {}), at_medical, "L2_WITHOUT_SECRECY_LIFT")
	every recipient in ["PREFECTURE", "PERSON", "REPRESENTATIVE", "THIRD", ""] {
		deny(author, "disclosure.create", leaving("L2", recipient, lifted), at_medical, "L2_WRONG_RECIPIENT")
	}
	deny(clerk, "disclosure.create", leaving("L2", "COURT", lifted), at_medical, "BUNDLE_PHYSICIAN_ONLY")
	hide(stranger, "disclosure.create", leaving("L2", "COURT", lifted), at_medical, "NOT_ASSIGNED")
}

test_the_persons_own_access if {
	every recipient in ["PERSON", "REPRESENTATIVE", "THIRD"] {
		allow(author, "disclosure.create", leaving("L4", recipient, {}), at_medical)
	}
	every recipient in ["PREFECTURE", "COURT"] {
		deny(author, "disclosure.create", leaving("L4", recipient, {}), at_medical, "L2_WRONG_RECIPIENT")
	}
	deny(author, "disclosure.create", leaving("L4", "REPRESENTATIVE", {"representation_ended": true}), at_medical, "REPRESENTATION_ENDED")
	deny(author, "disclosure.create", leaving("L4", "PERSON", {"identity_verified": false}), at_medical, "IDENTITY_NOT_VERIFIED")
	deny(author, "disclosure.create", leaving("L4", "THIRD", {"motive_missing": true}), at_medical, "HEIR_MOTIVE_REQUIRED")
	deny(author, "disclosure.create", leaving("L4", "PERSON", {"requested": false}), at_medical, "ACCESS_NOT_REQUESTED")
	deny(clerk, "disclosure.create", leaving("L4", "PERSON", {}), at_medical, "BUNDLE_PHYSICIAN_ONLY")
}

test_nothing_leaves_what_was_destroyed if {
	every bundle in ["L1", "L2"] {
		deny(author, "disclosure.create", leaving(bundle, "COURT", {"purged": true, "secrecy_lifted": true}), at_medical, "CASE_CLOSED")
	}
	deny(author, "disclosure.create", leaving("L4", "PERSON", {"purged": true}), at_medical, "CASE_CLOSED")
}

test_there_is_no_other_bundle if {
	every bundle in ["L5", "", null] {
		deny(author, "disclosure.create", leaving(bundle, "COURT", {"secrecy_lifted": true}), at_medical, "BUNDLE_REQUIRED")
	}
}

test_an_archive_is_fetched_by_who_made_it if {
	allow(author, "disclosure.get", leaving("L2", "COURT", {"creator": "med-12"}), at_medical)
	deny(juror, "disclosure.get", leaving("L2", "COURT", {"creator": "med-12"}), at_medical, "NOT_ASSIGNED")
	allow(clerk, "disclosure.get", leaving("L1", "COURT", {"creator": "sec-01"}), at_medical)
	deny(clerk, "disclosure.get", leaving("L2", "COURT", {"creator": "med-12"}), at_medical, "NOT_ASSIGNED")
	hide(stranger, "disclosure.get", leaving("L2", "COURT", {"creator": "med-02"}), at_medical, "NOT_ASSIGNED")
}

test_secrecy_is_lifted_in_a_closed_dossier_too if {
	every who in [clerk, author, juror] {
		allow(who, "secrecy.lift", closed(issued), at_medical)
		allow(who, "dossier.link", closed(issued), at_medical)
	}
	deny(clerk, "secrecy.lift", object.union(issued, {"state": "PURGE"}), at_medical, "CASE_CLOSED")
	hide(stranger, "secrecy.lift", issued, at_medical, "NOT_ASSIGNED")
	hide(paris, "secrecy.lift", issued, at_medical, "PREFECTURE_NO_MEDICAL")
	deny(clerk, "dossier.link", object.union(issued, {"state": "PURGE"}), at_medical, "CASE_CLOSED")
	hide(stranger, "dossier.link", issued, at_medical, "NOT_ASSIGNED")
}

test_what_a_prefecture_signals_waits_for_the_medical_service if {
	every action in ["referral_event.list", "referral_event.confirm"] {
		every who in [clerk, author, juror] {
			allow(who, action, composed, at_medical)
		}
		hide(stranger, action, composed, at_medical, "NOT_ASSIGNED")
		hide(relay_itself, action, composed, at_medical, "ROLE_NO_MEDICAL")
	}
	deny(clerk, "referral_event.confirm", closed(composed), at_medical, "CASE_CLOSED")
	allow(clerk, "referral_event.list", closed(composed), at_medical)
	allow(relay_itself, "referral_event.receive", portal("medical"), at_medical)
	deny(clerk, "referral_event.receive", portal("medical"), at_medical, "ROLE_NOT_ALLOWED")
}
