# An opinion left, then a restore lost it: the dossier is closed upon it by a head of service, who reads nothing of it by that.
package cloison

zones["opinion.left"] := {"medical"}

conditions["opinion.left"] := array.concat(physician_first, [
	["NOT_COORDINATOR", coordinator],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
])

visible if {
	input.action == "opinion.left"
	coordinator
}
