// Package envelope says what the bytes at rest are.
//
// A piece is one or more age files. age hides and authenticates content, but
// does not say what the content is or who wrote it; so every age file begins,
// inside, with the context it was written for, and is opened only for that
// same context. A database administrator who moves a sealed row to another
// dossier, version or part gets a refusal, not a mix-up (vectors swapped_*).
//
// The package trusts its callers for the context they ask for: it holds no key
// and neither encrypts nor decrypts. Sealing is in crypto/seal, opening in
// crypto/open.
package envelope
