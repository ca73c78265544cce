package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type designatePhysicianInput struct {
	Dossier     string   `path:"dossier" json:"-"`
	DecisionRef string   `json:"decision_ref" validate:"required,max=40"`
	Members     []string `json:"members" validate:"required,len=1,dive,required,max=64"`
}

// designatePhysician designates the one physician who gives the opinion on somebody who is detained, retained or assigned for execution
// (R. 631-1, R. 731-1): listed that day in a decision that designates single physicians, and not the one who treats the person. He answers on
// the certificate: there is no report and no college.
func (k *Desk) designatePhysician(c *web.Call, in designatePhysicianInput) (web.Reply[store.View], error) {
	var d store.Dossier
	var tags map[string][]byte
	a := k.onAuthor(c, in.Dossier, &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil {
			return nil, err
		}
		members, found, err := k.proposed(ctx, tx, d, physicianDecision, in.DecisionRef, in.Members)
		tags = found
		return act.Loaded{Resource: resource, Members: members}, err
	}
	return k.write(c, a, &d, func(w work) error {
		if err := medical.CheckAuthor(d.Case, medical.Single, w.Now); err != nil {
			return err
		}
		return w.append(store.With{CareTags: tags}, event(c, w.Now, medical.StageOpinion,
			medical.Med1Designe{Composition: nextComposition(d), DecisionRef: in.DecisionRef, Members: in.Members}))
	})
}
