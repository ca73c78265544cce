// Package evidence shows that an opinion left the medical zone as it is: the release in its own bytes, and the proof that the medical zone's log holds
// the entry of its delivery, under a head that the other zone countersigned. Anybody checks it with public keys alone.
//
// It protects the prefecture, the court and the person from an opinion that its author says was another. It says nothing medical that the opinion does
// not say: the entry is rebuilt here from the release, and only its reference, its instant and the digest of the rules are its own (TestBitsOfAProof).
// The digest is of a sealed opinion, whose seal nobody else can compute: it gives no answer away to whoever reads the log alone.
package evidence

import (
	"crypto/sha256"
	"errors"
	"regexp"
	"strconv"

	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/release"
)

// The act that delivers, as the medical zone records it. Nobody does it: the relay does.
const (
	DeliverAction = "release.deliver"
	ObjectKind    = "release"
	subject       = "relay"
	role          = "SYSTEM"
	allowedBy     = "ALLOW_SYSTEM"
)

// MaxProof bounds a proof: an entry, at most 63 hashes, a head and its two signatures.
const MaxProof = 8 << 10

// ErrEvidence: the proof does not hold, or is another release's.
var ErrEvidence = errors.New("the evidence does not hold")

// Digest is what the entry of a delivery says of the release: SHA-256 of its canonical bytes, seal included.
func Digest(body []byte) []byte {
	sum := sha256.Sum256(body)
	return sum[:]
}

// File is what a prefecture keeps beside an opinion, and gives to whoever wants to check it.
type File struct {
	Release string `json:"release"` // canonical bytes, as they crossed
	Proof   string `json:"proof"`   // C2SP tlog-proof
}

// Checked is what evidence shows.
type Checked struct {
	Opinion  release.Opinion
	Seq      int64
	Entry    audit.Entry
	Position int64
	Head     checkpoint.Signed
}

// Check holds a file against the medical log's key, and says which witnesses countersigned.
func (f File) Check(log note.Verifier, witnesses ...note.Verifier) (Checked, error) {
	return Check([]byte(f.Release), []byte(f.Proof), log, witnesses...)
}

// Check says whether the log holds the delivery of exactly these bytes.
func Check(body, proof []byte, log note.Verifier, witnesses ...note.Verifier) (Checked, error) {
	r, err := release.Decode[release.Release](body)
	if err != nil || r.Opinion == nil || len(proof) > MaxProof {
		return Checked{}, errors.Join(ErrEvidence, err)
	}
	p, err := audit.ParseProof(proof)
	if err != nil {
		return Checked{}, errors.Join(ErrEvidence, err)
	}
	entry, err := audit.ParseEntry(p.Entry)
	if err != nil || string(delivery(r.Seq, body, entry).Canonical()) != string(p.Entry) {
		return Checked{}, errors.Join(ErrEvidence, err)
	}
	signed, err := p.Check(log, witnesses...)
	if err != nil {
		return Checked{}, errors.Join(ErrEvidence, err)
	}
	return Checked{Opinion: *r.Opinion, Seq: r.Seq, Entry: entry, Position: p.Position, Head: signed}, nil
}

var (
	idShape     = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	policyShape = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// delivery is the only entry that may stand for a release: what claims to be one gives its reference, its instant and its rules, and nothing else.
func delivery(seq int64, body []byte, claimed audit.Entry) audit.Entry {
	e := audit.Entry{At: claimed.At, Subject: subject, Role: role, Action: DeliverAction, ObjectKind: ObjectKind, Object: strconv.FormatInt(seq, 10),
		Decision: audit.Allow, Rule: allowedBy, Outcome: audit.Done, Digests: [][]byte{Digest(body)}, Retention: audit.Procedure}
	if idShape.MatchString(claimed.ID) {
		e.ID = claimed.ID
	}
	if policyShape.MatchString(claimed.Policy) {
		e.Policy = claimed.Policy
	}
	return e
}
