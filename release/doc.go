// Package release is the door in the wall between the medical and the administrative zone: every
// value that may cross it, in either direction, and nothing else.
//
// It protects medical secrecy (CSP L. 1110-4) from the administration by its types: a released
// opinion is closed codes, dates without hours, months, line numbers and a seal; an attestation, asked for
// with a court's case number, dates and line numbers. No field of what
// leaves the medical zone can hold free text, and TestFieldList fails on any field that is added.
//
// Bytes cross as canonical JSON: the declared order of the struct, nulls written, no HTML escaping,
// no space, no newline. Decode is strict: it decodes, encodes again and compares bytes, so one
// value has one form only (TestDecodeRefusesASecondForm) and a signature over the bytes is a
// signature over the value.
//
// Ids of what leaves are derived from what the other zone already knows (OpinionID, NoticeID): an
// id that the medical zone could choose would carry bits (TestBitsBeyondTheLegalForm).
//
// The package trusts nothing and knows no technology: standard library only.
package release
