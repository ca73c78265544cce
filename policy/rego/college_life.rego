# The life of a college: who is excluded from it, replaced, proposed by the draw; a further round; a refusal to sign; what its author adds to
# the report when the college asks.
package cloison

# Whoever treats the person, or received or examined him at the stage of the report, does not sit (R. 4127-105 CSP). What is not known to be
# free of a tie is not.
without_conflict(listing) if {
	listing.treats == false
	is_array(input.resource.examiners)
	not listing.id in input.resource.examiners
}

default proposed_without_conflict := false

proposed_without_conflict if {
	every proposed in proposed_members {
		without_conflict(proposed)
	}
}

default subject_without_conflict := false

subject_without_conflict if {
	some listing in subject_listings
	without_conflict(listing)
}

# An act that names a composition names the one in progress: another was read on an earlier page, or is closed.
default names_composition_in_progress := false

names_composition_in_progress if input.context.composition == 0

names_composition_in_progress if input.resource.composition == null

names_composition_in_progress if {
	input.resource.composition.open
	input.resource.composition.version == input.context.composition
}

# The last signature issues. The listing of every member, and what excludes him, are looked at again that day (SC7).
last_signature if count({one | some one in sitting; not one in input.resource.composition.signed}) == 1

listing_of(id) := listing if {
	some listing in input.context.members
	listing.id == id
}

default listed_at_issue := false

listed_at_issue if not last_signature

listed_at_issue if {
	every one in sitting {
		listing_of(one).listed
	}
}

default issue_without_conflict := false

issue_without_conflict if not last_signature

issue_without_conflict if {
	every one in sitting {
		without_conflict(listing_of(one))
	}
}

default nobody_refused := false

nobody_refused if input.resource.composition.refused == []

refusals := {one | some one in input.resource.composition.refused}

zones["opinion.refuse"] := {"medical"}

conditions["opinion.refuse"] := array.concat(sit_first, [
	["NOT_SETTLED", settled],
	["ALREADY_SIGNED", not_signed],
	["SIGNATURE_REFUSED", has_not_refused],
])

default has_not_refused := false

has_not_refused if not input.subject.id in refusals

zones["round.open"] := {"medical"}

# Once all have answered: their answers are settled, and stand unless a member refused to sign what they gave. That they give no majority is
# for who may open them to say.
conditions["round.open"] := array.concat(sit_first, [
	["ANSWERS_INCOMPLETE", all_answered],
	["ALREADY_SETTLED", settlement_may_be_left],
])

default settlement_may_be_left := false

settlement_may_be_left if input.resource.composition.settled == false

settlement_may_be_left if count(refusals) > 0

zones["college.replace"] := {"medical"}

# The composition in progress is closed; where a successor is named, the next one opens at once.
conditions["college.replace"] := array.concat(secretary_first, [
	["MEMBER_NOT_IN_DECISION", members_in_decision],
	["MEMBER_DECISION_EXPIRED", members_listed],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["COMPOSITION_MISSING", composition_exists],
	["SIGNATURE_OLD_COMPOSITION", names_composition_in_progress],
	["COLLEGE_NOT_COMPETENT", competent_or_only_closed],
	["COLLEGE_SIZE", three_or_only_closed],
	["DUPLICATE_MEMBER", members_distinct],
	["RAPPORTEUR_IN_COLLEGE", rapporteur_not_proposed],
	["MEMBER_CONFLICT", proposed_without_conflict],
	["MEMBER_NOT_HABILITATED", members_habilitated],
])

default composition_exists := false

composition_exists if is_object(input.resource.composition)

default competent_or_only_closed := false

competent_or_only_closed if input.context.designates == false

competent_or_only_closed if college_competent

default three_or_only_closed := false

three_or_only_closed if input.context.designates == false

three_or_only_closed if three_members

zones["college.propose"] := {"medical"}

# The draw proposes; whoever composes decides. The rapporteur does neither.
conditions["college.propose"] := array.concat(secretary_first, [
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["COLLEGE_BEFORE_REPORT", report_transmitted],
	["REMOVAL_WITHOUT_CERTIFICATE", certificate_before_author],
	["COLLEGE_NOT_COMPETENT", college_competent],
	["COMPOSITION_OPEN", no_composition_open],
])

zones["report.supplement"] := {"medical"}

# The college asks the author of the report for a complement (R. 425-12, last paragraph); he adds to it, and changes nothing.
conditions["report.supplement"] := array.concat(report_first, array.concat(
	[["REPORT_NOT_SIGNED", report_signed]],
	array.concat(author_only, [
		["AVIS_IMMUTABLE", not_issued],
		["SUPPLEMENT_NOT_ASKED", supplement_asked],
	]),
))

default supplement_asked := false

supplement_asked if input.resource.supplement_asked
