package checkpoint

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/keyfile"
)

// Cosignature is a witness's statement: at that time, the largest tree of this log that it had seen, and found consistent
// with every one before, was this one.
type Cosignature struct {
	Name string
	At   time.Time
}

// Witness countersigns checkpoints of logs that it follows.
type Witness struct {
	name string
	key  *keyfile.Signer
}

// NewWitness names a witness. Its key signs nothing else: a cosignature does not hold its name (C2SP tlog-cosignature).
func NewWitness(name string, key *keyfile.Signer) *Witness { return &Witness{name, key} }

// Name is the witness's.
func (w *Witness) Name() string { return w.name }

// Verifier checks what the witness signs.
func (w *Witness) Verifier() note.Verifier { return NewWitnessVerifier(w.name, w.key.Public()) }

// Cosign gives the signature line of the witness on a checkpoint that the caller found consistent.
func (w *Witness) Cosign(c Checkpoint, at time.Time) (line string, err error) {
	seconds := at.Unix()
	if seconds < 0 {
		return "", fmt.Errorf("cosigning a checkpoint of %s: a time before 1970", c.Origin)
	}
	signature := binary.BigEndian.AppendUint32(nil, keyHash(w.name, algCosignature, w.key.Public()))
	signature = binary.BigEndian.AppendUint64(signature, uint64(seconds))
	signature = append(signature, w.key.Sign(cosigned(c.Text(), uint64(seconds)))...)
	return fmt.Sprintf("— %s %s\n", w.name, base64.StdEncoding.EncodeToString(signature)), nil
}

func cosigned(text string, seconds uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
}

// NewWitnessVerifier checks the cosignatures of one witness.
func NewWitnessVerifier(name string, public ed25519.PublicKey) note.Verifier {
	return witnessVerifier{name, public}
}

type witnessVerifier struct {
	name   string
	public ed25519.PublicKey
}

func (v witnessVerifier) Name() string    { return v.name }
func (v witnessVerifier) KeyHash() uint32 { return keyHash(v.name, algCosignature, v.public) }

func (v witnessVerifier) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	return seconds < 1<<63 && ed25519.Verify(v.public, cosigned(string(text), seconds), signature[8:])
}

// timeOf reads the time of a cosignature that was verified; the log's own signature has none.
func timeOf(sig note.Signature) (time.Time, bool) {
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(raw) != 4+8+ed25519.SignatureSize {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC(), true
}
