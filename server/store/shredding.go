package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const insertShredding = `
INSERT INTO server.shreddings (digest, told_at) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT shreddings_pkey DO NOTHING`

// RecordShredding keeps what the medical zone said that it destroyed. Told twice, it stands once.
func RecordShredding(ctx context.Context, tx pgx.Tx, digest []byte, at time.Time) error {
	if _, err := tx.Exec(ctx, insertShredding, digest, at); err != nil {
		return fmt.Errorf("recording a destruction: %w", err)
	}
	return nil
}
