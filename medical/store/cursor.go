package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Cursors of the relay.
const (
	CursorReferrals        = "referrals"
	CursorAcknowledgements = "acknowledgements"
)

const selectCursor = `SELECT c.seq FROM medical.relay_cursors c WHERE c.name = $1`

// Cursor is the last number applied.
func Cursor(ctx context.Context, q db.Querier, name string) (int64, error) {
	var seq int64
	if err := q.QueryRow(ctx, selectCursor, name).Scan(&seq); err != nil {
		return 0, fmt.Errorf("reading cursor %s: %w", name, err)
	}
	return seq, nil
}

// LockCursor is Cursor, with its row locked: two processes never apply one item twice.
func LockCursor(ctx context.Context, tx pgx.Tx, name string) (int64, error) {
	var seq int64
	if err := tx.QueryRow(ctx, selectCursor+` FOR UPDATE`, name).Scan(&seq); err != nil {
		return 0, fmt.Errorf("locking cursor %s: %w", name, err)
	}
	return seq, nil
}

const advanceCursor = `UPDATE medical.relay_cursors SET seq = $2 WHERE name = $1`

// AdvanceCursor moves a cursor to seq. A gap breaks constraint cursor_without_gap.
func AdvanceCursor(ctx context.Context, tx pgx.Tx, name string, seq int64) error {
	if _, err := tx.Exec(ctx, advanceCursor, name, seq); err != nil {
		return fmt.Errorf("advancing cursor %s to %d: %w", name, seq, err)
	}
	return nil
}
