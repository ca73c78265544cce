# The college (R. 425-13): three distinct physicians listed that day, never the author of the report, who answer without seeing one
# another, once per round.
package cloison

zones["college.compose"] := {"medical"}

conditions["college.compose"] := array.concat(secretary_first, [
	["MEMBER_NOT_IN_DECISION", members_in_decision],
	["MEMBER_DECISION_EXPIRED", members_listed],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["COLLEGE_BEFORE_REPORT", report_transmitted],
	["REMOVAL_WITHOUT_CERTIFICATE", certificate_before_author],
	["COLLEGE_NOT_COMPETENT", college_competent],
	["COLLEGE_SIZE", three_members],
	["DUPLICATE_MEMBER", members_distinct],
	["RAPPORTEUR_IN_COLLEGE", rapporteur_not_proposed],
	["MEMBER_CONFLICT", proposed_without_conflict],
	["MEMBER_NOT_HABILITATED", members_habilitated],
	["COMPOSITION_OPEN", no_composition_open],
])

proposed_members := [proposed | some proposed in input.context.members]

default members_in_decision := false

members_in_decision if {
	every proposed in proposed_members {
		in_decision(proposed)
	}
}

default members_listed := false

members_listed if {
	every proposed in proposed_members {
		proposed.listed
	}
}

in_decision(physician) if physician.listed

in_decision(physician) if physician.expired

default three_members := false

three_members if count(proposed_members) == 3

default members_distinct := false

members_distinct if {
	count({proposed.id | some proposed in proposed_members}) == count(proposed_members)
}

default rapporteur_not_proposed := false

rapporteur_not_proposed if {
	every proposed in proposed_members {
		proposed.id != input.resource.rapporteur
	}
}

default no_composition_open := false

no_composition_open if input.resource.composition == null

no_composition_open if input.resource.composition.open == false

zones["answers.give"] := {"medical"}

conditions["answers.give"] := array.concat(sit_first, [["ALREADY_ANSWERED", not_answered]])

# What every act of a sitting member begins with. The listing is checked again on the day of each act.
sit_first := array.concat(physician_first, [
	["MEMBER_NOT_IN_DECISION", subject_in_decision],
	["MEMBER_DECISION_EXPIRED", subject_listed],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["VOTE_BEFORE_TRANSMISSION", report_transmitted],
	["COLLEGE_NOT_COMPETENT", college_still_competent],
	["MED1_NOT_COMPETENT", single_still_competent],
	["RAPPORTEUR_IN_COLLEGE", not_rapporteur],
	["MEMBER_CONFLICT", subject_without_conflict],
	["SIGNATURE_OLD_COMPOSITION", names_composition_in_progress],
	["NOT_ASSIGNED", member],
])

# What the reference data say of the subject himself: an absent listing is no listing.
subject_listings contains input.context.person if input.context.person.id == input.subject.id

subject_listings contains listing if {
	some listing in input.context.members
	listing.id == input.subject.id
}

default subject_in_decision := false

subject_in_decision if {
	some listing in subject_listings
	in_decision(listing)
}

default subject_listed := false

subject_listed if {
	some listing in subject_listings
	listing.listed
}

default not_answered := false

not_answered if {
	count(sitting) > 0
	not input.subject.id in input.resource.composition.answered
}

zones["answers.read"] := {"medical"}

# One's own at any time; all of them once the last is in. The rapporteur never.
conditions["answers.read"] := array.concat(physician_first, [
	["NOT_ASSIGNED", not_rapporteur],
	["NOT_ASSIGNED", member],
	["ANSWERS_BLIND", answers_readable],
])

default answers_readable := false

answers_readable if input.context.open == "own"

answers_readable if all_answered

default all_answered := false

all_answered if {
	count(sitting) > 0
	every one in sitting {
		one in input.resource.composition.answered
	}
}
