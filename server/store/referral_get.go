package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// Referral is a referral as the prefecture follows it.
type Referral struct {
	release.Referral
	Position     int64
	Direction    string
	OpenedAt     time.Time
	Codes        []string // of the releases received, in order
	Issued       bool
	Acknowledged bool // the last version of its opinion
	Withdrawn    bool
	Decision     string  // of the prefect, the last one; "" before, and again once a court has ruled
	Appeal       *Appeal // the one that is open

	Corrected     bool // its opinion replaces another
	DecidedBefore bool // the prefect had decided before the last version came
}

// Appeal is a court's case about the decision. Nothing of it crosses but that there is one.
type Appeal struct {
	Event      int64
	Court      string
	CaseNumber *string // as declared, or as given with the request for the attestation
	Asked      bool    // the attestation

	AnswerDueOn *release.Date // until when the court awaits the prefect's observations
}

const referralColumns = `
SELECT f.id, f.position, f.group_id, f.version, f.agdref, f.requester, f.prefecture, g.kind, g.channel, g.direction,
    g.request_registered_on::text, g.certificate_available_on::text, g.asylum, g.removal_decision, g.country_role,
    g.country, g.previous_case, g.liberty_history, g.civil, g.opened_at,
    ARRAY(SELECT r.code FROM server.releases r WHERE r.referral = f.id ORDER BY r.seq),
    o.id IS NOT NULL, k.seq IS NOT NULL,
    EXISTS (SELECT 1 FROM server.referral_events w WHERE w.referral = f.id AND w.type = 'WITHDRAWAL'),
    coalesce((SELECT v.body::jsonb #>> '{decision,outcome}' FROM server.referral_events v
        WHERE v.referral = f.id AND v.type = 'DECISION' AND v.seq > ended.seq ORDER BY v.seq DESC LIMIT 1), ''),
    p.event, p.court, coalesce(q.case_number, p.case_number), q.event IS NOT NULL, p.answer_due_on::text,
    coalesce(o.version > 1, false), coalesce(o.version > 1, false) AND EXISTS (SELECT 1 FROM server.referral_events d
        JOIN server.releases r ON r.seq = o.release WHERE d.referral = f.id AND d.type = 'DECISION' AND d.at <= r.received_at)
FROM server.referrals f
JOIN server.referral_groups g ON g.id = f.group_id
LEFT JOIN LATERAL (
    SELECT s.id, s.release, s.version FROM server.opinions s WHERE s.referral = f.id ORDER BY s.version DESC LIMIT 1) o ON true
LEFT JOIN server.acknowledgements k ON k.release = o.release
CROSS JOIN LATERAL (
    SELECT coalesce(max(e.seq), 0) AS seq FROM server.referral_events e WHERE e.referral = f.id AND e.type = 'APPEAL_CLOSED') ended
LEFT JOIN LATERAL (
    SELECT a.event, a.court, a.case_number, a.answer_due_on FROM server.appeals a WHERE a.referral = f.id AND a.event > ended.seq
    ORDER BY a.event DESC LIMIT 1) p ON true
LEFT JOIN server.attestation_requests q ON q.appeal = p.event`

// GetReferral finds one referral, or ErrNotFound.
func GetReferral(ctx context.Context, q Querier, id string) (Referral, error) {
	rows, err := q.Query(ctx, referralColumns+"\nWHERE f.id = $1::text::uuid", id)
	if err != nil {
		return Referral{}, fmt.Errorf("finding referral %s: %w", id, err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, scanReferral)
	if errors.Is(err, pgx.ErrNoRows) {
		return Referral{}, ErrNotFound
	}
	if err != nil {
		return Referral{}, fmt.Errorf("reading referral %s: %w", id, err)
	}
	return found, nil
}

// FindReferrals lists a prefecture's referrals in the order they were opened, after a position.
func FindReferrals(ctx context.Context, q Querier, prefecture string, after int64, limit int) ([]Referral, error) {
	const where = "\nWHERE f.prefecture = $1 AND f.position > $2 ORDER BY f.position LIMIT $3"
	rows, err := q.Query(ctx, referralColumns+where, prefecture, after, limit)
	if err != nil {
		return nil, fmt.Errorf("finding the referrals of a prefecture: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanReferral)
	if err != nil {
		return nil, fmt.Errorf("reading the referrals of a prefecture: %w", err)
	}
	return found, nil
}

// FindGroup lists the referrals of the group that referral belongs to, in the order of the administrative files.
func FindGroup(ctx context.Context, q Querier, referral string) ([]Referral, error) {
	const where = `
WHERE f.group_id = (SELECT s.group_id FROM server.referrals s WHERE s.id = $1::text::uuid) ORDER BY f.file`
	rows, err := q.Query(ctx, referralColumns+where, referral)
	if err != nil {
		return nil, fmt.Errorf("finding the group of referral %s: %w", referral, err)
	}
	found, err := pgx.CollectRows(rows, scanReferral)
	if err != nil {
		return nil, fmt.Errorf("reading the group of referral %s: %w", referral, err)
	}
	if len(found) == 0 {
		return nil, ErrNotFound
	}
	return found, nil
}

func scanReferral(row pgx.CollectableRow) (Referral, error) {
	var r Referral
	var registered, available *string
	var kind, channel, role string
	var appeal *int64
	var court, number, due *string
	var asked bool
	err := row.Scan(&r.ID, &r.Position, &r.Group, &r.Version, &r.AGDREF, &r.Requester, &r.Prefecture, &kind, &channel, &r.Direction,
		&registered, &available, &r.Asylum, &r.RemovalDecision, &role, &r.ReferenceCountry.Country, &r.PreviousCase,
		&r.LibertyHistory, &r.Civil, &r.OpenedAt, &r.Codes, &r.Issued, &r.Acknowledged,
		&r.Withdrawn, &r.Decision, &appeal, &court, &number, &asked, &due, &r.Corrected, &r.DecidedBefore)
	r.Kind, r.Channel, r.ReferenceCountry.Role = release.Kind(kind), release.Channel(channel), release.CountryRole(role)
	r.RequestRegisteredOn, r.CertificateAvailableOn = date(registered), date(available)
	r.OpenedAt = r.OpenedAt.UTC()
	if appeal != nil {
		r.Appeal = &Appeal{Event: *appeal, Court: *court, CaseNumber: number, Asked: asked, AnswerDueOn: date(due)}
	}
	return r, err
}

// LockReferral is GetReferral under a lock that every other change of a referral waits for.
func LockReferral(ctx context.Context, tx pgx.Tx, id string) (Referral, error) {
	// The counter of referral events is what every change takes: locking it orders them all.
	var last int64
	if err := tx.QueryRow(ctx, lockNumber, referralEvents).Scan(&last); err != nil {
		return Referral{}, fmt.Errorf("locking the %s number: %w", referralEvents, err)
	}
	return GetReferral(ctx, tx, id)
}
