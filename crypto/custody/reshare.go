package custody

import (
	"errors"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

type reshareData struct {
	wire.ReshareOrder
	Quorum wire.Quorum `json:"quorum"`
}

// reshare deals new shares, by order of k custodians of before: a custodian left, or lost a key. The zone's keys stay, and so do open sessions; an
// order that the one who left has signed counts no more (TestNewSharesReplaceTheOldOnes). Killed between the keystore and the chain's line, the
// deal stands without its line, and the same order makes another.
func (s *Service) reshare(now time.Time, a wire.ReshareArgs) (result, error) {
	if err := s.quorum(now, wire.OpReshare, a.ReshareOrder, a.Quorum); err != nil {
		return result{}, err
	}
	keys, public, err := s.keys.Reshare(s.opts.Keystore, a.K, a.N, a.Cards)
	if errors.Is(err, keystore.ErrCustodians) {
		return result{}, refuse(wire.RuleCustodians)
	}
	if err != nil {
		return result{}, s.halfChanged(err)
	}
	s.keys, s.public = keys, public
	s.opts.Log.Warn("ALARM new shares were dealt", "k", a.K, "n", a.N, "new", len(a.Cards))
	return result{reply: keyholder.None{}, data: reshareData{ReshareOrder: a.ReshareOrder, Quorum: a.Quorum}}, nil
}
