# A signed opinion never changes (invariant 4): what is wrong in it is set right by a new version, which three answer and sign again.
package cloison

zones["opinion.correct"] := {"medical"}

# By one of its authors, or by the secretariat of the territory to which somebody signalled the mistake; the authors of the next version decide.
# A closed dossier opens again for it.
conditions["opinion.correct"] := array.concat(physician_or_secretary_first, [
	["NOT_ASSIGNED", author_or_territory],
	["DOSSIER_DESTROYED", not_destroyed],
	["CASE_CLOSED", not_dropped],
	["OPINION_NOT_ISSUED", opinion_stands],
])

default author_or_territory := false

author_or_territory if member

author_or_territory if of_territory

default not_dropped := false

not_dropped if input.resource.state != "SANS_SUITE"

default opinion_stands := false

opinion_stands if input.resource.issued
