package custody

import (
	"time"

	"cloison/crypto/keyholder"
)

type endHandlesData struct {
	Person string `json:"person"`
	Ended  int    `json:"ended"`
}

// endHandles ends every handle of a person whose duty ended, whoever holds them: between that act and the custodians' next roster, a web process that kept
// one opens nothing by it (TestEveryHandleOfAPersonEnds). Whoever may ask can only take away.
func (s *Service) endHandles(_ time.Time, a keyholder.EndHandlesArgs) (result, error) {
	data := endHandlesData{}
	for key, h := range s.handles {
		if h.line.Issuer == a.Issuer && h.line.Subject == a.Subject {
			data.Person = h.line.Person()
			data.Ended++
			delete(s.handles, key)
		}
	}
	return result{reply: keyholder.EndHandlesReply{Ended: data.Ended}, data: data}, nil
}
