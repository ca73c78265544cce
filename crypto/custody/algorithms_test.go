package custody

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestNoAlgorithmOfASecret: the library refuses a secret to each algorithm of the list, and takes one for those that must never stand in it. That a
// token signed so is refused is another test's (TestTwoProofs, TestApprovalIsProvenOffline): there the kind of the key refuses it by itself too, so
// that only this one sees what is added to the list.
func TestNoAlgorithmOfASecret(t *testing.T) {
	t.Parallel()
	taken := func(a jose.SignatureAlgorithm) bool {
		_, err := jose.NewSigner(jose.SigningKey{Algorithm: a, Key: make([]byte, 64)}, nil)
		return err == nil
	}
	for _, a := range issuerAlgorithms {
		if taken(a) || a == "none" || a == "" {
			t.Errorf("%q is signed with a secret, or with nothing", a)
		}
	}
	if !taken(jose.HS256) {
		t.Error("the library takes no secret at all")
	}
}
