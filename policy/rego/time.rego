# What time causes: the sweeps of the program, the tasks they raise, how long a dossier is kept, and its end.
package cloison

default sweeping := false

sweeping if input.subject.system == "sweep"

sweep_only := [["ROLE_NOT_ALLOWED", sweeping]]

zones["deadline.raise"] := {"medical"}

conditions["deadline.raise"] := sweep_only

zones["majority.record"] := {"medical"}

conditions["majority.record"] := sweep_only

zones["listing.raise"] := {"medical"}

conditions["listing.raise"] := sweep_only

zones["purge.assess"] := {"medical"}

conditions["purge.assess"] := array.concat(sweep_only, [["PURGE_NOT_DUE", purge_due]])

zones["purge.files"] := {"medical"}

conditions["purge.files"] := sweep_only

zones["idempotency.forget"] := {"medical", "server"}

conditions["idempotency.forget"] := sweep_only

zones["task.list"] := {"medical"}

# The store narrows the list to the dossiers of the subject, or of his territory.
narrowed contains "task.list"

conditions["task.list"] := physician_or_secretary_first

# The data-protection officer sets and lifts a hold, and asks for the end: by the dossier's id, and reading nothing of it.
default data_protection := false

data_protection if {
	person
	input.subject.role == "DPO"
}

data_protection_first := [
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NOT_ALLOWED", data_protection],
]

zones["hold.set"] := {"medical"}

conditions["hold.set"] := array.concat(data_protection_first, [
	["DOSSIER_DESTROYED", not_destroyed],
	["HOLD_STANDS", no_hold],
])

zones["hold.lift"] := {"medical"}

conditions["hold.lift"] := array.concat(data_protection_first, [
	["DOSSIER_DESTROYED", not_destroyed],
	["NO_HOLD", hold_set],
])

zones["retention.get"] := {"medical"}

conditions["retention.get"] := data_protection_first

# Nobody's order replaces the custodians': whoever asks, keyholder must have destroyed the keys before (the desk and the sweep ask it).
zones["dossier.purge"] := {"medical"}

conditions["dossier.purge"] := [
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NOT_ALLOWED", purges],
	["DOSSIER_DESTROYED", not_destroyed],
	["PURGE_NOT_DUE", purge_due],
	["PURGE_HOLD", not_held],
]

default purges := false

purges if sweeping

purges if data_protection

visible if {
	input.action in {"hold.set", "hold.lift", "retention.get", "dossier.purge"}
	data_protection
}

# The program hides nothing from itself: its alarm says why a sweep was refused.
visible if {
	input.action in {"purge.assess", "dossier.purge"}
	sweeping
}

default not_destroyed := false

not_destroyed if input.resource.state != "PURGE"

# Kept to the end of its last day. Nothing was closed: nothing runs.
default purge_due := false

purge_due if {
	input.resource.retained_until != ""
	input.context.on > input.resource.retained_until
}

default not_held := false

not_held if input.resource.held == false

default hold_set := false

hold_set if input.resource.hold_set

default no_hold := false

no_hold if input.resource.hold_set == false
