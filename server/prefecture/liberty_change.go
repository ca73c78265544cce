package prefecture

import (
	"context"
	"slices"
	"time"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

type changeLibertyIn struct {
	Referral string           `path:"referral" json:"-" validate:"uuid"`
	Type     string           `json:"type" validate:"omitempty,eq=CHANGEMENT_LIBERTE"`
	Liberty  release.Liberty  `json:"liberty" validate:"required,oneof=LIBRE ASSIGNE_EXECUTION RETENTION DETENU"`
	From     *release.Instant `json:"from"` // now, where it is not said
}

// changeLiberty tells the person's status, and since when (R. 631-1, R. 731-1: it decides who gives the opinion). It takes effect there once a
// person of the medical service has confirmed it; dated before an opinion that was given meanwhile, it raises a task there (REQ-2).
func (d *Desk) changeLiberty(c *web.Call, in changeLibertyIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		last := r.LibertyHistory[len(r.LibertyHistory)-1]
		if last.Status == in.Liberty {
			return act.Deny("LIBERTY_UNCHANGED")
		}
		if err := in.checkFrom(last, tx.Now); err != nil {
			return err
		}
		change := release.LibertyChange{Referral: r.ID, Liberty: in.Liberty, From: in.From}
		if err := tell(ctx, tx, release.ReferralEvent{Type: release.EventLiberty, Liberty: &change}); err != nil {
			return err
		}
		from := release.InstantOf(tx.Now)
		if in.From != nil {
			from = *in.From
		}
		return store.SetLiberty(ctx, tx, r.Group, append(slices.Clone(r.LibertyHistory), release.LibertyPeriod{Status: in.Liberty, From: &from}))
	})
}

// checkFrom: a history goes forward, and not beyond today.
func (in changeLibertyIn) checkFrom(last release.LibertyPeriod, now time.Time) error {
	switch {
	case in.From == nil:
		return nil
	case !in.From.Valid():
		return wrongField("from")
	case in.From.Time().After(now):
		return act.Deny("DATES_ORDER")
	case last.From != nil && in.From.Time().Before(last.From.Time()):
		return wrongField("from")
	}
	return nil
}

func libertyPath(referral string) string { return "/saisines/" + referral + "/liberte" }

// statusPage is the page face of changeLiberty.
func (d *Desk) statusPage() changePage {
	return changePage{tail: "/liberte", heading: "Changement de statut de liberté", submit: "Signaler le changement", said: "liberty_told",
		lead: "Le statut décide qui rend l’avis, et sur quel formulaire. Le service médical le confirme avant qu’il prenne effet.",
		fields: func(f *layout.Form) []layout.Field {
			return []layout.Field{f.Radio("liberty", "La personne est désormais", "", libertyOptions()...),
				optional(kind(f.Text("from", "Depuis", "Date et heure. Vide : maintenant"), "datetime"))}
		},
		fill: func(_ *web.Call, typed *web.Typed) { d.fillInstant(typed, "from") }}
}
