package medical

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
)

// DrawCandidate is a physician who may sit, and how many dossiers he sits on.
type DrawCandidate struct {
	Member       string `json:"member"`
	OpenDossiers int    `json:"open_dossiers"`
}

// DrawCollege takes three: those with the fewest open dossiers, ties by lot. The lot of each is a hash of the seed and his id, so the same seed
// and candidates give the same college, in whatever order they come.
func DrawCollege(seed []byte, candidates []DrawCandidate) []string {
	order := slices.SortedFunc(slices.Values(candidates), func(a, b DrawCandidate) int {
		return cmp.Or(cmp.Compare(a.OpenDossiers, b.OpenDossiers), bytes.Compare(lot(seed, a.Member), lot(seed, b.Member)))
	})
	members := []string{}
	for _, one := range order[:min(3, len(order))] {
		members = append(members, one.Member)
	}
	return members
}

func lot(seed []byte, member string) []byte {
	sum := sha256.Sum256(slices.Concat([]byte("cloison-draw-1"), seed, []byte(member)))
	return sum[:]
}
