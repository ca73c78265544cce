package custody

import (
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

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
	data, err := s.named(a)
	if err != nil {
		return result{data: data}, err
	}
	reply := keyholder.RewrapReply{Items: make([]keyholder.Compartment, len(a.Items))}
	err = each(len(a.Items), func(n int) (err error) {
		i := a.Items[n]
		reply.Items[n], err = s.keys.Rewrap(i.Dossier, i.Compartment, i.Wrapped)
		return err
	})
	if err != nil {
		return result{data: data}, ruleOf(err)
	}
	return result{reply: reply, data: data}, nil
}

// check unwraps identities and answers their public halves: a rotation or a
// restore holds what it wrote against what was. No file key comes of it.
func (s *Service) check(_ time.Time, a keyholder.RewrapArgs) (result, error) {
	data, err := s.named(a)
	if err != nil {
		return result{data: data}, err
	}
	reply := keyholder.CheckReply{Recipients: make([]string, len(a.Items))}
	err = each(len(a.Items), func(n int) (err error) {
		i := a.Items[n]
		reply.Recipients[n], err = s.keys.Recipient(i.Dossier, i.Compartment, i.Wrapped)
		return err
	})
	if err != nil {
		return result{data: data}, ruleOf(err)
	}
	return result{reply: reply, data: data}, nil
}

// named checks the form of a batch, and that no dossier of it was destroyed.
func (s *Service) named(a keyholder.RewrapArgs) (any, error) {
	if len(a.Items) == 0 || len(a.Items) > maxItems {
		return nil, refuse(keyholder.RuleMalformed)
	}
	data := rewrapData{}
	for _, i := range a.Items {
		if !opaque(i.Dossier) || !compartment(i.Compartment) {
			return nil, refuse(keyholder.RuleMalformed)
		}
		data.Dossiers = append(data.Dossiers, i.Dossier)
	}
	for _, i := range a.Items {
		if s.state.tombstones[i.Dossier] {
			return data, refuse(keyholder.RuleShredded)
		}
	}
	return data, nil
}

// each does n things on all processors, under the service's mutex: a batch is
// short, and a reader waits no longer than for it.
func each(n int, do func(int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { return do(i) })
	}
	return g.Wait()
}

func compartment(name string) bool {
	return name == envelope.Civil || name == envelope.Medical
}
