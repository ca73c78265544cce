# A passkey that a person of the medical service makes for himself. It gives nothing by itself: custodians put it on the roster, and an act that it
# confirms is decided again.
package cloison

confirms_acts := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NO_MEDICAL", role_on_dossiers],
	["ROLE_NOT_ALLOWED", person],
	["NOT_HABILITATED", habilitated],
]

zones["passkey.list"] := {"medical"}

# One's own: the store narrows the list to the person who asks.
conditions["passkey.list"] := confirms_acts

zones["passkey.propose"] := {"medical"}

conditions["passkey.propose"] := confirms_acts
