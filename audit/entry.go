// Package audit is the append-only record of who did what: one entry per act, inserted in the transaction of the act, or, for a
// read, committed before the first byte. It protects the proof that the procedure was regular against everybody, its own operator
// included (positions, checkpoints and the witness come on top of these entries).
//
// An entry holds codes, dates and opaque references: no name, no free text, no health data. Every column has a CHECK
// (migrations/audit). A person stands there under a random reference that the directory can forget.
package audit

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Decisions. None: refused before policy was asked (malformed, unknown field), or a replay.
const (
	Allow = "ALLOW"
	Deny  = "DENY"
	None  = "NONE"
)

// Outcomes.
const (
	Done     = "DONE"     // the act is committed with this entry
	Refused  = "REFUSED"  // a rule refused; nothing changed
	Failed   = "FAILED"   // something broke; nothing changed
	Intent   = "INTENT"   // a read was allowed and is about to be served
	Served   = "SERVED"   // the read of Intent ended well
	Broken   = "BROKEN"   // the read of Intent stopped before its end
	Replayed = "REPLAYED" // a repeated Idempotency-Key was answered again; nothing changed
)

// Retentions: CNIL's logging recommendation keeps accesses three years; the evidence of the procedure is kept five.
const (
	Access    = "ACCESS"
	Procedure = "PROCEDURE"
)

// Entry is one line of the record.
type Entry struct {
	ID         string    `json:"id"`      // random UUID
	At         time.Time `json:"at"`      // the clock of acts; kept to the microsecond, as PostgreSQL does
	Subject    string    `json:"subject"` // random reference of the person, never his id; "relay", "sweep" for system subjects
	Session    string    `json:"session"` // opaque reference of the session, "" for system subjects
	Role       string    `json:"role"`
	Purpose    string    `json:"purpose"`
	Action     string    `json:"action"`
	ObjectKind string    `json:"object_kind"`
	Object     string    `json:"object"` // opaque id; for any act on a dossier, the dossier's
	Item       string    `json:"item"`   // opaque id of the piece, "" for the whole object
	Decision   string    `json:"decision"`
	Rule       string    `json:"rule"`   // the rule that decided: refusal code, or the capacity in which the act was allowed
	Policy     string    `json:"policy"` // hex SHA-256 of the policy set
	Outcome    string    `json:"outcome"`
	Intent     string    `json:"intent"` // for SERVED and BROKEN: id of the INTENT entry
	RequestID  string    `json:"request_id"`
	Digests    [][]byte  `json:"digests"` // SHA-256 of the age headers written by this act; of the sealed opinion, where it delivers one
	Bytes      int64     `json:"bytes"`   // for SERVED and BROKEN: bytes given to the reader
	Retention  string    `json:"retention"`
}

// canonicalPrefix separates these bytes from every other thing that is hashed in this project.
const canonicalPrefix = "cloison-entry-1\n"

// Canonical is the leaf that the log hashes: the prefix, then JSON in the declared order, times in UTC to the microsecond. The same
// entry read back from the database gives the same bytes (TestCanonicalSurvivesTheDatabase).
func (e Entry) Canonical() []byte {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	if e.Digests == nil {
		e.Digests = [][]byte{}
	}
	var leaf bytes.Buffer
	leaf.WriteString(canonicalPrefix)
	encoder := json.NewEncoder(&leaf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		panic(fmt.Sprintf("an entry of strings, numbers and a time always encodes: %v", err))
	}
	return bytes.TrimSuffix(leaf.Bytes(), []byte("\n"))
}

// NewID draws a random UUID (version 4).
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
