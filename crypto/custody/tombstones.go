package custody

import (
	"crypto/hmac"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// tombstonesAfter gives the shreddings for a copy outside this host: ids, visas
// and signatures, nothing that opens.
func (s *Service) tombstonesAfter(_ time.Time, a wire.TombstonesArgs) (result, error) {
	if a.After < 0 {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	from := min(a.After, len(s.state.buried))
	to := min(from+wire.MaxTombstones, len(s.state.buried))
	page := append([]wire.Tombstone{}, s.state.buried[from:to]...)
	for i, t := range page {
		page[i].Mark = s.keys.MarkTombstone(t.Dossier, t.Visa)
	}
	return result{reply: wire.TombstonesReply{Tombstones: page}}, nil
}

type replayData struct {
	Tombstones []wire.Tombstone `json:"tombstones"`
}

func (d *replayData) apply(st *state, _ time.Time) {
	for _, t := range d.Tombstones {
		st.bury(t)
	}
}

// replay takes shreddings back after a restore from before them. Each carries
// the signatures of k custodians over that order (that their nonce is of another
// start changes nothing, since a dossier is destroyed once and for ever), or
// keyholder's own mark: custodians who signed may have left since
// (TestARestoredKeyholderIsToldWhatWasDestroyed, TestNewSharesReplaceTheOldOnes).
func (s *Service) replayTombstones(now time.Time, a wire.ReplayArgs) (result, error) {
	if len(a.Tombstones) == 0 || len(a.Tombstones) > wire.MaxTombstones {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	data, fresh := &replayData{Tombstones: []wire.Tombstone{}}, map[string]bool{}
	for _, t := range a.Tombstones {
		if !opaque(t.Dossier) || !opaque(t.Visa) {
			return result{}, refuse(keyholder.RuleMalformed)
		}
		if err := s.proven(t); err != nil {
			return result{}, err
		}
		if !s.state.tombstones[t.Dossier] && !fresh[t.Dossier] {
			fresh[t.Dossier] = true
			data.Tombstones = append(data.Tombstones, t)
		}
	}
	return s.commit(wire.ReplayReply{New: len(data.Tombstones)}, data, now), nil
}

func (s *Service) proven(t wire.Tombstone) error {
	if hmac.Equal(t.Mark, s.keys.MarkTombstone(t.Dossier, t.Visa)) {
		return nil
	}
	signed, err := signatures(s.public, wire.OpShred, wire.ShredOrder{Dossier: t.Dossier, Visa: t.Visa}, t.Quorum)
	if err != nil {
		return err
	}
	if signed < s.public.K {
		return refuse(wire.RuleQuorum)
	}
	return nil
}
