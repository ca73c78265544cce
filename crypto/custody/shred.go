package custody

import (
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

type shredData struct {
	Dossier string      `json:"dossier"`
	Visa    string      `json:"visa"`
	Quorum  wire.Quorum `json:"quorum"`
}

func (d *shredData) apply(st *state, _ time.Time) {
	st.bury(wire.Tombstone{Dossier: d.Dossier, Visa: d.Visa, Quorum: d.Quorum})
}

// bury keeps the order of shredding, which is how a copy of the list is brought
// up to date.
func (st *state) bury(t wire.Tombstone) {
	st.tombstones[t.Dossier] = true
	st.buried = append(st.buried, t)
}

// shred writes a tombstone: from now on the dossier opens from no database
// whatever, a restored backup included. The bytes elsewhere are not its
// business.
func (s *Service) shred(now time.Time, a wire.ShredArgs) (result, error) {
	if !opaque(a.Dossier) {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	if !opaque(a.Visa) {
		return result{}, refuse(wire.RuleVisa)
	}
	if err := s.quorum(now, wire.OpShred, wire.ShredOrder{Dossier: a.Dossier, Visa: a.Visa}, a.Quorum); err != nil {
		return result{}, err
	}
	if s.state.tombstones[a.Dossier] {
		return result{}, refuse(wire.RuleAlreadyShred)
	}
	return s.commit(keyholder.None{}, &shredData{Dossier: a.Dossier, Visa: a.Visa, Quorum: a.Quorum}, now), nil
}

// shredded names the dossiers among those asked that have a tombstone. It answers ids that the caller gave, and gives no key: the medical
// program learns from it when the rest of a dossier may go (TestShreddedOpensNothing). Sealed, the chain is not read yet: no answer.
func (s *Service) shredded(_ time.Time, a keyholder.ShreddedArgs) (result, error) {
	if len(a.Dossiers) > keyholder.MaxShredded {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	reply := keyholder.ShreddedReply{Dossiers: []string{}}
	for _, d := range a.Dossiers {
		if s.state.tombstones[d] {
			reply.Dossiers = append(reply.Dossiers, d)
		}
	}
	return result{reply: reply}, nil
}
