# A file of referrals. Each of its lines is then decided as referral.create is.
package cloison

zones["referral.import"] := {"server"}

conditions["referral.import"] := agent_first
