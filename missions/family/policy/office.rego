# The rest of OFII around a case: the headquarters, which meets figures and no person; a representation in the country of origin, for the cases that
# its post was told of; the medical service, for the families that are on their way.
package cloison

default family_headquarters := false

family_headquarters if {
	person
	input.subject.role == "AGENT_MISSION"
	input.subject.mission == "SIEGE_REGROUPEMENT"
}

on_administrative_portal if family_headquarters

family_by_headquarters := [["ROLE_NOT_ALLOWED", family_headquarters]]

zones["family.national.get"] := {"server"}

conditions["family.national.get"] := family_by_headquarters

zones["family.cost.export"] := {"server"}

conditions["family.cost.export"] := family_by_headquarters

# The law and the territories are read by the headquarters and by whoever works with them.
default family_law_reader := false

family_law_reader if family_reader

family_law_reader if family_headquarters

zones["family.competence.list"] := {"server"}

conditions["family.competence.list"] := [["ROLE_NOT_ALLOWED", family_law_reader]]

default family_representation := false

family_representation if {
	person
	input.subject.role == "AGENT_MISSION"
	input.subject.mission == "REPRESENTATION_OFII"
}

on_administrative_portal if family_representation

default family_represented := false

family_represented if {
	family_representation
	input.resource.kind == "family_case"
	input.resource.represented
	input.resource.post in input.subject.directions
}

visible if family_represented

zones["family.representation.list"] := {"server"}

# The store narrows the list to the agent's posts.
conditions["family.representation.list"] := [["ROLE_NOT_ALLOWED", family_representation]]

family_by_representation := [
	["ROLE_NOT_ALLOWED", family_representation],
	["FAMILY_OTHER_POST", family_represented],
]

zones["family.representation.get"] := {"server"}

conditions["family.representation.get"] := family_by_representation

zones["family.representation.record"] := {"server"}

conditions["family.representation.record"] := family_by_representation

# The medical service meets a family from the visa on, until it is handed over.
default family_visitors := false

family_visitors if {
	person
	input.subject.role == "AGENT_MISSION"
	input.subject.mission == "VISITE_ARRIVEE"
}

on_administrative_portal if family_visitors

default family_visited := false

family_visited if {
	family_visitors
	input.resource.kind == "family_case"
	input.resource.arriving
	input.resource.direction in input.subject.directions
}

visible if family_visited

zones["family.visit.list"] := {"server"}

# The store narrows the list to the families that arrive in the agent's directions.
conditions["family.visit.list"] := [["ROLE_NOT_ALLOWED", family_visitors]]

family_by_visitors := [
	["ROLE_NOT_ALLOWED", family_visitors],
	["FAMILY_NO_VISIT", family_visited],
]

zones["family.visit.get"] := {"server"}

conditions["family.visit.get"] := family_by_visitors

zones["family.visit.record"] := {"server"}

conditions["family.visit.record"] := family_by_visitors
