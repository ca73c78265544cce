# The decision: default deny, positive rules only.
#
# Each action has one ordered list of named conditions (the other files), in the order of refusals of the procedure: the person, the
# closed dossier, the order of the procedure, the competence of the author, the composition and the assignment, the content. All hold:
# allowed, in the capacity found. Otherwise the first that does not hold is the rule of the denial.
package cloison

default decision := {"allow": false, "rule": "UNKNOWN_ACTION", "visible": false}

decision := {"allow": true, "rule": capacity, "visible": true} if {
	broken == []
} else := {"allow": false, "rule": broken[0], "visible": visible} if {
	broken != []
}

# The names of the conditions that do not hold. No list, an empty list, or an action of the other zone: undefined, and the default above.
broken := [name | some [name, false] in conditions[input.action]] if {
	conditions[input.action] != []
	input.context.zone in zones[input.action]
}

# A denial says its rule only to someone who could list the object (the portal itself is an object that everybody may know of).
default visible := false

visible if input.resource.kind == "portal"

visible if related

visible if own_prefecture

visible if received

# The program delivers what its own zone wrote: there is nothing to hide from it, and its alarm says why.
visible if input.action == "release.deliver"

# A referral that does not exist yet hides nothing.
visible if input.action == "referral.create"

default capacity := "ALLOW_PERSON"

# Passing over a referral that cannot be applied, or a release whose seal does not verify, is no ordinary act of the program: its entry is
# to be found by its rule.
capacity := "REFERRAL_QUARANTINED" if {
	input.action == "referral.quarantine"
} else := "RELEASE_QUARANTINED" if {
	input.action == "release.quarantine"
} else := "ALLOW_SYSTEM" if {
	input.subject.system != ""
} else := "ALLOW_RAPPORTEUR" if {
	rapporteur
} else := "ALLOW_MEMBER" if {
	member
} else := "ALLOW_SECRETARIAT" if {
	secretary
} else := "ALLOW_PREFECTURE" if {
	agent
} else := "ALLOW_AUDIT" if {
	auditor
}
