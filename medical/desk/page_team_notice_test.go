package desk

import (
	"strings"
	"testing"
	"time"

	"cloison/identity"
)

// A habilitation is asked about in the last thirty days of its quarter, and until somebody looks at it; one without a term never is.
func TestAQuarterIsAskedAboutInItsLastMonth(t *testing.T) {
	t.Parallel()
	due := "2026-06-12"
	for at, want := range map[string]bool{
		"2026-03-12T09:00:00Z": false, "2026-05-12T21:59:00Z": false, "2026-05-12T22:00:00Z": true, // the 13th, in Paris
		"2026-06-12T09:00:00Z": true, "2026-09-01T09:00:00Z": true,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		k := &Desk{}
		k.Clock = thatDay(now)
		if got := k.reviewAwaited(&due); got != want {
			t.Errorf("at %s: %v", at, got)
		}
		if k.reviewAwaited(nil) {
			t.Errorf("at %s: one without a term is asked about", at)
		}
	}
	for standing, says := range map[string]string{identity.InForce: "Sans revue d’ici là", identity.Lapsed: "n’a pas été revue : cette personne ne peut plus se connecter"} {
		if said := reviewText(identity.Standing{Standing: standing, ReviewDue: &due}); !strings.Contains(said, says) || !strings.Contains(said, frenchDay(due)) {
			t.Errorf("%s: %s", standing, said)
		}
	}
}
