# A passkey that a person of the medical service makes for himself. It gives nothing by itself: custodians put it on the roster, and an act that it
# confirms is decided again.
package cloison

zones["passkey.list"] := {"medical"}

# One's own: the store narrows the list to the person who asks.
conditions["passkey.list"] := physician_or_secretary_first

zones["passkey.propose"] := {"medical"}

conditions["passkey.propose"] := physician_or_secretary_first
