# The administrative portal: an agent sees the referrals and releases of his own prefecture, and nothing medical is there to be seen.
package cloison

default own_prefecture := false

own_prefecture if {
	agent
	input.resource.kind in {"referral", "release"}
	input.resource.prefecture == input.subject.prefecture
}

agent_first := [["ROLE_NOT_ALLOWED", agent]]

own_first := [
	["ROLE_NOT_ALLOWED", agent],
	["WRONG_PREFECTURE", own_prefecture],
]

zones["referral.create"] := {"server"}

# The referral to be made names its prefecture: the agent's own.
conditions["referral.create"] := own_first

zones["referral.list"] := {"server"}

# The store narrows lists to the agent's prefecture.
conditions["referral.list"] := agent_first

zones["referral.get"] := {"server"}

conditions["referral.get"] := own_first

zones["release.list"] := {"server"}

conditions["release.list"] := agent_first

zones["release.get"] := {"server"}

# A prefecture that gave the referral away keeps what it had received.
conditions["release.get"] := [
	["ROLE_NOT_ALLOWED", agent],
	["WRONG_PREFECTURE", received],
]

default received := false

received if own_prefecture

received if {
	agent
	input.resource.kind == "release"
	input.resource.received_by == input.subject.prefecture
}

zones["opinion.get"] := {"server"}

conditions["opinion.get"] := array.concat(own_first, [["OPINION_NOT_ISSUED", opinion_there]])

default opinion_there := false

opinion_there if {
	input.resource.kind == "referral"
	input.resource.issued
}

opinion_there if {
	input.resource.kind == "release"
	input.resource.release == "opinion"
}

zones["release.acknowledge"] := {"server"}

# Only an opinion is acknowledged, once.
conditions["release.acknowledge"] := array.concat(own_first, [
	["NOT_ACKNOWLEDGEABLE", opinion_there],
	["ALREADY_ACKNOWLEDGED", not_acknowledged],
])

default not_acknowledged := false

not_acknowledged if input.resource.acknowledged == false
