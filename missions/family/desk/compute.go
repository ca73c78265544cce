package desk

import (
	"context"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
)

type computeResourcesIn struct {
	Case    string          `path:"case" json:"-" validate:"uuid"`
	Basis   string          `json:"basis" validate:"required,oneof=BRUT NET"`
	Incomes []family.Income `json:"incomes" validate:"max=400"` // month by month
	Sources []family.Source `json:"sources" validate:"max=40"`  // the same amount over several months
}

// computeResources compares both sides of R. 434-4 for the household as it is now, and keeps the result with the table that gave it. It decides
// nothing.
func (d *Desk) computeResources(c *web.Call, in computeResourcesIn) (web.Reply[Case], error) {
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		now, err := d.household(kept)
		if err != nil {
			return err
		}
		months, err := family.Months(in.Sources, family.Basis(in.Basis))
		if err != nil {
			return refused(err)
		}
		incomes := append(in.Incomes, months...)
		result, err := family.ComputeResources(now, now.Size(), incomes, family.Basis(in.Basis), d.Law)
		if err != nil {
			return refused(err)
		}
		return store.Evaluate(ctx, tx, kept.ID, store.Resources, result.Version, incomes, result, tx.Now)
	})
}

type computeHousingIn struct {
	Case        string         `path:"case" json:"-" validate:"uuid"`
	Surface     missions.Value `json:"surface"`
	NotDecent   []string       `json:"not_decent" validate:"max=20,dive,max=40"`
	Decent      []string       `json:"decent" validate:"max=20,dive,max=40"`
	AvailableOn *missions.Date `json:"available_on"`
	Described   bool           `json:"described"`
}

func (in computeHousingIn) home(commune string, refusedVisit bool) family.Housing {
	home := family.Housing{Commune: commune, Surface: in.Surface, Decency: map[string]family.Verdict{}, AvailableOn: in.AvailableOn, Described: in.Described, Refused: refusedVisit}
	for _, item := range in.Decent {
		home.Decency[item] = family.Decent
	}
	for _, item := range in.NotDecent {
		home.Decency[item] = family.NotDecent
	}
	return home
}

// computeHousing compares both sides of R. 434-5 in the same way.
func (d *Desk) computeHousing(c *web.Call, in computeHousingIn) (web.Reply[Case], error) {
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		now, err := d.household(kept)
		if err != nil {
			return err
		}
		standing, err := family.Fold(kept.Request, kept.Events, d.Law)
		if err != nil {
			return refused(err)
		}
		home := in.home(now.Commune, standing.VisitIsRefused())
		zones, err := store.Zones(ctx, tx, []string{now.Commune})
		if err != nil {
			return err
		}
		result, err := family.ComputeHousing(now, now.Size(), home, append(zones, d.Zones...), d.Law)
		if err != nil {
			return refused(err)
		}
		return store.Evaluate(ctx, tx, kept.ID, store.Housing, result.Version, home, result, tx.Now)
	})
}

// household is the request as it is now.
func (d *Desk) household(kept store.Case) (family.Request, error) {
	standing, err := family.Fold(kept.Request, kept.Events, d.Law)
	if err != nil {
		return family.Request{}, refused(err)
	}
	return standing.Household(kept.Request), nil
}
