// Package store keeps the dossiers of the medical zone in schema medical. A dossier is its events: everything else here is
// either a projection of them, rewritten in the transaction that appends them, or sealed bytes that this package cannot read.
//
// It protects the order of the procedure: each rule that a row can break alone is a named constraint (Constraints maps them to
// the rules that a person reads), so that a bug above refuses rather than writes (TestEachConstraintAloneRefuses). It trusts
// that callers come through package act, which has decided and locked. It holds no HTTP, no policy and no key.
//
// Functions take a pgx.Tx where they write, a db.Querier where they read. Times come from the caller. Errors carry opaque ids
// and never the detail of a row.
package store

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5"
)

// ErrNotFound: no such dossier, record, document or release. It is also pgx.ErrNoRows, which the gate takes for "not found" in Load.
var ErrNotFound = fmt.Errorf("not found: %w", pgx.ErrNoRows)

// Compartments of a dossier: each has its own identity.
const (
	Civil   = "civil"
	Medical = "medical"
)

// Kinds of sealed records. Applicant, correction, letter and contact are civil, and so is the manifest of a civil document.
const (
	KindApplicant   = "applicant"   // names, birth, address, contact, AGDREF, places of confinement
	KindReferral    = "referral"    // what the referral says that must not stand in clear
	KindCertificate = "certificate" // annexe A as received
	KindReport      = "report"      // annexe B, one version per save
	KindSupplement  = "supplement"  // what the author of the report adds when the college asks
	KindDraft       = "draft"
	KindAnswers     = "answers"    // one member's answers in one round
	KindSettlement  = "settlement" // what the college retains
	KindDocument    = "document"   // label, name, type of a document
	KindManifest    = "manifest"   // the parts of a document
	KindApproval    = "approval"   // the token, nonce and key behind one author's signature
	KindRequest     = "request"    // the question, or the examinations asked for
	KindReply       = "reply"      // what was answered to a request
	KindLetter      = "letter"     // a summons as it was sent
	KindContact     = "contact"    // an address that was checked, a registered number, a court
	KindCorrection  = "correction" // what a prefecture corrected: a number, a person
	KindLifting     = "secrecy_lifting"
	KindObservation = "observations" // of a physician, for the judge
	KindSource      = "source"       // what a physician consulted on the country
)

// NewID draws a random opaque id (UUID version 4).
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

var idShape = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// ValidID says whether id has the one shape of an opaque id. Anything else names nothing: a path segment never reaches SQL as a
// malformed value.
func ValidID(id string) bool { return idShape.MatchString(id) }
