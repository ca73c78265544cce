// Package keystore is what keyholder keeps on disk: a folder with one public
// description, one sealed file of secrets, and one share per custodian.
//
//	keystore.json   who and what: zone, environment, epochs' recipients, custodians
//	sealed.age      the secrets, under an unseal secret that exists nowhere whole
//	share-N.age     custodian N's share of it, sealed to that custodian; share-N-D.age once shares were dealt anew, D times
//	*.pub           the public keys that other programs pin; checkpoint.pub also has those of before, and the one that comes next
//	opinion.pem     the certificate of the key that seals opinions, which they pin too; opinion.csr asks for it
//	next-opinion.*  the same of the key that comes next; opinion-ID.pem is the certificate of one of before
//
// It protects the zone identities from a thief of the folder, of its backup, or
// of fewer than k custodians' keys. The description is not trusted until the
// sealed file, which carries its digest, has been opened: someone who edits the
// custodians' public keys gets a keystore that does not unseal
// (TestUnlockRefusesEditedDescription). All of it stays post-quantum at rest:
// hybrid age for the shares, symmetric primitives for the rest; so shares are
// checked against plain digests, not against the Feldman commitments that circl
// offers, which a quantum computer would turn into the secret.
package keystore
