package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
)

// Scope is what a subject may list. Exactly one of its three is set; the zero value lists nothing. It narrows in SQL what policy decides
// one by one.
type Scope struct {
	Physician  string   // dossiers of which this person is rapporteur, or a member of the last composition
	Directions []string // dossiers of these territorial directions
	All        bool     // auditors
}

// ListFilter narrows a list further.
type ListFilter struct {
	Referral string // the other zone's id
	State    string
	After    string // cursor: Next of the page before
	Limit    int    // 1 to 100, 25 when 0
}

// Summary is one line of a list: codes, dates and opaque ids.
type Summary struct {
	ID            string     `json:"id"`
	Referrals     []string   `json:"referrals"`
	Kind          string     `json:"kind"`
	State         string     `json:"state"`
	Direction     string     `json:"direction"`
	Prefecture    string     `json:"prefecture"`
	Rapporteur    *string    `json:"rapporteur"`
	ReceivedAt    time.Time  `json:"received_at"`
	CertificateAt *time.Time `json:"certificate_received_at"`
	// CertificateSentOn is the other start in circulation of the three months of the opinion.
	CertificateSentOn *medical.Date `json:"certificate_sent_on"`
	Version           int           `json:"version"`
	Members           int           `json:"members"`  // of the composition in progress
	Answered          int           `json:"answered"` // how many of them have answered this round
	Signed            int           `json:"signed"`
	Sent              bool          `json:"sent"` // the opinion has left
	AwaitsMember      bool          `json:"awaits_you"`
	Liberty           string        `json:"liberty"`       // of a removal, as last known; "" otherwise
	UrgentFrom        *time.Time    `json:"urgent_from"`   // from when the hours of the opinion run
	UrgentDueAt       *time.Time    `json:"urgent_due_at"` // and when they are over
	Cursor            string        `json:"-"`
}

const maxPage, defaultPage = 100, 25

const listDossiers = `
SELECT d.id::text, ARRAY(SELECT r.referral FROM medical.dossier_referrals r WHERE r.dossier = d.id ORDER BY r.rank), d.kind, d.state,
       d.direction, d.prefecture, nullif(d.rapporteur, ''), d.received_at, d.certificate_received_at, d.certificate_sent_on::text, d.version, d.position,
       c.members, c.answered, c.signed, d.sent_at IS NOT NULL, c.sits AND d.sent_at IS NULL AND CASE
           WHEN c.answered < c.members THEN NOT c.has_answered ELSE NOT c.has_signed END,
       coalesce(CASE WHEN d.pipeline = 'ELOIGNEMENT' THEN (SELECT u.status FROM (
           SELECT p.status, coalesce(p.from_at, '-infinity') AS at, p.rank AS n FROM medical.liberty_periods p WHERE p.dossier = d.id
           UNION ALL SELECT e.data ->> 'liberty', e.at, 1000 + e.seq FROM medical.events e WHERE e.dossier = d.id AND e.type = 'CHANGEMENT_LIBERTE') u
           ORDER BY u.at DESC, u.n DESC LIMIT 1) END, ''), h.start_at, h.due_at
FROM medical.dossiers d
LEFT JOIN LATERAL (SELECT l.start_at, l.due_at FROM medical.deadlines l WHERE l.dossier = d.id AND l.code = 'DL8' AND l.fulfilled_at IS NULL
    AND l.status <> 'SANS_OBJET' ORDER BY l.due_at LIMIT 1) h ON true
CROSS JOIN LATERAL (
    SELECT count(m.member) AS members, count(a.member) AS answered, count(s.member) AS signed,
           coalesce(bool_or(m.member = $4), false) AS sits, coalesce(bool_or(a.member = $4), false) AS has_answered,
           coalesce(bool_or(s.member = $4), false) AS has_signed
    FROM medical.college_members m
    LEFT JOIN medical.answers_given a
        ON a.dossier = m.dossier AND a.composition = m.composition AND a.round = d.round AND a.member = m.member
    LEFT JOIN medical.signatures s ON s.dossier = m.dossier AND s.composition = m.composition AND s.member = m.member
        AND NOT EXISTS (SELECT 1 FROM medical.void_signatures v WHERE v.approval = s.approval)
    WHERE m.dossier = d.id AND m.composition = d.composition) c
WHERE d.position > $1
  AND ($2 OR d.direction = ANY($3) OR ($4 <> '' AND (d.rapporteur = $4 OR EXISTS (SELECT 1 FROM medical.college_members m
      WHERE m.dossier = d.id AND m.composition = d.composition AND m.member = $4))))
  AND ($5 = '' OR EXISTS (SELECT 1 FROM medical.dossier_referrals r WHERE r.dossier = d.id AND r.referral = $5))
  AND ($6 = '' OR d.state = $6)
ORDER BY d.position LIMIT $7`

// ListDossiers is one page, oldest first. A cursor that is none gives an empty page.
func ListDossiers(ctx context.Context, q db.Querier, s Scope, f ListFilter) ([]Summary, error) {
	after, err := cursor(f.After)
	if err != nil {
		return []Summary{}, nil
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	directions := s.Directions
	if directions == nil {
		directions = []string{}
	}
	rows, err := q.Query(ctx, listDossiers, after, s.All, directions, s.Physician, f.Referral, f.State, min(limit, maxPage))
	if err != nil {
		return nil, fmt.Errorf("listing dossiers: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanSummary)
	if err != nil {
		return nil, fmt.Errorf("listing dossiers: %w", err)
	}
	return list, nil
}

func scanSummary(row pgx.CollectableRow) (s Summary, err error) {
	var position int64
	var sent *string
	err = row.Scan(&s.ID, &s.Referrals, &s.Kind, &s.State, &s.Direction, &s.Prefecture, &s.Rapporteur, &s.ReceivedAt, &s.CertificateAt, &sent,
		&s.Version, &position, &s.Members, &s.Answered, &s.Signed, &s.Sent, &s.AwaitsMember, &s.Liberty,
		&s.UrgentFrom, &s.UrgentDueAt)
	s.Cursor = strconv.FormatInt(position, 10)
	if err == nil {
		s.CertificateSentOn, err = dateOf(sent)
	}
	return s, err
}

func cursor(after string) (int64, error) {
	if after == "" {
		return 0, nil
	}
	return strconv.ParseInt(after, 10, 64)
}
