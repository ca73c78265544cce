package wire

import "cloison/crypto/custody/keystore"

// Operations that change who opens, and with what.
const (
	OpReshare = "Reshare"
	OpAdopt   = "Adopt"
)

// Rules of their refusals.
const (
	RuleCustodians = "CUSTODIANS_MALFORMED"
	RuleRecovery   = "RECOVERY_WRONG"
)

// ReshareOrder is what custodians of before sign: how many open, and the cards of those who are new. The others keep their keys.
type ReshareOrder struct {
	K     int             `json:"k"`
	N     int             `json:"n"`
	Cards []keystore.Card `json:"cards"`
}

type ReshareArgs struct {
	ReshareOrder
	Quorum Quorum `json:"quorum"`
}

// AdoptOrder is what custodians of a new keystore sign to take an epoch of a lost one.
type AdoptOrder struct {
	Epoch     string `json:"epoch"`
	Recipient string `json:"recipient"` // of the recovery identity
	Signer    []byte `json:"signer"`    // the lost keystore's key for recipients: its recipient.pub
}

type AdoptArgs struct {
	AdoptOrder
	Sealed []byte `json:"sealed"` // the recovery identity, sealed to Status.Recipient
	Quorum Quorum `json:"quorum"`
}
