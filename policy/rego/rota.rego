# Removals are answered "sans délai" (R. 631-1, R. 731-1), at night too: the physician on call takes a dossier himself, and nobody else does.
package cloison

zones["rota.set"] := {"medical"}

# The secretariat of the territory says who is on call there; he is habilitated that day.
conditions["rota.set"] := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NO_MEDICAL", role_on_dossiers],
	["ROLE_NOT_ALLOWED", secretary],
	["OTHER_TERRITORY", rota_of_territory],
	["RAPPORTEUR_NOT_HABILITATED", proposed_habilitated],
]

default rota_of_territory := false

rota_of_territory if {
	input.resource.kind == "rota"
	input.resource.direction in input.subject.directions
}

# Who is on call is no secret of the service.
visible if input.action == "rota.set"

zones["removal.list"] := {"medical"}

narrowed contains "removal.list"

# The store narrows the list: the territory's for its secretariat, and for a physician where he is on call at this instant.
conditions["removal.list"] := physician_or_secretary_first

zones["removal.take"] := {"medical"}

# He designates himself under the decision that designates single physicians, as the secretariat would by day.
conditions["removal.take"] := array.concat(physician_first, [
	["NOT_ON_CALL", on_call],
	["MEMBER_NOT_IN_DECISION", members_in_decision],
	["MEMBER_DECISION_EXPIRED", members_listed],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["REMOVAL_WITHOUT_CERTIFICATE", certificate_before_author],
	["MED1_NOT_COMPETENT", single_competent],
	["PHYSICIAN_ALONE", himself],
	["MEMBER_CONFLICT", proposed_without_conflict],
	["MEMBER_NOT_HABILITATED", members_habilitated],
	["COMPOSITION_OPEN", no_composition_open],
])

default on_call := false

on_call if {
	input.resource.pipeline == "ELOIGNEMENT"
	input.resource.on_call == input.subject.id
}

# The second once he is called: the first has not acted in the hours in force.
on_call if {
	input.resource.pipeline == "ELOIGNEMENT"
	input.resource.second_on_call == input.subject.id
}

default himself := false

himself if {
	one_member
	some proposed in proposed_members
	proposed.id == input.subject.id
}

visible if {
	input.action == "removal.take"
	physician
	on_call
}
