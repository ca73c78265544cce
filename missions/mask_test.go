package missions_test

import (
	"testing"

	"pgregory.net/rapid"

	"cloison/missions"
)

// TestNoSmallCountIsShownNorFound: no figure from 1 to 4 is shown, and none can be found by taking what is shown from the total.
func TestNoSmallCountIsShownNorFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 12), 0, 8).Draw(t, "counts")
		shown, total := missions.Masked(counts)
		hidden, rest, small := 0, 0, false
		for i, n := range shown {
			small = small || counts[i] > 0 && counts[i] < 5
			switch {
			case n == nil:
				hidden, rest = hidden+1, rest+counts[i]
			case *n != counts[i]:
				t.Fatalf("%d is shown as %d", counts[i], *n)
			case *n > 0 && *n < 5:
				t.Fatalf("%d is shown", *n)
			}
		}
		if (hidden > 0) != small {
			t.Fatalf("of %v %d are kept back", counts, hidden)
		}
		if total != nil && hidden > 0 && (hidden == 1 || rest < 5) {
			t.Fatalf("of %v the total gives away what is kept back", counts)
		}
	})
	if _, total := missions.Masked([]int{5, 9, 0}); total == nil || *total != 14 {
		t.Error("nothing small, and the total is kept back")
	}
}
