# What a physician has typed and not sent yet. It is kept for whoever may do the act that the form is for, while that act can still be done.
package cloison

zones["report.draft"] := {"medical"}

conditions["report.draft"] := array.concat(report_first, array.concat(
	[["REPORT_ALREADY_SIGNED", report_not_signed]],
	array.concat(author_only, [["PURPOSE_REQUIRED", purpose_given]]),
))

zones["answers.draft"] := {"medical"}

conditions["answers.draft"] := array.concat(physician_first, [
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["VOTE_BEFORE_TRANSMISSION", report_transmitted],
	["RAPPORTEUR_IN_COLLEGE", not_rapporteur],
	["NOT_ASSIGNED", member],
	["ALREADY_ANSWERED", not_answered],
	["PURPOSE_REQUIRED", purpose_given],
])
