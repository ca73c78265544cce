# What surrounds an exit: the list of what left, who opened a dossier, country information, a physician's observations, and what retention says.
package cloison

# Country information is public and holds nothing of the person: it goes to a court or to who asks for himself, with its sources
# (R. 425-11; CADA 20191886, 20201876).
conditions["disclosure.create"] := array.concat(exit_first, [
	["L3_WRONG_RECIPIENT", to_court_or_person],
	["SOURCES_REQUIRED", sourced],
]) if input.resource.bundle == "L3"

default to_court_or_person := false

to_court_or_person if input.resource.recipient in {"COURT", "PERSON", "REPRESENTATIVE", "THIRD"}

default sourced := false

sourced if input.resource.sourced

zones["disclosure.list"] := {"medical"}

conditions["disclosure.list"] := see_dossier

zones["observations.write"] := {"medical"}

conditions["observations.write"] := array.concat(physician_or_secretary_first, [
	["BUNDLE_PHYSICIAN_ONLY", role_of_physician],
	["NOT_ASSIGNED", reads_medical],
	["CASE_CLOSED", not_purged_state],
])

# Who opened a dossier, by role and never by name: whoever hands the list to the person, and the data-protection officer.
zones["access.list"] := {"medical"}

conditions["access.list"] := see_dossier if not data_protection

conditions["access.list"] := data_protection_first if data_protection

zones["retention.list"] := {"medical"}

conditions["retention.list"] := data_protection_first

zones["destruction.get"] := {"medical"}

conditions["destruction.get"] := array.concat(data_protection_first, [["NOT_DESTROYED", already_destroyed]])

default already_destroyed := false

already_destroyed if input.resource.state == "PURGE"

visible if {
	input.action in {"access.list", "destruction.get"}
	data_protection
}
