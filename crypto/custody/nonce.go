package custody

import (
	"crypto/sha256"
	"fmt"
	"time"

	"cloison/crypto/keyholder"
)

const (
	nonceLife = 10 * time.Minute
	// maxNonces bounds what an asker can make us remember.
	maxNonces = 50_000
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
func (s *Service) nonce(now time.Time, a keyholder.NonceArgs) (result, error) {
	data := nonceData{Act: a.Act, Dossier: a.Dossier}
	switch a.Act {
	case keyholder.ActSession:
		if a.Dossier != "" || len(a.Digest) != 0 {
			return result{}, refuse(keyholder.RuleMalformed)
		}
	case keyholder.ActReportSign, keyholder.ActOpinionSign:
		if !opaque(a.Dossier) || len(a.Digest) != sha256.Size {
			return result{}, refuse(keyholder.RuleMalformed)
		}
	default:
		return result{}, refuse(keyholder.RuleUnknownAct)
	}
	s.forgetNonces(now)
	if len(s.nonces) >= maxNonces {
		return result{data: data}, keyholder.ErrRateLimited
	}
	draw := random(32)
	n := keyholder.ApprovalNonce(a.Act, a.Digest, draw)
	s.nonces[n] = drawn{act: a.Act, dossier: a.Dossier, digest: a.Digest, draw: draw, at: now}
	return result{reply: keyholder.NonceReply{Nonce: n}, data: data}, nil
}

func (s *Service) forgetNonces(now time.Time) {
	for n, d := range s.nonces {
		if now.Sub(d.at) >= nonceLife {
			delete(s.nonces, n)
		}
	}
}

// take gives a nonce once, whatever becomes of the token that named it.
func (s *Service) take(now time.Time, nonce string) (drawn, error) {
	d, ok := s.nonces[nonce]
	if !ok || nonce == "" {
		return drawn{}, fmt.Errorf("nonce was not drawn here or was taken: %w", keyholder.ErrUnauthenticated)
	}
	delete(s.nonces, nonce)
	if age := now.Sub(d.at); age >= nonceLife || age < 0 {
		return drawn{}, fmt.Errorf("nonce is too old: %w", keyholder.ErrUnauthenticated)
	}
	return d, nil
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
