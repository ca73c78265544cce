// Package passkey checks what a person's authenticator signed: an assertion over
// a challenge, and the registration of a key.
//
// A passkey stands in for an identity provider that answers from a session of
// its own instead of authenticating anew. It proves that whoever holds the
// authenticator was there and was verified by it (a finger, a code), for one
// challenge, on the portal's own origin. It does not say who that person is:
// the roster does, which k custodians sign. Nor does it say what make the
// authenticator is: attestations are not asked for.
//
// Parsing and verification are go-webauthn's; this package fixes what is asked
// of it, so that keyholder and whoever checks an archive years later ask the
// same.
package passkey
