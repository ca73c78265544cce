package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

const getDecision = `
SELECT d.ref, d.kind, d.signed_on::text, d.published_on::text, d.valid_from::text, d.valid_to::text
FROM server.decisions d WHERE d.ref = $1`

const findLines = `
SELECT l.line, l.rpps, l.family_name, l.given_name, l.valid_from::text, l.valid_to::text
FROM server.decision_lines l WHERE l.ref = $1 ORDER BY l.line`

// GetDecision is the copy in force of a published decision, or ErrNotFound.
func GetDecision(ctx context.Context, q Querier, ref string) (release.CompositionDecision, error) {
	var d release.CompositionDecision
	var signed, published, from string
	var to *string
	err := q.QueryRow(ctx, getDecision, ref).Scan(&d.Ref, &d.Kind, &signed, &published, &from, &to)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, ErrNotFound
	}
	if err != nil {
		return d, fmt.Errorf("reading decision %s: %w", ref, err)
	}
	d.SignedOn, d.PublishedOn, d.ValidFrom, d.ValidTo = release.Date(signed), release.Date(published), release.Date(from), date(to)
	rows, err := q.Query(ctx, findLines, ref)
	if err != nil {
		return d, fmt.Errorf("finding the lines of decision %s: %w", ref, err)
	}
	if d.Lines, err = pgx.CollectRows(rows, scanLine); err != nil {
		return d, fmt.Errorf("reading the lines of decision %s: %w", ref, err)
	}
	return d, nil
}

func scanLine(row pgx.CollectableRow) (release.DecisionLine, error) {
	var l release.DecisionLine
	var from string
	var to *string
	err := row.Scan(&l.Line, &l.RPPS, &l.FamilyName, &l.GivenName, &from, &to)
	l.ValidFrom, l.ValidTo = release.Date(from), date(to)
	return l, err
}

const digestLines = `SELECT g.lines FROM server.decision_digests g WHERE g.ref = $1 AND g.digest = $2`

// DecisionLines says how many lines a decision had when its copy had that digest, or ErrNotFound. A decision is only ever completed:
// its first lines are the same in each of its recorded states.
func DecisionLines(ctx context.Context, q Querier, ref, digest string) (int, error) {
	var lines int
	err := q.QueryRow(ctx, digestLines, ref, digest).Scan(&lines)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("reading the digests of decision %s: %w", ref, err)
	}
	return lines, nil
}
