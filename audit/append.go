package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const appendEntry = `
insert into audit.entries (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy,
	outcome, intent, request_id, digests, bytes, retention)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`

// maxDigests keeps the canonical form below the 64 KiB that a bundle of entries has room for.
const maxDigests = 1000

// Append writes e in the caller's transaction: it stands or falls with the act. Only package act calls it.
func Append(ctx context.Context, tx pgx.Tx, e Entry) error {
	if len(e.Digests) > maxDigests {
		return fmt.Errorf("appending entry %s: %d digests", e.ID, len(e.Digests))
	}
	digests := e.Digests
	if digests == nil {
		digests = [][]byte{}
	}
	_, err := tx.Exec(ctx, appendEntry, e.ID, e.At.UTC().Truncate(time.Microsecond), e.Subject, e.Session, e.Role, e.Purpose, e.Action,
		e.ObjectKind, e.Object, e.Item, e.Decision, e.Rule, e.Policy, e.Outcome, e.Intent, e.RequestID, digests, e.Bytes, e.Retention)
	if err != nil {
		return fmt.Errorf("appending entry %s: %w", e.ID, err)
	}
	return nil
}
