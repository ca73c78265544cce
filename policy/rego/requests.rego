# Requests and what comes of them, and how a dossier ends without an opinion. The secretariat of the territory summons and registers what
# comes in; the physician in charge of the stage asks professionals and prescribes. What the law wants of each (time, consent, delivery)
# is the domain's.
package cloison

zones["request.open"] := {"medical"}

# A summons.
conditions["request.open"] := array.concat(physician_or_secretary_first, in_stage)

zones["request.ask"] := {"medical"}

# A complement or examinations: R. 425-12 names the physician who reports, then the college.
conditions["request.ask"] := array.concat(ask_first, in_stage)

ask_first := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NO_MEDICAL", role_on_dossiers],
	["ROLE_NOT_ALLOWED", physician],
	["NOT_HABILITATED", habilitated],
]

# Until the report is signed its author is in charge; then the college, or the single physician of a removal.
in_stage := [
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["RAPPORTEUR_NOT_ASSIGNED", report_staffed],
	["COMPOSITION_MISSING", opinion_staffed],
	["NOT_ASSIGNED", of_stage_if_physician],
]

default reporting := false

reporting if {
	residence
	input.resource.report_signed == false
}

default report_staffed := false

report_staffed if not reporting

report_staffed if rapporteur_assigned

default opinion_staffed := false

opinion_staffed if reporting

opinion_staffed if input.resource.composition.open

default of_stage_if_physician := false

of_stage_if_physician if input.subject.role == "SECRETARIAT_MEDICAL"

of_stage_if_physician if {
	reporting
	rapporteur
}

of_stage_if_physician if {
	not reporting
	member
}

zones["request.close"] := {"medical"}

conditions["request.close"] := add_document

zones["event.record"] := {"medical"}

# Presence, absence, default, a piece that came: by who saw it.
conditions["event.record"] := add_document

zones["identity.check"] := {"medical"}

# Also once a dossier is closed: it is handed over to somebody whose identity was checked.
conditions["identity.check"] := array.concat(see_dossier, [["DOSSIER_DESTROYED", not_destroyed]])

zones["event.follow"] := {"medical"}

# What may still happen once a dossier is closed: somebody asks for it, a court speaks, an address changes.
conditions["event.follow"] := array.concat(secretary_first, [["DOSSIER_DESTROYED", not_destroyed]])

zones["mail.record"] := {"medical"}

conditions["mail.record"] := secretary_while_open

zones["mail.register"] := {"medical"}

conditions["mail.register"] := secretary_while_open

zones["delivery.record"] := {"medical"}

conditions["delivery.record"] := secretary_while_open

zones["certificate.reject"] := {"medical"}

conditions["certificate.reject"] := secretary_while_open

zones["completion.request"] := {"medical"}

conditions["completion.request"] := array.concat(secretary_while_open, [["RAPPORTEUR_ALREADY_ASSIGNED", no_rapporteur]])

zones["dossier.close"] := {"medical"}

conditions["dossier.close"] := array.concat(secretary_while_open, [["AVIS_IMMUTABLE", not_issued]])

secretary_while_open := array.concat(secretary_first, [["CASE_CLOSED", not_closed]])
