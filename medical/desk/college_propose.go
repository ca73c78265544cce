package desk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

// Proposal is a college that the draw proposes, with who could sit and who could not.
type Proposal struct {
	Composition int         `json:"composition"`
	DecisionRef string      `json:"decision_ref"`
	DrawnOn     string      `json:"drawn_on"`
	Seed        string      `json:"seed"` // with the candidates of that day, it gives the same members again
	Members     []string    `json:"members"`
	Candidates  []Candidate `json:"candidates"`
}

// Candidate is a physician listed that day. Rule says why he may not sit; nil when he may.
type Candidate struct {
	Member       string  `json:"member"`
	OpenDossiers int     `json:"open_dossiers"`
	Rule         *string `json:"rule"`
}

// proposeCollege draws a college among the physicians listed that day whom nothing excludes: those with the fewest open dossiers, ties by
// lot. It designates nobody. The draw is recorded, one a day for one composition, so that asking again is not drawing again.
func (k *Desk) proposeCollege(c *web.Call, in dossierInput) (web.Reply[Proposal], error) {
	var d store.Dossier
	var proposal Proposal
	a := k.onAuthor(c, in.Dossier, &d)
	a.ReadOnly = false // the draw is evidence of the procedure
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		proposal, err = k.propose(c, work{Tx: tx, ctx: ctx, d: &d})
		return err
	})
	return web.OK(proposal), err
}

func (k *Desk) propose(c *web.Call, w work) (Proposal, error) {
	today := k.today(*w.d).String()
	p := Proposal{Composition: nextComposition(*w.d), DrawnOn: today, Members: []string{}, Candidates: []Candidate{}}
	decisions, err := store.DecisionsInForce(w.ctx, w, collegeDecision, today)
	if err != nil {
		return p, err
	}
	if len(decisions) == 0 {
		return p, act.NewError(act.Conflict, "Aucune décision de composition n’est en vigueur ce jour. Demandez au directeur général la décision à publier.")
	}
	p.DecisionRef = decisions[0]
	if p.Candidates, err = k.candidates(w, p.DecisionRef); err != nil {
		return p, err
	}
	draw, err := store.GetDraw(w.ctx, w, w.d.ID, p.Composition, today)
	if errors.Is(err, store.ErrNotFound) {
		draw = newDraw(c, w, p)
		err = store.InsertDraw(w.ctx, w, draw)
	}
	p.DecisionRef, p.Seed, p.Members = draw.DecisionRef, hex.EncodeToString(draw.Seed), draw.Members
	return p, err
}

func newDraw(c *web.Call, w work, p Proposal) store.Draw {
	seed := make([]byte, 32)
	_, _ = rand.Read(seed) // never fails (crypto/rand)
	var may []medical.DrawCandidate
	for _, one := range p.Candidates {
		if one.Rule == nil {
			may = append(may, medical.DrawCandidate{Member: one.Member, OpenDossiers: one.OpenDossiers})
		}
	}
	return store.Draw{Dossier: w.d.ID, Composition: p.Composition, On: p.DrawnOn, At: w.Now, By: c.Who.ID, DecisionRef: p.DecisionRef,
		Seed: seed, Candidates: may, Members: medical.DrawCollege(seed, may)}
}

// candidates are all who are listed that day, the excluded ones with their rule.
func (k *Desk) candidates(w work, ref string) ([]Candidate, error) {
	today := k.today(*w.d).String()
	persons, err := store.FindListed(w.ctx, w, ref, today)
	if err != nil {
		return nil, err
	}
	members, _, err := k.proposed(w.ctx, w, *w.d, collegeDecision, ref, persons)
	if err != nil {
		return nil, err
	}
	loads, err := store.OpenDossiers(w.ctx, w, persons)
	if err != nil {
		return nil, err
	}
	away, err := identity.AwayOn(w.ctx, w, k.dayOfService())
	list := []Candidate{}
	for _, m := range members {
		_, absent := away[m.ID]
		list = append(list, Candidate{Member: m.ID, OpenDossiers: loads[m.ID], Rule: exclusion(*w.d, m, absent)})
	}
	return list, err
}

// memberAway is why the draw passes over a physician whom nothing else excludes: he said that he is away.
const memberAway = "MEMBER_AWAY"

// exclusion is the rule by which a physician who is listed may not sit; nil when he may.
func exclusion(d store.Dossier, m policy.Member, absent bool) *string {
	rule := ""
	switch {
	case !m.Habilitated:
		rule = "NOT_HABILITATED"
	case m.ID == d.Policy.Rapporteur:
		rule = "RAPPORTEUR_IN_COLLEGE"
	case m.Treats || slices.Contains(d.Policy.Examiners, m.ID):
		rule = "MEMBER_CONFLICT"
	case absent:
		rule = memberAway
	default:
		return nil
	}
	return &rule
}
