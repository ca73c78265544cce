# The lawful exits: what may leave the medical zone towards anybody but a prefecture's opinion and notices, to whom, and on which condition.
package cloison

zones["disclosure.create"] := {"medical"}

# The attestation holds nothing medical: the secretariat makes it too. It goes to who is party to a case before a court.
conditions["disclosure.create"] := array.concat(exit_first, [
	["REQUESTER_REQUIRED", to_prefecture_or_court],
	["WRONG_PREFECTURE", prefecture_in_charge],
	["APPEAL_MISSING", litigation],
]) if input.resource.bundle == "L1"

# Invariant 10: the medical file goes to the judge, once the applicant himself has lifted secrecy (CE, 28 July 2022, n° 441481).
conditions["disclosure.create"] := array.concat(physician_exit, [
	["L2_WRONG_RECIPIENT", to_court],
	["L2_WITHOUT_SECRECY_LIFT", secrecy_lifted],
]) if input.resource.bundle == "L2"

# The person's own access (L. 1111-7 CSP), through himself or who may act for him; after his death his heirs say why (L. 1110-4 CSP).
conditions["disclosure.create"] := array.concat(physician_exit, [
	["L2_WRONG_RECIPIENT", to_the_person],
	["REPRESENTATION_ENDED", representation_stands],
	["IDENTITY_NOT_VERIFIED", identity_verified],
	["HEIR_MOTIVE_REQUIRED", motive_given],
	["ACCESS_NOT_REQUESTED", access_requested],
]) if input.resource.bundle == "L4"

# There is no other exit.
conditions["disclosure.create"] := array.concat(exit_first, [["BUNDLE_REQUIRED", bundle_known]]) if not bundle_known

default bundle_known := false

bundle_known if input.resource.bundle in {"L1", "L2", "L3", "L4"}

exit_first := array.concat(physician_or_secretary_first, [
	["NOT_ASSIGNED", in_charge_if_physician],
	["CASE_CLOSED", not_purged],
])

physician_exit := array.concat(physician_or_secretary_first, [
	["BUNDLE_PHYSICIAN_ONLY", role_of_physician],
	["NOT_ASSIGNED", reads_medical],
	["CASE_CLOSED", not_purged],
])

zones["disclosure.get"] := {"medical"}

# Who made it fetches it, to hand it over, while he is in charge: an archive is no other way into a dossier.
conditions["disclosure.get"] := array.concat(see_dossier, [["NOT_ASSIGNED", own_disclosure]])

zones["secrecy.lift"] := {"medical"}

# A lifting may come long after the opinion: a closed dossier takes it.
conditions["secrecy.lift"] := array.concat(see_dossier, [["CASE_CLOSED", not_purged_state]])

# Two dossiers of one person: whoever sees a dossier may say so, and is asked of the other one the same.
zones["dossier.link"] := {"medical"}

conditions["dossier.link"] := array.concat(see_dossier, [["CASE_CLOSED", not_purged_state]])

zones["referral_event.receive"] := {"medical"}

conditions["referral_event.receive"] := relay_only

zones["referral_event.list"] := {"medical"}

conditions["referral_event.list"] := see_dossier

zones["referral_event.confirm"] := {"medical"}

conditions["referral_event.confirm"] := array.concat(see_dossier, [["CASE_CLOSED", still_told]])

default still_told := false

still_told if not_closed

# Liberty on the day of an opinion may be known after it closed the dossier.
still_told if {
	input.resource.issued
	not input.resource.state in {"SANS_SUITE", "PURGE"}
}

default to_prefecture_or_court := false

to_prefecture_or_court if input.resource.recipient in {"PREFECTURE", "COURT"}

default prefecture_in_charge := false

prefecture_in_charge if input.resource.recipient == "COURT"

prefecture_in_charge if input.resource.in_charge

default litigation := false

litigation if input.resource.litigation

default to_court := false

to_court if input.resource.recipient == "COURT"

default secrecy_lifted := false

secrecy_lifted if input.resource.secrecy_lifted

default to_the_person := false

to_the_person if input.resource.recipient in {"PERSON", "REPRESENTATIVE", "THIRD", ""}

default representation_stands := false

representation_stands if input.resource.representation_ended == false

default identity_verified := false

identity_verified if input.resource.identity_verified

default motive_given := false

motive_given if input.resource.motive_missing == false

default access_requested := false

access_requested if input.resource.requested

default not_purged := false

not_purged if input.resource.purged == false

default not_purged_state := false

not_purged_state if input.resource.state != "PURGE"

default own_disclosure := false

own_disclosure if input.resource.creator == input.subject.id
