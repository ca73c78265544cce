package custody

import (
	"time"

	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
)

type dossierData struct {
	Dossier string `json:"dossier"`
}

// createDossier makes a dossier's two identities. It needs no handle: it gives
// only what anyone may encrypt to, and wrapped keys that open for readers.
func (s *Service) createDossier(_ time.Time, a keyholder.CreateDossierArgs) (result, error) {
	if !opaque(a.ID) {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	data := dossierData{Dossier: a.ID}
	if s.state.tombstones[a.ID] {
		return result{data: data}, refuse(keyholder.RuleShredded)
	}
	var keys keyholder.Keys
	var err error
	if keys.Civil, err = s.keys.Wrap(a.ID, envelope.Civil); err != nil {
		return result{data: data}, err
	}
	if keys.Medical, err = s.keys.Wrap(a.ID, envelope.Medical); err != nil {
		return result{data: data}, err
	}
	return result{reply: keys, data: data}, nil
}

type rewrapData struct {
	Dossiers []string `json:"dossiers"`
}

// maxItems bounds one call for several dossiers.
const maxItems = 200

// rewrap wraps identities to the current epoch. It needs no handle: what it
// answers opens no more than what it was given.
func (s *Service) rewrap(_ time.Time, a keyholder.RewrapArgs) (result, error) {
	if len(a.Items) == 0 || len(a.Items) > maxItems {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	reply, data := keyholder.RewrapReply{}, rewrapData{}
	for _, i := range a.Items {
		if !opaque(i.Dossier) || !compartment(i.Compartment) {
			return result{}, refuse(keyholder.RuleMalformed)
		}
		data.Dossiers = append(data.Dossiers, i.Dossier)
		if s.state.tombstones[i.Dossier] {
			return result{data: data}, refuse(keyholder.RuleShredded)
		}
		c, err := s.keys.Rewrap(i.Dossier, i.Compartment, i.Wrapped)
		if err != nil {
			return result{data: data}, ruleOf(err)
		}
		reply.Items = append(reply.Items, c)
	}
	return result{reply: reply, data: data}, nil
}

func compartment(name string) bool {
	return name == envelope.Civil || name == envelope.Medical
}
