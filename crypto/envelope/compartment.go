package envelope

import "cloison/crypto/canonical"

// The two compartments of a dossier, each with an identity of its own.
const (
	Civil   = "civil"   // names, birth, address, contact, letters' faces
	Medical = "medical" // the rest
)

// Compartment is a dossier's row in the database for one compartment: made by
// keyholder, readable by anyone, useful to encrypt to once its signature has
// been checked (seal.CheckRecipient).
type Compartment struct {
	Recipient string `json:"recipient"` // hybrid age recipient, age1pq...
	Signature []byte `json:"signature"` // Ed25519 over RecipientStatement
	Wrapped   []byte `json:"wrapped"`   // the identity, sealed to the zone
	Epoch     string `json:"epoch"`
}

// RecipientStatement is what keyholder signs for a recipient: this key, for
// this compartment of this dossier of this zone. A row copied from another
// dossier, or written by hand, carries no such signature
// (vector swapped_recipient).
func RecipientStatement(zone, dossier, compartment, epoch, recipient string) []byte {
	return canonical.Fields("cloison-recipient-1",
		[]byte(zone), []byte(dossier), []byte(compartment), []byte(epoch), []byte(recipient))
}

// StatisticsStatement is what keyholder signs for the recipient of the records that are counted once a year.
func StatisticsStatement(zone, recipient string) []byte {
	return canonical.Fields("cloison-statistics-1", []byte(zone), []byte(recipient))
}
