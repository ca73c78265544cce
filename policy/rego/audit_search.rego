# Searching the log, and taking away what was found: auditors and the data-protection officer, for a ground that stands in the entry.
package cloison

zones["audit.search"] := {"medical", "server"}

conditions["audit.search"] := auditor_with_ground

zones["audit.export"] := {"medical", "server"}

conditions["audit.export"] := auditor_with_ground

zones["audit.exposure"] := {"medical", "server"}

conditions["audit.exposure"] := auditor_with_ground

auditor_with_ground := [
	["ROLE_NOT_ALLOWED", auditor],
	["GROUND_REQUIRED", ground_given],
]

default ground_given := false

ground_given if input.context.purpose in {"CONTROLE", "PLAINTE", "DROITS", "INCIDENT", "ENQUETE", "JUSTICE"}
