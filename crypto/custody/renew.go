package custody

import (
	"errors"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// renewData keeps an order upon a key whole, with the custodians' signatures. The keystore is what counts; the chain says who wanted it.
type renewData struct {
	wire.KeyOrder
	Until  int64       `json:"until,omitempty"` // of the key of the log: the size of its last head
	Quorum wire.Quorum `json:"quorum"`
}

// nextKey makes the key that comes next and shows it beside the present one, which stays in use.
func (s *Service) nextKey(now time.Time, a wire.KeyArgs) (result, error) {
	if err := s.quorum(now, wire.OpNextKey, a.KeyOrder, a.Quorum); err != nil {
		return result{}, err
	}
	keys, public, err := s.keys.MakeNext(s.opts.Keystore, a.Key)
	if err != nil {
		return result{}, s.notRenewed(err)
	}
	s.keys, s.public = keys, public
	_, fingerprint := public.NextKey(a.Key)
	s.opts.Log.Info("the key that comes next is made", "key", a.Key, "fingerprint", fingerprint)
	return result{reply: keyholder.None{}, data: renewData{KeyOrder: a.KeyOrder, Quorum: a.Quorum}}, nil
}

// takeKey puts the next key in the place of the present one (TestTheLogGoesOnUnderItsNextKey, TestOpinionsAreSealedByTheNextKey,
// TestStoredTagsFollowTheKey). Killed between the keystore and the chain's line, the key is taken without its line, and the same order is answered as done.
func (s *Service) takeKey(now time.Time, a wire.KeyArgs) (result, error) {
	if err := s.quorum(now, wire.OpTakeKey, a.KeyOrder, a.Quorum); err != nil {
		return result{}, err
	}
	until := s.state.checkpoint.Size
	keys, public, err := s.replaced(now, a.KeyOrder, until)
	if err != nil {
		return result{}, s.notRenewed(err)
	}
	certificate, err := keystore.ReadCertificate(s.opts.Keystore, public)
	if err != nil {
		return result{}, s.halfChanged(err)
	}
	s.keys, s.public, s.certificate = keys, public, certificate
	s.opts.Log.Warn("ALARM a key was replaced", "key", a.Key)
	data := renewData{KeyOrder: a.KeyOrder, Quorum: a.Quorum}
	if a.Key == keystore.KeyCheckpoints {
		data.Until = until
	}
	return result{reply: keyholder.None{}, data: data}, nil
}

func (s *Service) replaced(now time.Time, o wire.KeyOrder, until int64) (*keystore.Keys, keystore.Public, error) {
	if o.Key == keystore.KeyStatistics {
		return s.keys.TakeStatistics(s.opts.Keystore, now.In(s.opts.Location).Year(), s.state.countedThrough)
	}
	return s.keys.TakeNext(s.opts.Keystore, o.Key, o.Public, until, s.today(now))
}

// countedThrough says that no record of a year, nor of one before, is still to be counted.
func (st *state) countedThrough(year int) bool {
	for _, o := range st.opinions {
		for day := range o.documents {
			on, err := time.Parse(time.DateOnly, day)
			if err != nil || on.Year() <= year && st.counted[on.Year()] == nil {
				return false
			}
		}
	}
	return true
}

func (s *Service) notRenewed(err error) error {
	switch {
	case errors.Is(err, keystore.ErrKey):
		return refuse(wire.RuleKeyUnknown)
	case errors.Is(err, keystore.ErrNext):
		return refuse(wire.RuleKeyNext)
	case errors.Is(err, keystore.ErrCertificate):
		return refuse(keyholder.RuleSealCertificate)
	}
	return s.halfChanged(err)
}

type retagData struct {
	Class string `json:"class"`
	Tags  int    `json:"tags"`
}

// retag brings stored search tags to the present key. On custody.sock alone: with a key that leaked, whoever could ask this of a tag that he computed would
// find out, at no bounded rate, whose tag it is now.
func (s *Service) retag(_ time.Time, a wire.RetagArgs) (result, error) {
	searched := a.Class == keyholder.IndexAGDREF || a.Class == keyholder.IndexNameBirth
	if !searched || len(a.Tags) == 0 || len(a.Tags) > wire.MaxRetag {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	reply := wire.RetagReply{Tags: make([][]byte, len(a.Tags))}
	for i, tag := range a.Tags {
		var err error
		if reply.Tags[i], err = s.keys.Retag(a.Class, tag); err != nil {
			return result{}, refuse(wire.RuleTag)
		}
	}
	return result{reply: reply, data: retagData{Class: a.Class, Tags: len(a.Tags)}}, nil
}
