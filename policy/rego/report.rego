# The report (R. 425-12): its author alone writes, signs and transmits it, in this order, once.
package cloison

zones["report.save"] := {"medical"}

conditions["report.save"] := array.concat(report_first, array.concat(
	[["REPORT_ALREADY_SIGNED", report_not_signed]],
	author_only,
))

zones["report.sign"] := {"medical"}

conditions["report.sign"] := array.concat(report_first, array.concat(
	[
		["REPORT_ALREADY_SIGNED", report_not_signed],
		["CERTIFICATE_NOT_RECEIVED", certificate_received],
		["REPORT_NOT_SAVED", report_saved],
	],
	author_only,
))

zones["report.transmit"] := {"medical"}

conditions["report.transmit"] := array.concat(report_first, array.concat(
	[
		["N3_ALREADY_SENT", report_not_transmitted],
		["REPORT_NOT_SIGNED", report_signed],
	],
	author_only,
))

report_first := array.concat(physician_first, [
	["CASE_CLOSED", not_closed],
	["REPORT_ON_REMOVAL", residence],
	["RAPPORTEUR_NOT_ASSIGNED", rapporteur_assigned],
])

author_only := [
	["NOT_ASSIGNED", in_charge],
	["NOT_AUTHOR_OF_REPORT", rapporteur],
]

default rapporteur_assigned := false

rapporteur_assigned if input.resource.rapporteur != ""

default certificate_received := false

certificate_received if input.resource.certificate_received

default report_saved := false

report_saved if input.resource.report_saved

default report_signed := false

report_signed if input.resource.report_signed

default report_not_signed := false

report_not_signed if input.resource.report_signed == false

default report_not_transmitted := false

report_not_transmitted if input.resource.report_transmitted == false
