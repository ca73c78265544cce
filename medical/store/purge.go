package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
)

const toAssess = `
SELECT d.id::text FROM medical.dossiers d
WHERE d.purge_from <= $1 AND d.state <> 'PURGE' AND d.purge_decision <> CASE WHEN d.held THEN 'REFUSEE_GEL' ELSE 'AUTORISEE' END
ORDER BY d.purge_from LIMIT $2`

// FindToAssess lists the closed dossiers whose retention is over and whose purge has not been assessed as things stand.
func FindToAssess(ctx context.Context, q db.Querier, now time.Time) ([]string, error) {
	return opaqueIDs(ctx, q, "dossiers to assess", toAssess, now, sweepPage)
}

// DuePurge is a dossier that may be destroyed: what an operator compares with the archives' list, without a name.
type DuePurge struct {
	Dossier      string
	Referrals    []string
	ClosedAt     time.Time
	AuthorisedAt time.Time
}

const authorised = `
SELECT d.id::text, ARRAY(SELECT r.referral FROM medical.dossier_referrals r WHERE r.dossier = d.id ORDER BY r.rank), d.closed_at,
       (SELECT max(e.at) FROM medical.events e WHERE e.dossier = d.id AND e.type = 'PURGE_EVALUEE')
FROM medical.dossiers d
WHERE d.purge_from <= $1 AND d.state <> 'PURGE' AND d.purge_decision = 'AUTORISEE' AND NOT d.held
ORDER BY d.purge_from, d.id LIMIT $2`

// FindAuthorisedPurges lists at most limit dossiers whose purge is authorised and not executed.
func FindAuthorisedPurges(ctx context.Context, q db.Querier, now time.Time, limit int) ([]DuePurge, error) {
	rows, err := q.Query(ctx, authorised, now, limit)
	if err != nil {
		return nil, fmt.Errorf("listing authorised purges: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p DuePurge, err error) {
		err = row.Scan(&p.Dossier, &p.Referrals, &p.ClosedAt, &p.AuthorisedAt)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing authorised purges: %w", err)
	}
	return list, nil
}

const destroy = `SELECT medical.destroy($1::uuid)`

// Purge records that a dossier is destroyed and takes out of the database everything of it that is sealed, that opens or that finds, in
// one transaction. The caller has locked the dossier and knows from keyholder that its keys open nothing any more. The stored uploads are
// named in uploads_to_remove by the same transaction, and the destruction in what the other zone is to be told: they go after the commit, so that a crash leaves either the dossier or the list.
func Purge(ctx context.Context, tx pgx.Tx, d Dossier, actor string, at time.Time) (Dossier, error) {
	if err := medical.CheckPurge(d.Case, at); err != nil {
		return Dossier{}, err
	}
	var events []medical.Event
	if decision := medical.AssessPurge(d.Case, at); decision != "" {
		events = append(events, medical.Event{At: at, Actor: actor, Data: medical.PurgeEvaluee{PurgeDecision: decision}})
	}
	events = append(events, medical.Event{At: at, Actor: actor, Data: medical.PurgeExecutee{}})
	after, err := AppendEvents(ctx, tx, d.ID, events, With{})
	if err != nil {
		return Dossier{}, err
	}
	if _, err := tx.Exec(ctx, destroy, d.ID); err != nil {
		return Dossier{}, fmt.Errorf("destroying dossier %s: %w", d.ID, err)
	}
	if _, err := tx.Exec(ctx, insertShredding, d.ID); err != nil {
		return Dossier{}, fmt.Errorf("having the destruction of %s told: %w", d.ID, err)
	}
	return after, nil
}

const removable = `SELECT u.upload FROM medical.uploads_to_remove u ORDER BY u.upload LIMIT $1`

// FindRemovableUploads lists stored uploads of purged dossiers.
func FindRemovableUploads(ctx context.Context, q db.Querier) ([]string, error) {
	return opaqueIDs(ctx, q, "uploads to remove", removable, sweepPage)
}

const forgetUpload = `DELETE FROM medical.uploads_to_remove WHERE upload = $1`

// ForgetUpload says that the files of an upload are gone.
func ForgetUpload(ctx context.Context, tx pgx.Tx, upload string) error {
	if _, err := tx.Exec(ctx, forgetUpload, upload); err != nil {
		return fmt.Errorf("forgetting upload %s: %w", upload, err)
	}
	return nil
}
