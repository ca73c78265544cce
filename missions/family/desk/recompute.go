package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
)

// stride bounds one act of the computation that follows a change of the law: it has one entry, and is done again from where it stopped.
const stride = 500

// recompute computes again what another law gave, for cases that nobody has decided: the old result stays, the new one stands after it. A case that
// cannot be computed with this law (a parameter is missing) keeps what it had; its page names the row that is missing when a person computes it.
func (d *Desk) recompute(ctx context.Context) (done int, err error) {
	for after := (store.Place{}); ; {
		n, last, err := d.recomputeFrom(ctx, after)
		done += n
		if err != nil || last == after {
			return done, err
		}
		after = last
	}
}

func (d *Desk) recomputeFrom(ctx context.Context, after store.Place) (done int, last store.Place, err error) {
	last = after
	_, err = d.Gate.Do(ctx, act.System("sweep"), act.Act{Action: "family.law.recompute"}, func(ctx context.Context, tx *act.Tx) error {
		cases, seq, err := store.Stale(ctx, tx, d.Law.Version(), after, stride)
		if err != nil || len(cases) == 0 {
			return err
		}
		last = store.Place{Law: cases[len(cases)-1].Law, Position: cases[len(cases)-1].Position}
		zones, err := d.zonesOf(ctx, tx, cases)
		if err != nil {
			return err
		}
		var ids []string
		var results []store.Again
		for _, kept := range cases {
			again, err := d.again(kept, seq[kept.ID], zones)
			if err != nil {
				continue
			}
			ids, results = append(ids, kept.ID), append(results, again...)
		}
		done = len(ids)
		return store.Recomputed(ctx, tx, d.Law.Version(), ids, results, tx.Now)
	})
	return done, last, err
}

// zonesOf are the rows of the communes of some cases, by commune.
func (d *Desk) zonesOf(ctx context.Context, tx *act.Tx, cases []store.Case) (map[string][]family.ZoneRow, error) {
	known := map[string][]family.ZoneRow{}
	var communes []string
	for _, kept := range cases {
		standing, err := family.Fold(kept.Request, kept.Events, d.Law)
		if _, met := known[standing.Commune]; err != nil || met {
			continue
		}
		known[standing.Commune], communes = nil, append(communes, standing.Commune)
	}
	rows, err := store.Zones(ctx, tx, communes)
	for _, z := range append(rows, d.Zones...) {
		if _, met := known[z.Commune]; met {
			known[z.Commune] = append(known[z.Commune], z)
		}
	}
	return known, err
}

// again computes the last results of a case with the law of this program.
func (d *Desk) again(kept store.Case, seq int, zones map[string][]family.ZoneRow) (results []store.Again, err error) {
	standing, err := family.Fold(kept.Request, kept.Events, d.Law)
	if err != nil {
		return nil, err
	}
	now := standing.Household(kept.Request)
	for i, e := range kept.Evaluations {
		var result any
		switch e.What {
		case store.Resources:
			result, err = resourcesAgain(now, e, d.Law)
		case store.Housing:
			result, err = housingAgain(now, standing, e, zones[now.Commune], d.Law)
		}
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(result)
		if err != nil {
			return nil, fmt.Errorf("writing what was computed of case %s: %w", kept.ID, err)
		}
		results = append(results, store.Again{CaseID: kept.ID, Seq: seq + i + 1, What: e.What, Given: e.Given, Result: text})
	}
	return results, nil
}

func resourcesAgain(now family.Request, e store.Evaluation, law *missions.Law) (family.Resources, error) {
	var incomes []family.Income
	var was struct {
		Basis family.Basis `json:"basis"`
	}
	if err := json.Unmarshal(e.Given, &incomes); err != nil {
		return family.Resources{}, err
	}
	if err := json.Unmarshal(e.Result, &was); err != nil {
		return family.Resources{}, err
	}
	return family.ComputeResources(now, now.Size(), incomes, was.Basis, law)
}

func housingAgain(now family.Request, standing family.Standing, e store.Evaluation, zones []family.ZoneRow, law *missions.Law) (family.HousingResult, error) {
	var home family.Housing
	if err := json.Unmarshal(e.Given, &home); err != nil {
		return family.HousingResult{}, err
	}
	home.Commune, home.Refused = now.Commune, standing.VisitIsRefused()
	return family.ComputeHousing(now, now.Size(), home, zones, law)
}
