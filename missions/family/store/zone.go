package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
	"cloison/missions/family"
)

const allZones = `SELECT z.commune, z.zone, z.from_on, z.to_on, z.source, z.status FROM family.zones z ORDER BY z.commune, z.from_on`

// AllZones is the whole list.
func AllZones(ctx context.Context, q db.Querier) ([]family.ZoneRow, error) {
	return zones(q.Query(ctx, allZones))
}

const zonesOf = `SELECT z.commune, z.zone, z.from_on, z.to_on, z.source, z.status FROM family.zones z WHERE z.commune = ANY ($1) ORDER BY z.commune, z.from_on`

// Zones are the rows of some communes, as the official list was loaded.
func Zones(ctx context.Context, q db.Querier, communes []string) ([]family.ZoneRow, error) {
	return zones(q.Query(ctx, zonesOf, some(communes)))
}

func zones(rows pgx.Rows, err error) ([]family.ZoneRow, error) {
	if err != nil {
		return nil, fmt.Errorf("finding zones: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanZone)
	if err != nil {
		return nil, fmt.Errorf("reading zones: %w", err)
	}
	return found, nil
}

func scanZone(row pgx.CollectableRow) (family.ZoneRow, error) {
	var z family.ZoneRow
	var from time.Time
	var to *time.Time
	if err := row.Scan(&z.Commune, &z.Zone, &from, &to, &z.Source, &z.Status); err != nil {
		return z, err
	}
	z.From = missions.DateOf(from)
	if to != nil {
		day := missions.DateOf(*to)
		z.To = &day
	}
	return z, nil
}

const (
	lockZones  = `LOCK TABLE family.zones IN SHARE ROW EXCLUSIVE MODE`
	insertZone = `INSERT INTO family.zones (commune, zone, from_on, to_on, source, status, loaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	endZone    = `UPDATE family.zones SET to_on = $3 WHERE commune = $1 AND from_on = $2`
)

// LoadZones puts what an import found into the list: new rows, then the last day of those that one of them follows, itself new perhaps. It needs the
// owner's rights.
func LoadZones(ctx context.Context, tx pgx.Tx, add, end []family.ZoneRow, at time.Time) error {
	batch := &pgx.Batch{}
	for _, z := range add {
		batch.Queue(insertZone, z.Commune, z.Zone, z.From.Time(), optionalDay(z.To), z.Source, z.Status, at)
	}
	for _, z := range end {
		batch.Queue(endZone, z.Commune, z.From.Time(), z.To.Time())
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("loading zones: %w", err)
	}
	return nil
}

func optionalDay(d *missions.Date) *time.Time {
	if d == nil {
		return nil
	}
	day := d.Time()
	return &day
}

// LockZones keeps two imports from crossing.
func LockZones(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, lockZones); err != nil {
		return fmt.Errorf("locking the zones: %w", err)
	}
	return nil
}
