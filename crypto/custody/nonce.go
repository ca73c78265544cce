package custody

import (
	"crypto/sha256"
	"fmt"
	"time"

	"cloison/crypto/keyholder"
)

const (
	nonceLife = 10 * time.Minute
	// Quotas bound what an asker can make us remember. Each kind has its own:
	// a session's nonce is drawn for anyone who opens the sign-in page, so
	// strangers can use those up, and must not stop a physician who signs
	// (TestQuotasAreSeparate). 50 000 in ten minutes is 80 sign-ins a second;
	// 5 000 approvals is thirty times OFII's physicians, all at once.
	maxSessionNonces  = 50_000
	maxApprovalNonces = 5_000
	maxOrderNonces    = 1_000
)

// drawn is a nonce that this process drew and no token has taken.
type drawn struct {
	act, dossier string
	digest, draw []byte
	at           time.Time
}

type nonceData struct {
	Act     string `json:"act"`
	Dossier string `json:"dossier"`
}

// nonce binds an act, and for an approval what is approved, to 32 bytes drawn
// here: a token that carries it was made after, and for this.
//
// A session's nonce leaves no line in the chain: it is drawn before anyone has
// proven anything, so strangers would decide how long the file gets. What it
// led to stands in OpenSession's line, with who. An approval's nonce has its line.
func (s *Service) nonce(now time.Time, a keyholder.NonceArgs) (result, error) {
	quota := s.approvalNonces
	switch a.Act {
	case keyholder.ActSession:
		if a.Dossier != "" || len(a.Digest) != 0 {
			return result{}, refuse(keyholder.RuleMalformed)
		}
		quota = s.sessionNonces
	case keyholder.ActReportSign, keyholder.ActOpinionSign, keyholder.ActDisclosure, keyholder.ActBudget, keyholder.ActLeft:
		if !opaque(a.Dossier) || len(a.Digest) != sha256.Size {
			return result{}, refuse(keyholder.RuleMalformed)
		}
	default:
		return result{}, refuse(keyholder.RuleUnknownAct)
	}
	data := nonceData{Act: a.Act, Dossier: a.Dossier}
	draw := random(32)
	n := keyholder.ApprovalNonce(a.Act, a.Digest, draw)
	if !quota.add(now, n, drawn{act: a.Act, dossier: a.Dossier, digest: a.Digest, draw: draw, at: now}) {
		return result{data: data}, keyholder.ErrRateLimited
	}
	return result{reply: keyholder.NonceReply{Nonce: n}, data: data, unrecorded: a.Act == keyholder.ActSession}, nil
}

// take gives a nonce once, whatever becomes of the token that named it.
func (s *Service) take(now time.Time, nonce string) (drawn, error) {
	for _, quota := range []*pending[drawn]{s.sessionNonces, s.approvalNonces} {
		if d, ok := quota.find(now, nonce); ok {
			quota.drop(nonce)
			return d, nil
		}
	}
	return drawn{}, fmt.Errorf("nonce was not drawn here, was taken or is too old: %w", keyholder.ErrUnauthenticated)
}

// opaque accepts ids of our own making and nothing that could carry a sentence.
func opaque(id string) bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	for _, c := range id {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
