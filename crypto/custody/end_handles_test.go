package custody_test

import (
	"testing"

	"cloison/crypto/keyholder"
)

// Whose duty ended opens nothing more, by any handle of his and whoever kept it; everybody else goes on, and he would want a fresh token of his own.
func TestEveryHandleOfAPersonEnds(t *testing.T) {
	t.Parallel()
	w := opened(t)
	first, second, other := w.signIn("med-a"), w.signIn("med-a"), w.signIn("med-b")
	d := w.dossier("d-ended")
	if _, err := w.openMedical(first, d); err != nil {
		t.Fatal(err)
	}
	if n, err := w.EndHandles(t.Context(), pscIssuer, "med-a"); err != nil || n != 2 {
		t.Fatalf("%d handles ended: %v", n, err)
	}
	for _, handle := range []string{first, second} {
		_, err := w.openMedical(handle, d)
		want(t, err, keyholder.ErrUnauthenticated)
	}
	if _, err := w.openMedical(other, d); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if n, err := w.EndHandles(t.Context(), "https://elsewhere.test", "med-b"); err != nil || n != 0 {
		t.Errorf("of another issuer: %d %v", n, err)
	}
}
