# A composition decision is entered by one, from the published text, and confirmed by another, whom it does not name. The owner publishes it then.
package cloison

zones["decision.list"] := {"medical"}

conditions["decision.list"] := array.concat(people_first, [["NOT_COORDINATOR", keeps_people]])

zones["decision.enter"] := {"medical"}

conditions["decision.enter"] := array.concat(people_first, [["NOT_COORDINATOR", keeps_people]])

zones["decision.confirm"] := {"medical"}

conditions["decision.confirm"] := array.concat(people_first, [
	["NOT_COORDINATOR", coordinator],
	["DECISION_NAMES_YOU", another_person],
	["DECISION_SAME_HAND", entered_by_another],
	["DECISION_CONFIRMED", not_confirmed],
])
