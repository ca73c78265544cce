package custody

import (
	"errors"
	"slices"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

func (s *Service) custodyStatus(time.Time, keyholder.None) (result, error) {
	st := wire.Status{
		Sealed: s.keys == nil, Environment: s.public.Environment, Zone: s.public.Zone, Keystore: s.public.ID,
		Start: s.start, Recipient: s.ephemeral().Recipient().String(), K: s.public.K, N: len(s.public.Custodians),
		Given: s.given(), Wrong: s.wrong,
	}
	if !st.Sealed {
		st.Epoch, st.RosterLines, st.Shredded = s.public.Current, len(s.state.roster.Lines), len(s.state.tombstones)
	}
	return result{reply: st}, nil
}

func (s *Service) given() []int {
	out := make([]int, 0, len(s.shares))
	for n := range s.shares {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

type unsealData struct {
	Custodian int  `json:"custodian"`
	Unsealed  bool `json:"unsealed"`
	Wrong     int  `json:"wrong"`
}

// unseal takes one share. A wrong one is counted and changes nothing else:
// nothing that is not a share can set back an unseal under way
// (TestWrongSharesAreCounted).
func (s *Service) unseal(_ time.Time, a wire.UnsealArgs) (result, error) {
	if s.keys != nil {
		return result{reply: wire.UnsealReply{K: s.public.K, Given: s.public.K}, data: unsealData{Unsealed: true}}, nil
	}
	share, err := keystore.OpenShare(s.public, a.Share, s.ephemeral(), s.start)
	if err != nil {
		s.wrong++
		return result{data: unsealData{Wrong: s.wrong}}, refuse(wire.RuleShare)
	}
	s.shares[share.Custodian] = share
	given := len(s.shares)
	data := unsealData{Custodian: share.Custodian, Wrong: s.wrong}
	if given >= s.public.K {
		if err := s.unlock(); err != nil {
			return result{data: data}, err
		}
		data.Unsealed = true
	}
	return result{reply: wire.UnsealReply{Sealed: s.keys == nil, Given: given, K: s.public.K}, data: data}, nil
}

// unlock opens the keystore and, with the key that it holds, replays the chain.
func (s *Service) unlock() error {
	shares := make([]keystore.Share, 0, len(s.shares))
	for _, sh := range s.shares {
		shares = append(shares, sh)
	}
	keys, err := keystore.Unlock(s.opts.Keystore, s.public, shares)
	if err != nil {
		s.opts.Log.Error("ALARM the keystore does not open with right shares", "error", err)
		if errors.Is(err, keystore.ErrTampered) {
			return refuse(wire.RuleKeystore)
		}
		return refuse(wire.RuleNotUnsealable)
	}
	st, err := replay(s.chain, keys.Authenticate, s.opts.Budgets)
	if err != nil {
		s.opts.Log.Error("ALARM the chain file was not written by this keyholder", "error", err)
		return refuse(wire.RuleChain)
	}
	s.keys, s.state = keys, st
	s.chain.Authenticate(keys.Authenticate)
	clear(s.shares)
	s.opts.Log.Info("keyholder is open", "epoch", s.public.Current)
	return nil
}

type sealData struct{}

// seal ends this process's keys: Serve returns ErrSeal once the answer is out,
// and the program replaces itself. Sealing needs no quorum: anyone who may
// reach custody.sock may stop everything.
func (s *Service) seal(time.Time, keyholder.None) (result, error) {
	s.end()
	return result{reply: keyholder.None{}, data: sealData{}}, nil
}

// end has Serve return ErrSeal once the answers under way are out.
func (s *Service) end() {
	select {
	case <-s.sealing:
	default:
		close(s.sealing)
	}
}
