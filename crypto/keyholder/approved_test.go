package keyholder_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"cloison/crypto/keyholder"
)

// The vectors hold the form for good: approvals are archived, and checked years later by others.
func TestApprovedDigestVectors(t *testing.T) {
	t.Parallel()
	one, two := sha256.Sum256([]byte(`{"referral":"r-1"}`)), sha256.Sum256([]byte(`{"referral":"r-2"}`))
	for name, c := range map[string]struct {
		bodies [][32]byte
		want   string
	}{
		"one body is its digest":   {[][32]byte{one}, "8e6e21e6ebeb83e262e3be9d58fa2d4ec32304f5d1a1b345d6d10b9e754cf8c5"},
		"two bodies":               {[][32]byte{one, two}, "195608afa442cf0f9a9a218337a51f5f2c29de79d841fb3d2e4c0d3a310e85e9"},
		"two in the other order":   {[][32]byte{two, one}, "40c71e648522aff0a1abf0faa008282c651e6a54a1c4812efa1bb4794b5cf77a"},
		"the same body three ways": {[][32]byte{one, one, one}, "f70cc73c095ee4b39cbdde9ecf27a1fab7afec131a75617b948450a2512b50ff"},
	} {
		if got := hex.EncodeToString(keyholder.ApprovedDigest(c.bodies...)); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	prefixed := append([]byte("cloison-opinions-1"), append(one[:], two[:]...)...)
	if sum := sha256.Sum256(prefixed); !bytes.Equal(sum[:], keyholder.ApprovedDigest(one, two)) {
		t.Error("the digest of two bodies is not that of the prefix and both digests")
	}
}
