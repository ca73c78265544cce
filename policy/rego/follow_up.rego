# What a prefecture sees of what was sent to it, and to which of its bureaux a message goes.
package cloison

zones["reconciliation.get"] := {"server"}

# The store narrows it to the agent's prefecture.
conditions["reconciliation.get"] := agent_first

zones["release.hand_over"] := {"server"}

conditions["release.hand_over"] := [
	["ROLE_NOT_ALLOWED", agent],
	["WRONG_PREFECTURE", received],
]

zones["release.remind"] := {"server"}

conditions["release.remind"] := sweep_only

zones["opinion.archive"] := {"server"}

# The store narrows the list; each opinion of it is then decided as opinion.document is.
conditions["opinion.archive"] := agent_first

zones["mail.send"] := {"server"}

conditions["mail.send"] := sweep_only
