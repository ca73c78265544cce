# A signed opinion never changes (invariant 4): what is wrong in it is set right by a new version, which three answer and sign again.
package cloison

zones["opinion.correct"] := {"medical"}

# By one of its authors, or by the secretariat of the territory to which somebody signalled the mistake; the authors of the next version decide.
# A closed dossier opens again for it.
conditions["opinion.correct"] := on_an_opinion

zones["opinion.withdraw"] := {"medical"}

# Given on somebody else's papers: it is kept, its prefecture is told by a code, and another referral asks again.
conditions["opinion.withdraw"] := on_an_opinion

zones["opinion.uphold"] := {"medical"}

# A change of liberty that was known too late: somebody looks at the opinion and leaves it.
conditions["opinion.uphold"] := on_an_opinion

on_an_opinion := array.concat(physician_or_secretary_first, [
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
