// Package crypto holds no code: it is the map of the folders below it.
//
// What is protected: everything under medical secrecy, from anyone who holds
// the database, the ciphertext store, a backup, or the web process without a
// proven reader in front of it.
//
//	canonical   one byte sequence per value: what is hashed and signed
//	envelope    bytes at rest: the context bound inside each age file, the manifest
//	seal        encrypts, to a recipient that keyholder signed; needs no secret
//	open        decrypts, with a file key that keyholder gave for one age file
//	keyfile     Ed25519 keys as files, for the signatures that others check
//	frame       length-prefixed JSON on a unix socket
//	keyholder   the frames of use.sock and their client; links none of the service
//	custody     the service: the only place where a zone identity is ever in memory
//
// The split is the security argument: a program that links seal and not open
// can write and never read; one that links keyholder and not custody can ask
// and never hold. The rules of direction at the root of the repository keep it.
package crypto
