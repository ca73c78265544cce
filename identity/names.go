package identity

import (
	"context"
	"fmt"

	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// Named is a person of the directory, by the id that the procedure knows.
type Named struct {
	ID, GivenName, FamilyName string
	Directions                []string // territorial directions that the directory gives
}

// Name is how pages write it: "Rachid BENHAMLATI" stands as the directory spells it.
func (n Named) Name() string { return n.GivenName + " " + n.FamilyName }

const namesOf = `select p.id, p.given_name, p.family_name, p.directions from identity.people p where p.id = any($1)`

// NamesOf gives the names of persons of the directory by id; somebody unknown is absent.
func NamesOf(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	found, err := collectNamed(ctx, q, namesOf, ids)
	if err != nil {
		return nil, fmt.Errorf("naming persons: %w", err)
	}
	names := map[string]string{}
	for _, n := range found {
		names[n.ID] = n.Name()
	}
	return names, nil
}

const rolesOf = `select p.id, p.role from identity.people p where p.id = any($1)`

// RolesOf gives the roles of persons of the directory by id; somebody unknown is absent.
func RolesOf(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	rows, err := q.Query(ctx, rolesOf, ids)
	if err != nil {
		return nil, fmt.Errorf("finding roles: %w", err)
	}
	roles := map[string]string{}
	var id, role string
	_, err = pgx.ForEachRow(rows, []any{&id, &role}, func() error { roles[id] = role; return nil })
	if err != nil {
		return nil, fmt.Errorf("finding roles: %w", err)
	}
	return roles, nil
}

const physiciansOn = `
	select p.id, p.given_name, p.family_name, p.directions from identity.people p
	where p.role = 'MEDECIN' and identity.standing(p.id, $1::text::date) = 'EN_VIGUEUR'
	  and coalesce(p.valid_from <= $1::text::date, true) and coalesce(p.valid_to >= $1::text::date, true)
	order by p.family_name, p.given_name, p.id`

// PhysiciansOn lists the physicians whom OFII empowers on a day (ISO date), by name: those whom IsPhysicianOn accepts.
func PhysiciansOn(ctx context.Context, q db.Querier, on string) ([]Named, error) {
	found, err := collectNamed(ctx, q, physiciansOn, on)
	if err != nil {
		return nil, fmt.Errorf("listing physicians: %w", err)
	}
	return found, nil
}

func collectNamed(ctx context.Context, q db.Querier, sql string, argument any) ([]Named, error) {
	rows, err := q.Query(ctx, sql, argument)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
}
