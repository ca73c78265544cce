// Package checkpoint is the signed head of a zone's audit log: its size and its root, as C2SP tlog-checkpoint says, and
// what signs it (the log) and what countersigns it (a witness, C2SP tlog-cosignature). It protects the past from whoever
// holds the database: a log that was rewritten has another root, and its head would need another signature.
//
// It trusts Ed25519 and SHA-256. It holds no state: who never signs a smaller tree, nor a second root of one size, is
// keyholder, the administrative zone's integrator, and each witness.
package checkpoint

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// TestClock begins the origin of every log whose time was a test's: it must never pass for a real one.
const TestClock = "testclock."

// Closed errors.
var (
	// ErrMalformed: not the three lines of a checkpoint of ours, in their one form.
	ErrMalformed = errors.New("malformed checkpoint")
	// ErrSignature: not signed by the key that this log is known by.
	ErrSignature = errors.New("checkpoint not signed by the key of this log")
)

// Checkpoint says that the log named Origin had Size entries, under Root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Text is what is signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// Parse reads Text in its one form. Extension lines are refused: our logs write none.
func Parse(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return Checkpoint{}, ErrMalformed
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, ErrMalformed
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, ErrMalformed
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root}
	if c.Text() != text {
		return Checkpoint{}, ErrMalformed
	}
	return c, nil
}

// Sign makes the signed note of c.
func Sign(c Checkpoint, signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: c.Text()}, signer)
	if err != nil {
		return nil, fmt.Errorf("signing a checkpoint of %d entries: %w", c.Size, err)
	}
	return signed, nil
}

// Signed is a checkpoint whose signature by its log was checked, and the countersignatures of the witnesses that were asked for.
type Signed struct {
	Checkpoint
	Note      *note.Note
	Witnesses []Cosignature
}

// Open checks that a note is a checkpoint of the log that verifier stands for. Signatures of other keys than the witnesses' are passed over, and so is one
// of a former key of the log upon a head that it was not there to sign.
func Open(signed []byte, log note.Verifier, witnesses ...note.Verifier) (Signed, error) {
	keys := keysOf(log)
	known := witnesses
	for _, key := range keys {
		known = append(known[:len(known):len(known)], key.Verifier)
	}
	opened, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return Signed{}, ErrSignature // its own text quotes the note
	}
	c, err := Parse(opened.Text)
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Checkpoint: c, Note: opened}
	byLog := false
	for _, sig := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return Signed{}, ErrSignature // one signature, one text
		}
		if signedBy(keys, sig, c.Size) {
			byLog = true
			continue
		}
		if at, ok := timeOf(sig); ok {
			s.Witnesses = append(s.Witnesses, Cosignature{Name: sig.Name, At: at})
		}
	}
	if !byLog || c.Origin != log.Name() {
		return Signed{}, ErrSignature
	}
	return s, nil
}

func signedBy(keys []bounded, sig note.Signature, size int64) bool {
	for _, key := range keys {
		if sig.Name == key.Name() && sig.Hash == key.KeyHash() {
			return key.until == 0 || size <= key.until
		}
	}
	return false
}
