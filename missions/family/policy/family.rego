# Family reunification: an agent of OFII's mission on the cases of his directions, a prefecture on those whose family will live in its département.
# The prefecture alone decides; the clock alone speaks for silence. No fact of the medical procedure is named here.
package cloison

default family_agent := false

family_agent if {
	person
	input.subject.role == "AGENT_MISSION"
	input.subject.mission == "REGROUPEMENT_FAMILIAL"
}

on_administrative_portal if family_agent

default family_reader := false

family_reader if family_agent

family_reader if agent

default family_own := false

family_own if {
	family_agent
	input.resource.kind == "family_case"
	input.resource.direction in input.subject.directions
}

default family_prefecture := false

family_prefecture if {
	agent
	input.resource.kind == "family_case"
	input.resource.department == input.subject.prefecture
}

default family_related := false

family_related if family_own

family_related if family_prefecture

visible if family_related

default family_clock := false

family_clock if {
	input.subject.system == "sweep"
	input.resource.kind == "family_case"
}

zones["family.case.list"] := {"server"}

# The store narrows the list to the agent's directions, or to the prefecture's département.
conditions["family.case.list"] := [["ROLE_NOT_ALLOWED", family_reader]]

zones["family.law.list"] := {"server"}

conditions["family.law.list"] := [["ROLE_NOT_ALLOWED", family_law_reader]]

zones["family.case.create"] := {"server"}

conditions["family.case.create"] := [
	["ROLE_NOT_ALLOWED", family_agent],
	["FAMILY_OTHER_DIRECTION", family_own],
]

zones["family.case.get"] := {"server"}

conditions["family.case.get"] := [
	["ROLE_NOT_ALLOWED", family_reader],
	["FAMILY_OTHER_DIRECTION", family_related],
]

zones["family.case.compute"] := {"server"}

conditions["family.case.compute"] := [
	["ROLE_NOT_ALLOWED", family_agent],
	["FAMILY_OTHER_DIRECTION", family_own],
]

zones["family.event.record"] := {"server"}

conditions["family.event.record"] := [
	["ROLE_NOT_ALLOWED", family_agent],
	["FAMILY_OTHER_DIRECTION", family_own],
]

zones["family.decision.record"] := {"server"}

conditions["family.decision.record"] := [
	["FAMILY_PREFECT_DECIDES", agent],
	["FAMILY_OTHER_DIRECTION", family_prefecture],
]

# An agent's own tools: searches and lists are narrowed by the store, as the queue is.
zones["family.case.search"] := {"server"}

conditions["family.case.search"] := [["ROLE_NOT_ALLOWED", family_agent]]

zones["family.exchange.list"] := {"server"}

conditions["family.exchange.list"] := [["ROLE_NOT_ALLOWED", family_agent]]

zones["family.statistics.get"] := {"server"}

conditions["family.statistics.get"] := [["ROLE_NOT_ALLOWED", family_reader]]

zones["family.paper.get"] := {"server"}

conditions["family.paper.get"] := [
	["ROLE_NOT_ALLOWED", family_reader],
	["FAMILY_OTHER_DIRECTION", family_related],
]

family_agent_on_own := [
	["ROLE_NOT_ALLOWED", family_agent],
	["FAMILY_OTHER_DIRECTION", family_own],
]

zones["family.case.address"] := {"server"}

conditions["family.case.address"] := family_agent_on_own

# Both cases are read by who joins their applicants: the other one by an act of its own.
zones["family.person.join"] := {"server"}

conditions["family.person.join"] := family_agent_on_own

zones["family.convocation.create"] := {"server"}

conditions["family.convocation.create"] := family_agent_on_own

zones["family.convocation.cancel"] := {"server"}

conditions["family.convocation.cancel"] := family_agent_on_own

zones["family.convocation.print"] := {"server"}

conditions["family.convocation.print"] := [["ROLE_NOT_ALLOWED", family_agent]]

zones["family.link.create"] := {"server"}

conditions["family.link.create"] := family_agent_on_own

zones["family.case.sweep"] := {"server"}

conditions["family.case.sweep"] := [["ROLE_NOT_ALLOWED", family_clock]]

# A change of the law is computed through all cases by the program; no person asks for it, and it decides nothing.
default family_program := false

family_program if input.subject.system == "sweep"

zones["family.law.recompute"] := {"server"}

conditions["family.law.recompute"] := [["ROLE_NOT_ALLOWED", family_program]]
