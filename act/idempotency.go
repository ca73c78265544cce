package act

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
)

// Two requests with one key at the same time: the second waits here, then finds what the first stored.
const lockIdempotency = `select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))`

const findIdempotency = `
select i.status, i.object_kind, i.object_id, i.item, i.entry, i.at
from identity.idempotency i
where i.subject = $1 and i.action = $2 and i.object = $3 and i.key = $4`

const storeIdempotency = `
insert into identity.idempotency (subject, action, object, key, status, object_kind, object_id, item, entry, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

const maxKey = 255

// key is what an Idempotency-Key is bound to: who, which act, on what was asked for (not on what the act then created). Only the hash
// of the key is stored: it is text that a client chose.
func (t *attempt) key() (object string, hash []byte) {
	sum := sha256.Sum256([]byte(t.act.IdempotencyKey))
	return t.act.Object.Kind + "/" + opaque(t.act.Object.ID) + "/" + opaque(t.act.Object.Item), sum[:]
}

// keyLife is how long a key answers: a client that tries again does so within minutes.
const keyLife = 24 * time.Hour

// keyed: only an act that changes something takes a key. A reading with one would go on answering after the right to read has ended
// (TestAReadingTakesNoKey).
func (t *attempt) keyed() bool { return t.act.IdempotencyKey != "" && !t.act.ReadOnly }

const forgetIdempotency = `
delete from identity.idempotency i
where i.subject = $1 and i.action = $2 and i.object = $3 and i.key = $4 and i.at <= $5`

// replay answers a key that was used before, and records that it did. Policy is not asked again: the act is done, and asking would answer
// that it cannot be done twice. It answers ids alone: a caller that renders the object must have that decided by an act of its own.
func (t *attempt) replay(ctx context.Context, tx pgx.Tx) (Result, bool, error) {
	if len(t.act.IdempotencyKey) > maxKey {
		return Result{}, false, NewError(Invalid, "L’en-tête Idempotency-Key est trop long. Envoyez au plus 255 caractères.")
	}
	object, key := t.key()
	lock := fmt.Sprintf("%s %s %s %x", t.who.ID, t.act.Action, object, key)
	if _, err := tx.Exec(ctx, lockIdempotency, lock); err != nil {
		return Result{}, false, fmt.Errorf("locking the idempotency key: %w", err)
	}
	if _, err := tx.Exec(ctx, forgetIdempotency, t.who.ID, t.act.Action, object, key, t.now.Add(-keyLife)); err != nil {
		return Result{}, false, fmt.Errorf("forgetting an old idempotency key: %w", err)
	}
	result := Result{Replayed: true}
	err := tx.QueryRow(ctx, findIdempotency, t.who.ID, t.act.Action, object, key).Scan(
		&result.Status, &result.Object.Kind, &result.Object.ID, &result.Object.Item, &result.Entry, &result.At)
	if errors.Is(err, pgx.ErrNoRows) {
		return Result{}, false, nil
	}
	if err != nil {
		return Result{}, false, fmt.Errorf("looking for the idempotency key: %w", err)
	}
	result.At = result.At.UTC()
	t.entry.Outcome = audit.Replayed
	t.entry.ObjectKind, t.entry.Object, t.entry.Item = result.Object.Kind, result.Object.ID, result.Object.Item
	if err := audit.Append(ctx, tx, t.entry); err != nil {
		return Result{}, false, Wrap(Unavailable, "", err)
	}
	return result, true, nil
}

func (t *attempt) remember(ctx context.Context, tx pgx.Tx, r Result) error {
	object, key := t.key()
	_, err := tx.Exec(ctx, storeIdempotency, t.who.ID, t.act.Action, object, key, r.Status, r.Object.Kind, r.Object.ID, r.Object.Item,
		r.Entry, r.At)
	if err != nil {
		return fmt.Errorf("storing the idempotency key of %s: %w", r.Entry, err)
	}
	return nil
}
