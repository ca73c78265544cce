package medical

import "time"

// SignatureGiven is one signature of an opinion, and what became of it.
type SignatureGiven struct {
	Composition int       `json:"composition"`
	Member      string    `json:"member"`
	At          time.Time `json:"at"`
	Void        *Void     `json:"void"` // nil while it counts
}

// Void says when a signature ceased to count, and why: a code of SIGNATURE_ANNULEE, or that of the closing of its composition.
type Void struct {
	At         time.Time `json:"at"`
	ReasonCode string    `json:"reason_code"`
}

// Signatures lists every signature that was given, in order. None is ever taken away: a signature whose body changed, whose round was opened
// again or whose composition was closed is void and stays. Those of an issued opinion stand, whatever happens to its composition later.
func Signatures(c Case) []SignatureGiven {
	list := []SignatureGiven{}
	issued := map[int]bool{}
	void := func(e Event, composition int, member, reason string) {
		for i := range list {
			s := &list[i]
			if s.Void == nil && s.Composition == composition && (member == "" || s.Member == member) && !issued[composition] {
				s.Void = &Void{At: e.At, ReasonCode: reason}
			}
		}
	}
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case Signature:
			list = append(list, SignatureGiven{Composition: d.Composition, Member: e.Actor, At: e.At})
		case SignatureAnnulee:
			void(e, d.Composition, d.Member, d.ReasonCode)
		case CompositionClose:
			void(e, d.Composition, "", d.ReasonCode)
		case AvisEmis:
			issued[d.Composition] = true
		}
	}
	return list
}
