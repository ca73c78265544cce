package desk

import (
	"context"
	"errors"
	"slices"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type composeCollegeInput struct {
	Dossier     string   `path:"dossier" json:"-"`
	DecisionRef string   `json:"decision_ref" validate:"required,max=40"`
	Members     []string `json:"members" validate:"required,len=3,dive,required,max=64"`
}

// composeCollege designates the three physicians of a dossier (R. 425-13): listed that day in the decision, distinct, none of them the
// author of the report, none who treats or has examined the person. Policy refuses, and so does each named constraint alone.
func (k *Desk) composeCollege(c *web.Call, in composeCollegeInput) (web.Reply[store.View], error) {
	var d store.Dossier
	var tags map[string][]byte
	a := k.onAuthor(c, in.Dossier, &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil {
			return nil, err
		}
		members, found, err := k.proposed(ctx, tx, d, collegeDecision, in.DecisionRef, in.Members)
		tags = found
		return act.Loaded{Resource: resource, Members: members}, err
	}
	return k.write(c, a, &d, func(w work) error {
		designated, err := k.designation(w, in.DecisionRef, in.Members)
		if err != nil {
			return err
		}
		return w.append(store.With{CareTags: tags}, event(c, w.Now, medical.StageOpinion, designated))
	})
}

// Kinds of decisions: one lists who may sit, the other designates single physicians.
const (
	collegeDecision   = "COLLEGE"
	physicianDecision = "MED1"
)

// decisionKind is the kind of decision that a composition is under.
func decisionKind(composition *policy.Composition) string {
	if composition != nil && composition.Author == string(medical.Single) {
		return physicianDecision
	}
	return collegeDecision
}

// proposed is what the decision and the directory say that day of the physicians proposed, and who of them treats the person, with the tags that say so.
func (k *Desk) proposed(ctx context.Context, tx pgx.Tx, d store.Dossier, kind, ref string, persons []string) ([]policy.Member, map[string][]byte, error) {
	today := k.today(d).String()
	members, err := store.ListedOn(ctx, tx, ref, kind, persons, today)
	if err != nil {
		return nil, nil, err
	}
	for i := range members {
		if members[i].Habilitated, err = identity.IsPhysicianOn(ctx, tx, members[i].ID, today); err != nil {
			return nil, nil, err
		}
	}
	decision, err := store.GetDecision(ctx, tx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return members, nil, nil // nobody is listed in what is no decision
	}
	if err != nil {
		return nil, nil, err
	}
	tags, err := k.markTreating(ctx, tx, d.ID, decision, members)
	return members, tags, err
}

// designation is the next composition, and whether its members are those that the draw of the day proposed.
func (k *Desk) designation(w work, ref string, members []string) (medical.CollegeDesigne, error) {
	designated := medical.CollegeDesigne{Composition: nextComposition(*w.d), DecisionRef: ref, Members: members}
	if err := medical.CheckAuthor(w.d.Case, medical.College, w.Now); err != nil {
		return designated, err
	}
	draw, err := store.GetDraw(w.ctx, w, w.d.ID, designated.Composition, k.today(*w.d).String())
	if errors.Is(err, store.ErrNotFound) {
		return designated, nil
	}
	designated.Drawn = slices.Equal(slices.Sorted(slices.Values(draw.Members)), slices.Sorted(slices.Values(members)))
	return designated, err
}

func nextComposition(d store.Dossier) int {
	if d.Policy.Composition == nil {
		return 1
	}
	return d.Policy.Composition.Version + 1
}
