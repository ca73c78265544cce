package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const insertReading = `
INSERT INTO server.opinion_readings (release, prefecture, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

// RecordReading keeps when a prefecture first opened an opinion; later openings change nothing.
func RecordReading(ctx context.Context, tx pgx.Tx, release int64, prefecture string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertReading, release, prefecture, at); err != nil {
		return fmt.Errorf("recording that opinion %d was opened: %w", release, err)
	}
	return nil
}
