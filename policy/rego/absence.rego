# Who is away, and until when: he says it himself, or a head of service does. It gives nobody anything: what he signs in to and reads stays as it is.
package cloison

default says_absence := false

says_absence if {
	physician
	input.resource.kind == "habilitation"
	input.resource.own == true
}

says_absence if coordinator

zones["absence.list"] := {"medical"}

conditions["absence.list"] := array.concat(people_first, [["ABSENCE_OF_ANOTHER", says_absence]])

zones["absence.set"] := {"medical"}

conditions["absence.set"] := array.concat(people_first, [
	["ABSENCE_OF_ANOTHER", says_absence],
	["DUTY_ENDED", on_duty],
])

zones["absence.withdraw"] := {"medical"}

conditions["absence.withdraw"] := array.concat(people_first, [["ABSENCE_OF_ANOTHER", says_absence]])

# The first day of an absence asks for somebody who goes on, and its last day ends that.
zones["successor.raise"] := {"medical"}

conditions["successor.raise"] := sweep_only
