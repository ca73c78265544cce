package desk

import (
	"bytes"
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

type reassignRapporteurInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Rapporteur string `json:"rapporteur" validate:"required,max=64"`
}

// reassignRapporteur puts another physician in charge of a report that has not been transmitted. A head of service decides, who by that reads
// nothing. The one replaced reads no more, and never sits in this dossier; what he wrote and signed is kept, and the next one writes and signs
// his own.
func (k *Desk) reassignRapporteur(c *web.Call, in reassignRapporteurInput) (web.Reply[Reassigned], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		var err error
		if d.Policy.Head, err = k.isHead(c); err != nil {
			return nil, err
		}
		next, err := k.nextRapporteur(ctx, tx, d, in.Rapporteur)
		return act.Loaded{Resource: d.Policy, Person: next}, err
	}
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		w := work{Tx: tx, ctx: ctx, d: &d}
		tx.AfterCommit(k.Released)
		return refusal(w.append(store.With{}, event(c, w.Now, medical.StageReport, medical.RapporteurDesigne{Rapporteur: in.Rapporteur})))
	})
	return web.OK(Reassigned{Dossier: in.Dossier, Rapporteur: in.Rapporteur}), err
}

// Reassigned says who is in charge now. The dossier is not shown: who decides may not see it.
type Reassigned struct {
	Dossier    string `json:"dossier"`
	Rapporteur string `json:"rapporteur"`
}

// nextRapporteur is what is known that day of the physician proposed: empowered or not, and whether he is the author of the certificate.
func (k *Desk) nextRapporteur(ctx context.Context, tx pgx.Tx, d store.Dossier, person string) (*policy.Member, error) {
	next := policy.Member{ID: person}
	var err error
	if next.Habilitated, err = identity.IsPhysicianOn(ctx, tx, person, k.today(d).String()); err != nil || !next.Habilitated {
		return &next, err
	}
	treating, err := store.CareTags(ctx, tx, d.ID)
	if err != nil || len(treating) == 0 {
		return &next, err
	}
	rpps, err := identity.NationalIDOf(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	tag, err := k.careTag(ctx, d.ID, rpps)
	for _, t := range treating {
		next.Treats = next.Treats || bytes.Equal(t, tag)
	}
	return &next, err
}
