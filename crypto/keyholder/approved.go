package keyholder

import "crypto/sha256"

// ApprovedDigest is what an author approves, from the SHA-256 of each opinion
// body that he signs in one act. One body: its digest, and nothing else. Several
// (one opinion that answers several referrals): a digest over theirs, in
// ascending order of referral. The prefix keeps the two apart: a body begins
// with a brace.
func ApprovedDigest(bodies ...[32]byte) []byte {
	if len(bodies) == 1 {
		return bodies[0][:]
	}
	h := sha256.New()
	h.Write([]byte("cloison-opinions-1"))
	for _, digest := range bodies {
		h.Write(digest[:])
	}
	return h.Sum(nil)
}
