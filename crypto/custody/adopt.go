package custody

import (
	"errors"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// adopt takes an epoch of a keystore that was lost, by its recovery identity from the safe: the one time that an identity comes in from outside. It
// comes sealed to this start, as a share does, and k custodians signed for its recipient and for the lost keystore's signing key.
func (s *Service) adopt(now time.Time, a wire.AdoptArgs) (result, error) {
	if err := s.quorum(now, wire.OpAdopt, a.AdoptOrder, a.Quorum); err != nil {
		return result{}, err
	}
	keys, public, err := s.keys.Adopt(s.opts.Keystore, a.Epoch, a.Recipient, a.Signer, a.Sealed, s.ephemeral(), s.start)
	switch {
	case errors.Is(err, keystore.ErrEpoch):
		return result{}, refuse(wire.RuleEpochExists)
	case errors.Is(err, keystore.ErrWrongShare):
		return result{}, refuse(wire.RuleRecovery)
	case err != nil:
		return result{}, s.halfChanged(err)
	}
	s.keys, s.public = keys, public
	s.opts.Log.Warn("ALARM an epoch of a lost keystore was adopted", "epoch", a.Epoch)
	return result{reply: keyholder.None{}, data: adoptData{AdoptOrder: a.AdoptOrder, Quorum: a.Quorum}}, nil
}

type adoptData struct {
	wire.AdoptOrder
	Quorum wire.Quorum `json:"quorum"`
}
