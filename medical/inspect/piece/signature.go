package piece

import (
	"bytes"
	"slices"
)

// signatures are byte strings that no honest piece holds. Each is kept backwards, so that neither this program nor its sources is taken
// for what it looks for. The first is the test string on which all antivirus programs agree (EICAR): it shows that the path works. An
// antivirus engine is not replaced by this list; docs/decisions/0019 says why none is called.
var signatures = [][]byte{
	backwards(`*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X`),
}

func backwards(s string) []byte {
	b := []byte(s)
	slices.Reverse(b)
	return b
}

func infected(b []byte) bool {
	return slices.ContainsFunc(signatures, func(s []byte) bool { return bytes.Contains(b, s) })
}

// longest is how many bytes two chunks must share for a signature across them to be seen.
var longest = len(slices.MaxFunc(signatures, func(a, b []byte) int { return len(a) - len(b) }))
