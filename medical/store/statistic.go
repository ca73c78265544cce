package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Statistic is the sealed record of one opinion, as it rests: it names no dossier.
type Statistic struct {
	Slot   []byte
	Year   int
	Mark   []byte
	Sealed []byte
}

const insertStatistic = `
INSERT INTO medical.statistics (slot, year, mark, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT (slot) DO UPDATE SET mark = $3, sealed = $4`

// PutStatistic keeps the record of an opinion, in the place of that of the version before if it was given the same year.
func PutStatistic(ctx context.Context, tx pgx.Tx, s Statistic) error {
	if _, err := tx.Exec(ctx, insertStatistic, s.Slot, s.Year, s.Mark, s.Sealed); err != nil {
		return fmt.Errorf("recording a statistic: %w", err)
	}
	return nil
}

const selectStatistics = `
SELECT s.slot, s.year, s.mark, s.sealed FROM medical.statistics s WHERE s.year = $1 AND s.slot > $2 ORDER BY s.slot LIMIT $3`

// FindStatistics walks over the records of a year by their slots. Only the schema's owner may.
func FindStatistics(ctx context.Context, q db.Querier, year int, after []byte, limit int) ([]Statistic, error) {
	if after == nil {
		after = []byte{}
	}
	rows, err := q.Query(ctx, selectStatistics, year, after, limit)
	if err != nil {
		return nil, fmt.Errorf("listing the records of %d: %w", year, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Statistic])
	if err != nil {
		return nil, fmt.Errorf("listing the records of %d: %w", year, err)
	}
	return list, nil
}

const deleteStatistics = `DELETE FROM medical.statistics s WHERE s.year = $1`

// DeleteStatistics takes away the records of a year that was counted.
func DeleteStatistics(ctx context.Context, tx pgx.Tx, year int) (int64, error) {
	tag, err := tx.Exec(ctx, deleteStatistics, year)
	if err != nil {
		return 0, fmt.Errorf("erasing the records of %d: %w", year, err)
	}
	return tag.RowsAffected(), nil
}
