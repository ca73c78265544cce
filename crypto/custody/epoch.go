package custody

import (
	"errors"
	"slices"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// epochData keeps an order upon an epoch whole, with the custodians'
// signatures. The keystore is what counts; the chain says who wanted it.
type epochData struct {
	Epoch    string      `json:"epoch"`
	Recovery string      `json:"recovery,omitempty"`
	Quorum   wire.Quorum `json:"quorum"`
}

// newEpoch makes the year's zone identity. Everything is wrapped to it from now
// on; what was wrapped before still opens, and is re-wrapped by a job. Killed
// between the keystore and the chain's line, the epoch stands without its line,
// and the same order answers EPOCH_EXISTS.
func (s *Service) newEpoch(now time.Time, a wire.NewEpochArgs) (result, error) {
	if err := s.quorum(now, wire.OpNewEpoch, wire.NewEpochOrder{Epoch: a.Epoch, Recovery: a.Recovery}, a.Quorum); err != nil {
		return result{}, err
	}
	keys, public, err := s.keys.AddEpoch(s.opts.Keystore, a.Epoch, a.Recovery)
	if errors.Is(err, keystore.ErrEpoch) {
		return result{}, refuse(wire.RuleEpochExists)
	}
	if err != nil {
		return result{}, s.halfChanged(err)
	}
	s.keys, s.public = keys, public
	s.opts.Log.Info("a new epoch is current", "epoch", a.Epoch)
	return result{reply: keyholder.None{}, data: epochData{Epoch: a.Epoch, Recovery: a.Recovery, Quorum: a.Quorum}}, nil
}

// destroy ends an epoch, and then this process: what was in memory goes with it
// (TestADestroyedEpochOpensNothing). The current epoch is never destroyed.
// Whether anything is still wrapped to the other ones only the database knows:
// the operator's tool looks before custodians sign. An epoch that was destroyed
// already is no error: the order may be repeated after a kill.
func (s *Service) destroy(now time.Time, a wire.DestroyArgs) (result, error) {
	if err := s.quorum(now, wire.OpDestroy, wire.DestroyOrder{Epoch: a.Epoch}, a.Quorum); err != nil {
		return result{}, err
	}
	data := epochData{Epoch: a.Epoch, Quorum: a.Quorum}
	if slices.Contains(s.public.Destroyed, a.Epoch) {
		return result{reply: keyholder.None{}, data: data}, nil
	}
	if _, known := s.public.Epoch(a.Epoch); !known {
		return result{}, refuse(wire.RuleEpochUnknown)
	}
	if a.Epoch == s.public.Current {
		return result{}, refuse(wire.RuleEpochInUse)
	}
	keys, public, err := s.keys.DropEpoch(s.opts.Keystore, a.Epoch)
	if err != nil {
		return result{}, s.halfChanged(err)
	}
	s.keys, s.public = keys, public
	s.opts.Log.Warn("an epoch was destroyed: keyholder seals itself, to leave the old key in no memory", "epoch", a.Epoch)
	s.end()
	return result{reply: keyholder.None{}, data: data}, nil
}

// halfChanged: the disk may be before or behind what memory holds; a start reads
// which (Unlock takes either side), so this one ends.
func (s *Service) halfChanged(err error) error {
	s.opts.Log.Error("ALARM the keystore could not be written", "error", err)
	s.end()
	return keyholder.ErrUnavailable
}
