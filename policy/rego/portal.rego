# Signing in, one's own page, the record, and what the relay does by itself.
package cloison

zones["session.open"] := {"medical", "server"}

conditions["session.open"] := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["HABILITATION_LAPSED", not_lapsed],
	["NOT_HABILITATED", habilitated],
	["ROLE_NO_MEDICAL", role_on_medical_portal],
	["ROLE_NOT_ALLOWED", person],
] if input.context.zone == "medical"

default not_lapsed := false

not_lapsed if input.subject.lapsed == false

# A physician or a secretary has nothing to do here; an agent of a mission comes in by the rules of his mission.
conditions["session.open"] := [["ROLE_NOT_ALLOWED", on_administrative_portal]] if input.context.zone == "server"

default on_administrative_portal := false

on_administrative_portal if agent

on_administrative_portal if auditor

zones["me.get"] := {"medical", "server"}

conditions["me.get"] := [["ROLE_NOT_ALLOWED", person]]

# Whoever has a session may end it, and confirm what was asked of it: that it is his own is what identity proves.
zones["session.list"] := {"medical", "server"}

# One's own: the store narrows the list to the person who asks.
conditions["session.list"] := [["ROLE_NOT_ALLOWED", person]]

zones["session.close"] := {"medical", "server"}

conditions["session.close"] := [["ROLE_NOT_ALLOWED", person]]

zones["step_up.approve"] := {"medical"}

conditions["step_up.approve"] := [["ROLE_NOT_ALLOWED", person]]

zones["audit.list"] := {"medical", "server"}

conditions["audit.list"] := [["ROLE_NOT_ALLOWED", auditor]]

relay_only := [["ROLE_NOT_ALLOWED", relay]]

zones["referral.receive"] := {"medical"}

conditions["referral.receive"] := relay_only

zones["referral.quarantine"] := {"medical"}

conditions["referral.quarantine"] := relay_only

zones["acknowledgement.receive"] := {"medical"}

conditions["acknowledgement.receive"] := relay_only

zones["release.receive"] := {"server"}

conditions["release.receive"] := relay_only

zones["cursor.read"] := {"server"}

conditions["cursor.read"] := relay_only

zones["acknowledgement.read"] := {"server"}

conditions["acknowledgement.read"] := relay_only
