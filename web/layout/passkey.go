package layout

import "time"

// PasskeyView asks a person for his passkey, to confirm one act. Without a credential it says how to get one.
type PasskeyView struct {
	Shell
	What        string // "Signature de l’avis"
	Of          string // reference of the dossier; "" where the act is on none
	Back        Action // gives it up
	StepUp      string // id of what is confirmed
	Challenge   string // base64url, as the other bytes here
	RPID        string
	Credentials string // separated by spaces
	Own         string // path of the person's own passkeys
}

// PasskeysView is a person's own passkeys, and the form that makes one.
type PasskeysView struct {
	Shell
	Back  Action
	Asked bool // acts are confirmed with a passkey: his provider does not authenticate anew
	Items []PasskeyRow
	Make  *PasskeyForm // nil where none can be made
}

// PasskeyRow is one of them.
type PasskeyRow struct {
	Fingerprint string
	ProposedAt  time.Time
	Confirmed   bool // the custodians' roster names it
}

// PasskeyForm is what an authenticator is asked for a new key.
type PasskeyForm struct {
	*Form
	Challenge, RPID, User, Name string
	Algorithms                  string // COSE numbers, separated by spaces, best first
	Known                       string // credentials that need not be made again
}
