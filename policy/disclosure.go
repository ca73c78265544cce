package policy

// Disclosure is a dossier, and what is asked to leave it by one of the lawful exits: the resource of disclosure.create.
type Disclosure struct {
	Dossier
	Bundle              string `json:"bundle"`    // L1 L2 L3 L4
	Recipient           string `json:"recipient"` // PREFECTURE COURT PERSON REPRESENTATIVE THIRD; "" when nobody is named
	InCharge            bool   `json:"in_charge"` // a prefecture: of one of the dossier's referrals, now
	Litigation          bool   `json:"litigation"`
	SecrecyLifted       bool   `json:"secrecy_lifted"`
	Requested           bool   `json:"requested"`         // a request for access stands under the reference given
	IdentityVerified    bool   `json:"identity_verified"` // of that requester, since the request
	RepresentationEnded bool   `json:"representation_ended"`
	MotiveMissing       bool   `json:"motive_missing"` // of an heir
	Sourced             bool   `json:"sourced"`        // sources of country information are named
	Purged              bool   `json:"purged"`
	Creator             string `json:"creator"` // for disclosure.get: who made it
}
