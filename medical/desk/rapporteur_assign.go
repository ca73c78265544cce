package desk

import (
	"context"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type assignRapporteurInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Rapporteur string `json:"rapporteur" validate:"required,max=64"`
}

// assignRapporteur puts a physician in charge of the report (R. 425-12). That he is empowered that day is read under the same lock.
func (k *Desk) assignRapporteur(c *web.Call, in assignRapporteurInput) (web.Reply[store.View], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil {
			return nil, err
		}
		empowered, err := identity.IsPhysicianOn(ctx, tx, in.Rapporteur, k.today(d).String())
		return act.Loaded{Resource: resource, Person: &policy.Member{ID: in.Rapporteur, Habilitated: empowered}}, err
	}
	return k.write(c, a, &d, func(w work) error {
		return w.append(store.With{}, event(c, w.Now, medical.StageReport, medical.RapporteurDesigne{Rapporteur: in.Rapporteur}))
	})
}
