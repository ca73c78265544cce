# Acts on a dossier: finding it, opening it, what enters it, who is put in charge.
package cloison

zones["dossier.list"] := {"medical"}

# The store narrows the list to the dossiers of the subject, or of his territory.
narrowed contains "dossier.list"

conditions["dossier.list"] := physician_or_secretary_first

zones["dossier.get"] := {"medical"}

conditions["dossier.get"] := see_dossier

zones["timeline.get"] := {"medical"}

conditions["timeline.get"] := see_dossier

see_dossier := array.concat(physician_or_secretary_first, [["NOT_ASSIGNED", in_charge_if_physician]])

zones["dossier.open"] := {"medical"}

# Names and addresses: the secretariat of the territory, and the physicians in charge.
conditions["dossier.open"] := array.concat(see_dossier, [["PURPOSE_REQUIRED", purpose_given]]) if input.context.open == "civil"

conditions["dossier.open"] := open_medical if input.context.open == "medical"

conditions["dossier.open"] := array.concat(see_dossier, [["COMPARTMENT_REQUIRED", compartment_named]]) if {
	not compartment_named
}

default compartment_named := false

compartment_named if input.context.open in {"civil", "medical"}

# Medical content: the rapporteur; the members once the report is transmitted. Nobody else.
open_medical := array.concat(physician_first, [
	["NOT_ASSIGNED", reads_medical],
	["PURPOSE_REQUIRED", purpose_given],
])

default reads_medical := false

reads_medical if rapporteur

reads_medical if {
	member
	report_transmitted
}

zones["certificate.receive"] := {"medical"}

conditions["certificate.receive"] := array.concat(secretary_first, [["CASE_CLOSED", not_closed]])

zones["rapporteur.assign"] := {"medical"}

conditions["rapporteur.assign"] := array.concat(secretary_first, [
	["RAPPORTEUR_NOT_HABILITATED", proposed_habilitated],
	["CASE_CLOSED", not_closed],
	["REPORT_ON_REMOVAL", residence],
	["RAPPORTEUR_ALREADY_ASSIGNED", no_rapporteur],
])

default proposed_habilitated := false

proposed_habilitated if input.context.person.habilitated

default no_rapporteur := false

no_rapporteur if input.resource.rapporteur == ""
