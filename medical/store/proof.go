package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Proofs are given in order, so the last one says where to go on; an opinion that was set aside and taken after all comes later than its number.
const nextUnproven = `
SELECT r.seq, e.id::text FROM medical.releases r
JOIN audit.entries e ON e.object = r.seq::text AND e.object_kind = 'release' AND e.action = 'release.deliver' AND e.outcome = 'DONE'
WHERE r.kind = 'opinion' AND NOT EXISTS (SELECT 1 FROM audit.release_proofs p WHERE p.release = r.seq)
AND (r.seq > (SELECT coalesce(max(p.release), 0) FROM audit.release_proofs p) OR r.seq IN (SELECT q.seq FROM medical.quarantine_ends q))
ORDER BY r.seq LIMIT 1`

// NextUnproven is the oldest opinion that was delivered and whose proof was not given, with the entry of its delivery; or ErrNotFound.
func NextUnproven(ctx context.Context, q db.Querier) (seq int64, entry string, err error) {
	err = q.QueryRow(ctx, nextUnproven).Scan(&seq, &entry)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, "", fmt.Errorf("unproven opinion: %w", ErrNotFound)
	}
	if err != nil {
		return 0, "", fmt.Errorf("looking for an opinion without its proof: %w", err)
	}
	return seq, entry, nil
}
