package medical_test

import (
	"bytes"
	"slices"
	"testing"

	"cloison/medical"

	"pgregory.net/rapid"
)

func TestTheDrawTakesTheLeastLoadedAndCanBeDoneAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")
		loads := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 12).Draw(t, "loads")
		var candidates []medical.DrawCandidate
		load := map[string]int{}
		for i, n := range loads {
			member := "med-" + string(rune('a'+i))
			candidates = append(candidates, medical.DrawCandidate{Member: member, OpenDossiers: n})
			load[member] = n
		}
		members := medical.DrawCollege(seed, candidates)
		if len(members) != min(3, len(candidates)) {
			t.Fatalf("%d members of %d candidates", len(members), len(candidates))
		}
		for _, c := range candidates {
			if !slices.Contains(members, c.Member) && slices.ContainsFunc(members, func(m string) bool { return load[m] > c.OpenDossiers }) {
				t.Fatalf("%v were drawn although %s has fewer dossiers", members, c.Member)
			}
		}
		slices.Reverse(candidates)
		if again := medical.DrawCollege(seed, candidates); !slices.Equal(again, members) {
			t.Fatalf("the same seed drew %v, then %v", members, again)
		}
	})
}

// Ties are drawn: over seeds, each of equals is taken, and the order of the list is not an order of preference.
func TestTiesAreDrawn(t *testing.T) {
	equals := []medical.DrawCandidate{{Member: "a"}, {Member: "b"}, {Member: "c"}, {Member: "d"}, {Member: "e"}}
	taken := map[string]int{}
	for i := range 200 {
		for _, m := range medical.DrawCollege(bytes.Repeat([]byte{byte(i)}, 32), equals) {
			taken[m]++
		}
	}
	for _, one := range equals {
		if n := taken[one.Member]; n < 80 || n > 160 { // 120 on average
			t.Errorf("%s was drawn %d times of 200", one.Member, n)
		}
	}
	// Held for good: a draw is done again years later.
	if got := medical.DrawCollege(make([]byte, 32), equals); !slices.Equal(got, []string{"d", "c", "a"}) {
		t.Errorf("the draw of the seed of zeros is %v", got)
	}
}
