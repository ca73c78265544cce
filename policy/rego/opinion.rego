# The opinion: settled by a member when all have answered, read over, signed by each; nothing changes once a signature stands.
package cloison

zones["opinion.settle"] := {"medical"}

conditions["opinion.settle"] := array.concat(sit_first, [
	["ANSWERS_INCOMPLETE", all_answered],
	["SIGNATURE_STANDS", no_signature],
])

default no_signature := false

no_signature if {
	count(sitting) > 0
	count({one | some one in input.resource.composition.signed}) == 0
}

zones["opinion.preview"] := {"medical"}

conditions["opinion.preview"] := array.concat(physician_first, [
	["NOT_ASSIGNED", not_rapporteur],
	["NOT_ASSIGNED", member],
	["NOT_SETTLED", settled],
])

default settled := false

settled if input.resource.composition.settled

zones["opinion.sign"] := {"medical"}

conditions["opinion.sign"] := array.concat(sit_first, [
	["NOT_SETTLED", settled],
	["ALREADY_SIGNED", not_signed],
	["SIGNATURE_REFUSED", nobody_refused],
	["MEMBER_DECISION_EXPIRED", listed_at_issue],
	["MEMBER_CONFLICT", issue_without_conflict],
])

default not_signed := false

not_signed if {
	count(sitting) > 0
	not input.subject.id in input.resource.composition.signed
}
