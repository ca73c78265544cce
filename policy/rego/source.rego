# What was consulted on care in the country: an opinion rests on it, so it is cited before, by who studies the file (R. 425-11, REQ-22).
package cloison

zones["source.cite"] := {"medical"}

conditions["source.cite"] := array.concat(physician_first, [
	["NOT_ASSIGNED", reads_medical],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
])
