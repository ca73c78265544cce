# Who is empowered: entered by one, confirmed by another, looked at again each quarter, ended in one act; nobody for himself. Who goes on with the
# dossiers of whom it ended for. A head of service is whom the custodians' roster names; he reads no dossier by that.
package cloison

people_first := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NOT_ALLOWED", reads_dossiers],
	["NOT_HABILITATED", habilitated],
]

default coordinator := false

coordinator if {
	physician
	head_of_service
}

# The secretariat enters, a head of service too.
default keeps_people := false

keeps_people if secretary

keeps_people if coordinator

zones["habilitation.list"] := {"medical"}

conditions["habilitation.list"] := array.concat(people_first, [["NOT_COORDINATOR", keeps_people]])

zones["habilitation.enter"] := {"medical"}

conditions["habilitation.enter"] := array.concat(people_first, [
	["NOT_COORDINATOR", keeps_people],
	["HABILITATION_OWN", another_person],
])

zones["habilitation.confirm"] := {"medical"}

conditions["habilitation.confirm"] := array.concat(people_first, [
	["NOT_COORDINATOR", coordinator],
	["HABILITATION_OWN", another_person],
	["HABILITATION_SAME_HAND", entered_by_another],
	["HABILITATION_CONFIRMED", not_confirmed],
])

default entered_by_another := false

entered_by_another if input.resource.entered == false

default not_confirmed := false

not_confirmed if input.resource.confirmed == false

zones["habilitation.review"] := {"medical"}

conditions["habilitation.review"] := array.concat(people_first, [
	["NOT_COORDINATOR", coordinator],
	["HABILITATION_OWN", another_person],
	["HABILITATION_NONE", something_to_review],
])

default something_to_review := false

something_to_review if input.resource.standing in {"EN_VIGUEUR", "ECHUE"}

zones["habilitation.end"] := {"medical"}

conditions["habilitation.end"] := array.concat(people_first, [
	["NOT_COORDINATOR", coordinator],
	["HABILITATION_OWN", another_person],
	["DUTY_ENDED", on_duty],
])

default on_duty := false

on_duty if input.resource.standing in {"EN_VIGUEUR", "ECHUE", "AUCUNE"}

zones["succession.list"] := {"medical"}

conditions["succession.list"] := array.concat(people_first, [["NOT_COORDINATOR", coordinator]])

# Who keeps dossiers may know who keeps people.
visible if {
	input.resource.kind == "habilitation"
	reads_dossiers
}

zones["rapporteur.reassign"] := {"medical"}

conditions["rapporteur.reassign"] := array.concat(physician_first, [
	["NOT_COORDINATOR", coordinator],
	["RAPPORTEUR_NOT_HABILITATED", proposed_habilitated],
	["CASE_CLOSED", not_closed],
	["REPORT_ON_REMOVAL", residence],
	["RAPPORTEUR_NOT_ASSIGNED", rapporteur_assigned],
	["RAPPORTEUR_FIXED", report_not_transmitted],
	["RAPPORTEUR_UNCHANGED", another_rapporteur],
	["SELF_DESIGNATION", not_himself],
	["RAPPORTEUR_IN_COLLEGE", proposed_not_sitting],
	["MEMBER_CONFLICT", proposed_does_not_treat],
])

visible if {
	input.action == "rapporteur.reassign"
	coordinator
}

# Being listed lets a physician sit; that OFII empowers him that day lets him in at all.
default members_habilitated := false

members_habilitated if {
	every proposed in proposed_members {
		proposed.habilitated
	}
}

default another_rapporteur := false

another_rapporteur if input.context.person.id != input.resource.rapporteur

default not_himself := false

not_himself if input.context.person.id != input.subject.id

default proposed_not_sitting := false

proposed_not_sitting if {
	is_string(input.context.person.id)
	not input.context.person.id in sitting
}

default proposed_does_not_treat := false

proposed_does_not_treat if input.context.person.treats == false
