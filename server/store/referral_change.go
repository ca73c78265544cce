package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

const setAGDREF = `UPDATE server.referrals SET agdref = $2 WHERE id = $1::text::uuid`

// SetAGDREF gives an administrative file its corrected number. One that another file of the group has breaks the constraint
// referral_agdref_once.
func SetAGDREF(ctx context.Context, tx pgx.Tx, referral, agdref string) error {
	if _, err := tx.Exec(ctx, setAGDREF, referral, agdref); err != nil {
		return fmt.Errorf("correcting the number of referral %s: %w", referral, err)
	}
	return nil
}

const setCivil = `UPDATE server.referral_groups SET civil = $2 WHERE id = $1::text::uuid`

// SetCivil keeps what is now known of the person of a group.
func SetCivil(ctx context.Context, tx pgx.Tx, group string, civil release.Civil) error {
	if _, err := tx.Exec(ctx, setCivil, group, civil); err != nil {
		return fmt.Errorf("correcting the person of group %s: %w", group, err)
	}
	return nil
}

const setLiberty = `UPDATE server.referral_groups SET liberty_history = $2 WHERE id = $1::text::uuid`

// SetLiberty keeps the person's history, lengthened.
func SetLiberty(ctx context.Context, tx pgx.Tx, group string, history []release.LibertyPeriod) error {
	if _, err := tx.Exec(ctx, setLiberty, group, history); err != nil {
		return fmt.Errorf("lengthening the liberty history of group %s: %w", group, err)
	}
	return nil
}

const insertCharge = `INSERT INTO server.referral_charges (referral, prefecture, until_at, event) VALUES ($1, $2, $3, $4)`

const setPrefecture = `UPDATE server.referrals SET prefecture = $2 WHERE id = $1::text::uuid`

// Transfer puts another prefecture in charge and remembers the one that was.
func Transfer(ctx context.Context, tx pgx.Tx, r Referral, to string, event int64, at time.Time) error {
	if _, err := tx.Exec(ctx, insertCharge, r.ID, r.Prefecture, at, event); err != nil {
		return fmt.Errorf("remembering who was in charge of referral %s: %w", r.ID, err)
	}
	if _, err := tx.Exec(ctx, setPrefecture, r.ID, to); err != nil {
		return fmt.Errorf("transferring referral %s: %w", r.ID, err)
	}
	return nil
}

const everInCharge = `
SELECT EXISTS (SELECT 1 FROM server.referrals f WHERE f.id = $1::text::uuid AND f.prefecture = $2)
    OR EXISTS (SELECT 1 FROM server.referral_charges c WHERE c.referral = $1::text::uuid AND c.prefecture = $2)`

// EverInCharge says whether a prefecture is, or was, in charge of a referral.
func EverInCharge(ctx context.Context, q Querier, referral, prefecture string) (bool, error) {
	var was bool
	if err := q.QueryRow(ctx, everInCharge, referral, prefecture).Scan(&was); err != nil {
		return false, fmt.Errorf("reading who was in charge of referral %s: %w", referral, err)
	}
	return was, nil
}

const insertAppeal = `INSERT INTO server.appeals (event, referral, court, case_number, answer_due_on) VALUES ($1, $2, $3, $4, $5)`

// RecordAppeal keeps the court and, where they are known, its number and its term.
func RecordAppeal(ctx context.Context, tx pgx.Tx, referral string, event int64, a Appeal) error {
	if _, err := tx.Exec(ctx, insertAppeal, event, referral, a.Court, a.CaseNumber, a.AnswerDueOn); err != nil {
		return fmt.Errorf("recording the appeal of referral %s: %w", referral, err)
	}
	return nil
}

const insertAttestationRequest = `
INSERT INTO server.attestation_requests (event, referral, appeal, case_number) VALUES ($1, $2, $3, $4)`

// RecordAttestationRequest keeps for which case the attestation was asked. A second one for an appeal breaks the constraint
// attestation_asked_once.
func RecordAttestationRequest(ctx context.Context, tx pgx.Tx, referral string, event, appeal int64, number string) error {
	if _, err := tx.Exec(ctx, insertAttestationRequest, event, referral, appeal, number); err != nil {
		return fmt.Errorf("recording the request for the attestation of referral %s: %w", referral, err)
	}
	return nil
}
