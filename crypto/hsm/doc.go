// Package hsm wraps age file keys by an AES key that a PKCS #11 token holds and never gives: what rests under it opens with the token and its PIN, and not
// with a copy of the file. It is the inside of age-plugin-cloisonhsm.
//
// A symmetric key, because a token's asymmetric ones are not post-quantum today; so encrypting needs the token too, which is there when a custodian puts his
// own key under it. It trusts the token and the PKCS #11 module that the operator names.
//
// It is built with cgo and tag hsm only: the four programs stay without cgo, and never load a module (R1).
package hsm
