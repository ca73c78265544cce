package custody

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/keyholder"
)

// opinionKey: one body, for ever, per referral and version.
type opinionKey struct {
	referral string
	version  int
}

// signedOpinion is what a retry is held against. notBefore is the first day on
// which the opinion may be dated (see earliest).
type signedOpinion struct {
	dossier, blind, notBefore string
	documents                 map[string]string // day of issue -> what was sealed as its document
}

type signOpinionData struct {
	Dossier   string   `json:"dossier"`
	Referral  string   `json:"referral"`
	Version   int      `json:"version"`
	IssuedOn  string   `json:"issued_on"`
	NotBefore string   `json:"not_before,omitempty"`
	Blind     string   `json:"blind"`              // of this body
	Together  string   `json:"together,omitempty"` // of what was approved, when that was several bodies
	Document  string   `json:"document"`
	Approvals []string `json:"approvals"`
}

// approved is the blind that the approvals must bear.
func (d *signOpinionData) approved() string {
	if d.Together != "" {
		return d.Together
	}
	return d.Blind
}

func (d *signOpinionData) apply(st *state, _ time.Time) {
	key := opinionKey{d.Referral, d.Version}
	documents := st.opinions[key].documents
	if documents == nil {
		documents = map[string]string{}
	}
	documents[d.IssuedOn] = d.Document
	st.opinions[key] = signedOpinion{dossier: d.Dossier, blind: d.Blind, notBefore: d.NotBefore, documents: documents}
	if _, bound := st.referrals[d.Referral]; !bound {
		st.referrals[d.Referral] = d.Dossier
	}
}

// signOpinion signs an opinion that each of its authors freshly approved, and
// no one else (TestSignOpinion*, TestAuthorsAreTheApprovers). It knows nothing
// of medicine: it reads referral, version, decision, authors and date of issue,
// and binds everything else by its digest. What it seals is a document that it
// does not see; seal_pdf.go says how the two are tied. Who stands behind an author's line
// number it takes from the roster, which custodians set, not from the asker.
func (s *Service) signOpinion(now time.Time, a keyholder.SignOpinionRequest) (result, error) {
	o, err := parseOpinion(a.Opinion)
	if err != nil || !opaque(a.Dossier) {
		return result{}, refuse(keyholder.RuleOpinionMalformed)
	}
	bodySum := sha256.Sum256(o.body)
	data := &signOpinionData{
		Dossier: a.Dossier, Referral: o.Referral, Version: o.Version, IssuedOn: o.IssuedOn,
		Blind: s.blind(bodySum[:]), Document: s.blindDocument(a.ToSealDigest), Approvals: a.Approvals,
	}
	if len(a.Bodies) > 0 {
		together, err := approvedTogether(o, a.Bodies)
		if err != nil {
			return result{data: s.known(data)}, err
		}
		data.Together = s.blind(together)
	}
	if data.NotBefore, err = s.maySign(now, o, data); err != nil {
		return result{data: s.known(data)}, err
	}
	seal, err := s.sealDocument(o, data, a.ToSealDigest)
	if err != nil {
		return result{data: s.known(data)}, err
	}
	return s.commit(seal, s.known(data), now), nil
}

// known drops the approval ids that are not ours: what a hostile asker sent must
// not reach the chain file as text.
func (s *Service) known(d *signOpinionData) *signOpinionData {
	out := *d
	out.Approvals = slices.DeleteFunc(slices.Clone(d.Approvals), func(id string) bool {
		_, ok := s.state.approvals[id]
		return !ok
	})
	return &out
}

// maySign answers the first day on which this opinion may be dated.
func (s *Service) maySign(now time.Time, o opinion, d *signOpinionData) (notBefore string, err error) {
	if s.state.tombstones[d.Dossier] {
		return "", refuse(keyholder.RuleShredded)
	}
	if o.IssuedOn > latest(now) {
		return "", refuse(keyholder.RuleOpinionFuture)
	}
	// All versions of a referral's opinion are of one dossier: approvals given
	// for another patient's must not answer it (TestAReferralHasOneDossier).
	if dossier, bound := s.state.referrals[o.Referral]; bound && dossier != d.Dossier {
		return "", refuse(keyholder.RuleOpinionDossier)
	}
	if before, ok := s.state.opinions[opinionKey{o.Referral, o.Version}]; ok {
		if before.blind != d.Blind || before.dossier != d.Dossier {
			return "", refuse(keyholder.RuleOpinionOtherBody)
		}
		// Signed before: its approvals were checked then, and a retry must not
		// fail because an author's line has ended since. Its date alone may
		// differ, and is held as it was then.
		notBefore = before.notBefore
	} else if notBefore, err = s.approved(now, o, d); err != nil {
		return "", err
	}
	if o.IssuedOn < notBefore {
		return "", refuse(keyholder.RuleOpinionEarly)
	}
	return notBefore, nil
}

// opinion is what keyholder reads of one. toSeal is the canonical opinion
// without "seal"; body is toSeal without "issued_on".
type opinion struct {
	Referral string
	Version  int
	Authors  []int
	IssuedOn string
	Decision decision

	toSeal, body []byte
}

// decision is the composition decision that the authors' lines are of.
type decision struct {
	Ref    string `json:"ref"`
	Digest string `json:"digest"`
}

var errOpinion = errors.New("opinion is not canonical")

// parseOpinion takes the opinion apart into its members, in their order, and
// puts it together again: the bytes must be the same, so there is no space, no
// second key, nothing outside. Values are bound as they stand.
func parseOpinion(raw []byte) (opinion, error) {
	members, err := splitMembers(raw)
	if err != nil {
		return opinion{}, err
	}
	o := opinion{
		toSeal: joinMembers(members, "seal"),
		body:   joinMembers(members, "seal", "issued_on"),
	}
	values := map[string]json.RawMessage{}
	for _, m := range members {
		values[m.name] = m.value
	}
	for name, into := range map[string]any{
		"referral": &o.Referral, "version": &o.Version, "authors": &o.Authors, "issued_on": &o.IssuedOn,
	} {
		if json.Unmarshal(values[name], into) != nil {
			return opinion{}, errOpinion
		}
	}
	// Strictly: another reader of the sealed bytes must see the same decision.
	if canonical.Unmarshal(values["decision"], &o.Decision) != nil {
		return opinion{}, errOpinion
	}
	if _, err := time.Parse(time.DateOnly, o.IssuedOn); err != nil || !opaque(o.Referral) || o.Version < 1 {
		return opinion{}, errOpinion
	}
	for i, line := range o.Authors {
		if line < 1 || slices.Contains(o.Authors[:i], line) {
			return opinion{}, errOpinion
		}
	}
	return o, nil
}

type member struct {
	name  string
	value json.RawMessage
}

func splitMembers(raw []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errOpinion
	}
	var out []member
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok || seen[name] || !plainName(name) {
			return nil, errOpinion
		}
		seen[name] = true
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return nil, errOpinion
		}
		out = append(out, member{name, value})
	}
	if !bytes.Equal(joinMembers(out), raw) {
		return nil, errOpinion
	}
	return out, nil
}

// plainName: names are written back without escaping, so none may need it.
func plainName(name string) bool {
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return name != ""
}

func joinMembers(members []member, without ...string) []byte {
	out := []byte{'{'}
	for _, m := range members {
		if slices.Contains(without, m.name) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(out, '"'), m.name...)
		out = append(append(out, '"', ':'), m.value...)
	}
	return append(out, '}')
}
