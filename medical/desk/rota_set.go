package desk

import (
	"context"
	"time"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type setRotaInput struct {
	Direction string    `json:"direction" validate:"required,max=40"`
	Physician string    `json:"physician" validate:"required,max=64"`
	Rank      int       `json:"rank" validate:"omitempty,oneof=1 2"` // 2 is called when the first has not acted in time; the first where it is not said
	From      time.Time `json:"from" validate:"required"`
	To        time.Time `json:"to" validate:"required,gtfield=From"`
}

// longestCall is how long one line may last: a rota is written again each month.
const longestCall = 31 * 24 * time.Hour

// setRota says who is on call for the removals of a territory, from an instant until another (REQ-6). A line is never changed: the one written
// last counts where two cover an instant.
func (k *Desk) setRota(c *web.Call, in setRotaInput) (web.Reply[store.RotaLine], error) {
	line := store.RotaLine{Direction: in.Direction, Physician: in.Physician, Rank: max(in.Rank, store.FirstOnCall), From: in.From.UTC(), To: in.To.UTC()}
	a := c.Act(act.Object{Kind: "portal"})
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		on := medical.LocalDate(in.From, in.Direction).String()
		empowered, err := identity.IsPhysicianOn(ctx, tx, in.Physician, on)
		return act.Loaded{Resource: policy.Rota{Kind: "rota", Direction: in.Direction}, Person: &policy.Member{ID: in.Physician, Habilitated: empowered}}, err
	}
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		switch {
		case !in.To.After(tx.Now):
			return refusal(&medical.FieldError{Field: "to", Sentence: "L’astreinte est déjà passée. Indiquez une fin à venir."})
		case in.To.Sub(in.From) > longestCall:
			return refusal(&medical.FieldError{Field: "to", Sentence: "Une astreinte dure un mois au plus. Enregistrez la suite à part."})
		}
		return store.InsertRotaLine(ctx, tx, line, c.Who.ID, tx.Now)
	})
	return web.OK(line), err
}
