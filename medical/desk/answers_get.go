package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

// Answered is what a member may see of the answers of the round in progress: who has answered; his own set; all three once all are in.
type Answered struct {
	Composition int         `json:"composition"`
	Round       int         `json:"round"`
	Answered    []string    `json:"answered"`
	Sets        []MemberSet `json:"sets"`
	Agreement   *string     `json:"agreement"` // UNANIMITE, MAJORITE, or AUCUN; null until the last has answered
	Certainty   *string     `json:"certainty"` // of the rule by which these answers become an opinion: inferred is « à confirmer »
}

// MemberSet is one member's answers.
type MemberSet struct {
	Member string `json:"member"`
	medical.AnswerSet
}

type getAnswersInput struct {
	Dossier string `path:"dossier" json:"-"`
	Open    string `query:"open" validate:"omitempty,oneof=own"` // own: the caller's set alone, before the last is in
}

// getAnswers opens the answers of the round with the caller's own handle: all three once the last is in, or his own (open=own). Nobody sees
// another's before.
func (k *Desk) getAnswers(c *web.Call, in getAnswersInput) (web.Reply[Answered], error) {
	var d store.Dossier
	var answered Answered
	a := on(c, in.Dossier, "", &d)
	a.Context = policy.Context{Open: in.Open}
	err := k.read(c, a, func(permit *act.Permit) (err error) {
		answered, err = k.openAnswers(c, permit, d, in.Open == "own")
		return err
	})
	return web.OK(answered), err
}

func (k *Desk) openAnswers(c *web.Call, permit *act.Permit, d store.Dossier, own bool) (Answered, error) {
	composition := d.Policy.Composition
	out := Answered{Composition: composition.Version, Round: composition.Round, Answered: composition.Answered, Sets: []MemberSet{}}
	var refs []vault.Ref
	var members []string
	for _, member := range composition.Answered {
		if member == c.Who.ID || !own && len(composition.Answered) == len(composition.Members) {
			members = append(members, member)
			refs = append(refs, vault.Ref{Kind: store.KindAnswers, ID: answersID(out.Composition, out.Round, member)})
		}
	}
	err := k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error {
		set, err := unseal[medical.AnswerSet](plain)
		out.Sets = append(out.Sets, MemberSet{Member: members[i], AnswerSet: set})
		return err
	})
	if err == nil && len(out.Sets) == len(composition.Members) {
		out.agree()
	}
	return out, err
}

func (a Answered) given() (list []medical.Answers) {
	for _, set := range a.Sets {
		list = append(list, set.Answers())
	}
	return list
}

// agree says what the answers allow, once all are open.
func (a *Answered) agree() {
	agreement := medical.Agreement(a.given())
	certainty := medical.SettlementCertainty(agreement)
	if agreement == "" {
		agreement = "AUCUN"
	}
	a.Agreement, a.Certainty = &agreement, &certainty
}
