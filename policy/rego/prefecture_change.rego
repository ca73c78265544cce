# What a prefecture tells of a referral after it was opened: the prefecture in charge alone, while there is something left to tell.
package cloison

still_asked := array.concat(own_first, [["REFERRAL_WITHDRAWN", not_withdrawn]])

zones["referral.correct"] := {"server"}

# A number or a name is corrected at any time.
conditions["referral.correct"] := own_first

zones["referral.transfer"] := {"server"}

conditions["referral.transfer"] := still_asked

zones["referral.liberty"] := {"server"}

conditions["referral.liberty"] := still_asked

zones["referral.withdraw"] := {"server"}

# An opinion that was received is not taken back.
conditions["referral.withdraw"] := array.concat(still_asked, [["AVIS_IMMUTABLE", not_issued]])

zones["referral.decide"] := {"server"}

conditions["referral.decide"] := array.concat(still_asked, [["DECISION_RECORDED", not_decided]])

zones["appeal.declare"] := {"server"}

# Silence is a decision too (four months): an appeal may come without one.
conditions["appeal.declare"] := array.concat(still_asked, [["APPEAL_OPEN", not_appealed]])

zones["appeal.close"] := {"server"}

conditions["appeal.close"] := array.concat(own_first, [["APPEAL_MISSING", appealed]])

zones["attestation.request"] := {"server"}

# Who the rapporteur was is said for a court alone.
conditions["attestation.request"] := array.concat(own_first, [
	["APPEAL_MISSING", appealed],
	["ATTESTATION_ASKED", not_attested],
])

zones["attestation.get"] := {"server"}

conditions["attestation.get"] := own_first

default not_withdrawn := false

not_withdrawn if input.resource.withdrawn == false

default not_decided := false

not_decided if input.resource.decided == false

default appealed := false

appealed if input.resource.appealed

default not_appealed := false

not_appealed if input.resource.appealed == false

default not_attested := false

not_attested if input.resource.attested == false
