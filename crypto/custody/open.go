package custody

import (
	"errors"
	"slices"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/keyholder"
)

// openData is what stands of an Open: the audit entry it was shown, who, and
// which dossiers, for the budgets and for the reconciliation with the log.
type openData struct {
	Entry  string     `json:"entry"`
	Person string     `json:"person"`
	Items  []openedAs `json:"items"`
	Near   []string   `json:"near,omitempty"` // budgets that this opening brought to 80 %
}

func (d *openData) dossiers(compartment string) map[string]bool {
	asked := map[string]bool{}
	for _, i := range d.Items {
		if i.Compartment == compartment {
			asked[i.Dossier] = true
		}
	}
	return asked
}

type openedAs struct {
	Dossier     string `json:"dossier"`
	Compartment string `json:"compartment"`
	Headers     int    `json:"headers"`
}

func (d *openData) apply(st *state, at time.Time) {
	for _, i := range d.Items {
		st.usage.add(d.Person, i.Compartment, i.Dossier, at)
	}
}

// open gives file keys to a proven, listed reader within a budget: for all the
// headers or for none.
func (s *Service) open(now time.Time, a keyholder.OpenRequest) (result, error) {
	h, err := s.reader(now, a.Handle)
	if err != nil {
		return result{}, err
	}
	if !openable(a) {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	data := &openData{Entry: a.Entry, Person: h.line.Person()}
	for _, i := range a.Items {
		data.Items = append(data.Items, openedAs{Dossier: i.Dossier, Compartment: i.Compartment, Headers: len(i.Headers)})
	}
	for _, i := range a.Items {
		if !slices.Contains(h.line.Compartments, i.Compartment) {
			return result{data: data}, refuse(keyholder.RuleCompartment)
		}
		// Before anything is unwrapped, and whatever database the wrapped
		// identity came from (TestShreddedOpensNothing).
		if s.state.tombstones[i.Dossier] {
			return result{data: data}, refuse(keyholder.RuleShredded)
		}
	}
	if err := s.withinBudget(now, data); err != nil {
		return result{data: data}, err
	}
	reply := keyholder.OpenReply{FileKeys: make([][][]byte, len(a.Items)), Near: len(data.Near) > 0}
	for n, i := range a.Items {
		if reply.FileKeys[n], err = s.keys.FileKeys(i.Dossier, i.Compartment, i.Wrapped, i.Headers); err != nil {
			return result{data: data}, ruleOf(err)
		}
	}
	return s.commit(reply, data, now), nil
}

// maxHeaders bounds the headers of one call: a document of 2 GiB has 128 parts.
const maxHeaders = 512

func openable(a keyholder.OpenRequest) bool {
	if !opaque(a.Entry) || len(a.Items) == 0 || len(a.Items) > maxItems {
		return false
	}
	headers := 0
	for _, i := range a.Items {
		headers += len(i.Headers)
		if !opaque(i.Dossier) || !compartment(i.Compartment) || len(i.Headers) == 0 {
			return false
		}
	}
	return headers <= maxHeaders
}

func ruleOf(err error) error {
	switch {
	case errors.Is(err, keystore.ErrElsewhere):
		return refuse(keyholder.RuleWrappedElsewhere)
	case errors.Is(err, keystore.ErrHeader):
		return refuse(keyholder.RuleHeader)
	case errors.Is(err, keystore.ErrWrapped):
		return refuse(keyholder.RuleWrapped)
	}
	return err
}
