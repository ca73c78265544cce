package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type composeCollegeInput struct {
	Dossier     string   `path:"dossier" json:"-"`
	DecisionRef string   `json:"decision_ref" validate:"required,max=40"`
	Members     []string `json:"members" validate:"required,len=3,dive,required,max=64"`
}

// composeCollege designates the three physicians of a dossier (R. 425-13): listed that day in the decision, distinct, none of them the
// author of the report. Policy refuses, and so does each named constraint alone.
func (k *Desk) composeCollege(c *web.Call, in composeCollegeInput) (web.Reply[store.View], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil {
			return nil, err
		}
		members, err := store.ListedOn(ctx, tx, in.DecisionRef, collegeDecision, in.Members, k.today(d).String())
		return act.Loaded{Resource: resource, Members: members}, err
	}
	return k.write(c, a, &d, func(w work) error {
		if err := medical.CheckAuthor(d.Case, medical.College, w.Now); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageOpinion, medical.CollegeDesigne{
			Composition: nextComposition(d), DecisionRef: in.DecisionRef, Members: in.Members}))
	})
}

// collegeDecision is the kind of decision that lists who may sit; the other designates single physicians.
const collegeDecision = "COLLEGE"

func nextComposition(d store.Dossier) int {
	if d.Policy.Composition == nil {
		return 1
	}
	return d.Policy.Composition.Version + 1
}
