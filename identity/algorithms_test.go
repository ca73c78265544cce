package identity

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestNoIssuerSignsWithASecret: the library refuses a secret to each algorithm of the list, and takes one for those that must never stand in it. That
// tokens signed so are refused is TestInvalidTokens.
func TestNoIssuerSignsWithASecret(t *testing.T) {
	t.Parallel()
	taken := func(a string) bool {
		_, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(a), Key: make([]byte, 64)}, nil)
		return err == nil
	}
	for _, a := range algorithms {
		if taken(a) || a == "none" || a == "" {
			t.Errorf("%q is signed with a secret, or with nothing", a)
		}
	}
	if !taken("HS256") {
		t.Error("the library takes no secret at all")
	}
}
