package custody

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"

	"cloison/crypto/keyholder"
)

// maxTogether bounds what one approval covers: a minor has two parents, and
// each parent may have been referred by more than one prefecture.
const maxTogether = 8

// ownMembers are what differs between the opinions that answer the referrals of
// one dossier.
var ownMembers = []string{"id", "referral", "receiver"}

// approvedTogether answers the digest that authors approve when one opinion
// answers several referrals. It is shown the bodies and not their digests, so
// that one approval can't cover two opinions between which the asker then
// chooses: the bodies must be of distinct referrals and differ in nothing else
// (TestSeveralReferralsAreOneOpinion, FuzzApprovedTogether).
func approvedTogether(o opinion, bodies []json.RawMessage) ([]byte, error) {
	if len(bodies) < 2 || len(bodies) > maxTogether {
		return nil, refuse(keyholder.RuleOpinionSet)
	}
	var digests [][32]byte
	var common []byte
	last, among := "", false
	for _, raw := range bodies {
		referral, rest, err := parseBody(raw)
		if err != nil || referral <= last || common != nil && !bytes.Equal(rest, common) {
			return nil, refuse(keyholder.RuleOpinionSet)
		}
		last, common = referral, rest
		among = among || bytes.Equal(raw, o.body)
		digests = append(digests, sha256.Sum256(raw))
	}
	if !among {
		return nil, refuse(keyholder.RuleOpinionSet)
	}
	return keyholder.ApprovedDigest(digests...), nil
}

// parseBody answers the referral of a body, and the body without what is that
// referral's own.
func parseBody(raw []byte) (referral string, rest []byte, err error) {
	members, err := splitMembers(raw)
	if err != nil {
		return "", nil, err
	}
	for _, m := range members {
		if m.name == "referral" && json.Unmarshal(m.value, &referral) != nil {
			return "", nil, errOpinion
		}
	}
	if !opaque(referral) {
		return "", nil, errOpinion
	}
	return referral, joinMembers(members, ownMembers...), nil
}
