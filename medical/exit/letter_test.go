package exit

import (
	"encoding/json"
	"testing"

	"cloison/medical"
)

// REQ-23: an attestation knows a summons by the digest of its exact text, and does not hold the text.
func TestALetterIsKnownByTheDigestOfItsText(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(LetterOf("conv-1", medical.Letter{Text: "abc"}))
	const want = `{"ref":"conv-1","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}` // FIPS 180-4, of "abc"
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}
