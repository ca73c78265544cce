package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/policy"
	"cloison/release"
)

const insertDecision = `
INSERT INTO medical.decisions (ref, kind, signed_on, published_on, valid_from, valid_to, digest)
VALUES ($1, $2, $3::text::date, $4::text::date, $5::text::date, coalesce($6::text::date, 'infinity'), $7)
ON CONFLICT (ref) DO UPDATE SET digest = excluded.digest`

const insertLine = `
INSERT INTO medical.decision_lines (ref, line, person, national_id, family_name, given_name, valid_from, valid_to)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::date, coalesce($8::text::date, 'infinity')) ON CONFLICT (ref, line) DO NOTHING`

// ErrDecisionChanged: a decision that was entered differs from the one given. Lines may be added after the last; what was published
// is never rewritten.
var ErrDecisionChanged = errors.New("decision differs from the one entered")

// LoadDecisions enters composition decisions as reference data. It may be called again with the same decisions, or with lines added.
func LoadDecisions(ctx context.Context, tx pgx.Tx, decisions []release.CompositionDecision) error {
	for _, d := range decisions {
		if err := loadDecision(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

func loadDecision(ctx context.Context, tx pgx.Tx, d release.CompositionDecision) error {
	digest, err := d.Digest()
	if err != nil {
		return fmt.Errorf("digesting decision %s: %w", d.Ref, err)
	}
	_, err = tx.Exec(ctx, insertDecision, d.Ref, d.Kind, string(d.SignedOn), string(d.PublishedOn), string(d.ValidFrom), day(d.ValidTo), digest)
	if err != nil {
		return fmt.Errorf("entering decision %s: %w", d.Ref, err)
	}
	for _, l := range d.Lines {
		_, err := tx.Exec(ctx, insertLine, d.Ref, l.Line, l.Person, l.RPPS, l.FamilyName, l.GivenName, string(l.ValidFrom), day(l.ValidTo))
		if err != nil {
			return fmt.Errorf("entering line %d of decision %s: %w", l.Line, d.Ref, err)
		}
	}
	// What stands now must be what was given: an earlier line that differs would make the digest a lie.
	entered, err := GetDecision(ctx, tx, d.Ref)
	if err != nil {
		return err
	}
	if again, err := entered.Digest(); err != nil || again != digest {
		return fmt.Errorf("entering decision %s: %w", d.Ref, ErrDecisionChanged)
	}
	return nil
}

func day(d *release.Date) *string {
	if d == nil {
		return nil
	}
	s := string(*d)
	return &s
}

const selectDecision = `
SELECT d.ref, d.kind, d.signed_on::text, d.published_on::text, d.valid_from::text, nullif(d.valid_to, 'infinity')::text
FROM medical.decisions d WHERE d.ref = $1`

const selectLines = `
SELECT l.line, l.national_id, l.family_name, l.given_name, l.valid_from::text, nullif(l.valid_to, 'infinity')::text, l.person
FROM medical.decision_lines l WHERE l.ref = $1 ORDER BY l.line`

// GetDecision is a decision with its lines, or ErrNotFound.
func GetDecision(ctx context.Context, q db.Querier, ref string) (release.CompositionDecision, error) {
	d := release.CompositionDecision{Lines: []release.DecisionLine{}}
	err := q.QueryRow(ctx, selectDecision, ref).Scan(&d.Ref, &d.Kind, &d.SignedOn, &d.PublishedOn, &d.ValidFrom, &d.ValidTo)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return d, fmt.Errorf("decision %s: %w", ref, ErrNotFound)
	case err != nil:
		return d, fmt.Errorf("reading decision %s: %w", ref, err)
	}
	rows, err := q.Query(ctx, selectLines, ref)
	if err != nil {
		return d, fmt.Errorf("reading the lines of decision %s: %w", ref, err)
	}
	d.Lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l release.DecisionLine, err error) {
		err = row.Scan(&l.Line, &l.RPPS, &l.FamilyName, &l.GivenName, &l.ValidFrom, &l.ValidTo, &l.Person)
		return l, err
	})
	if err != nil {
		return d, fmt.Errorf("reading the lines of decision %s: %w", ref, err)
	}
	return d, nil
}

const currentDecisions = `
SELECT d.ref FROM medical.decisions d
WHERE d.kind = $1 AND d.published_on <= $2::text::date AND $2::text::date BETWEEN d.valid_from AND d.valid_to ORDER BY d.valid_from DESC, d.ref`

// DecisionsInForce lists the refs of the decisions of a kind (COLLEGE, MED1) in force on a day (ISO date).
func DecisionsInForce(ctx context.Context, q db.Querier, kind, on string) ([]string, error) {
	rows, err := q.Query(ctx, currentDecisions, kind, on)
	if err != nil {
		return nil, fmt.Errorf("listing the decisions in force: %w", err)
	}
	refs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing the decisions in force: %w", err)
	}
	return refs, nil
}

const listedOn = `
SELECT l.person, greatest(l.valid_from, d.valid_from) <= $3::text::date AND least(l.valid_to, d.valid_to) >= $3::text::date,
       least(l.valid_to, d.valid_to) < $3::text::date
FROM medical.decision_lines l JOIN medical.decisions d ON d.ref = l.ref
WHERE l.ref = $1 AND l.person = ANY($2) AND d.kind = $4 AND d.published_on <= $3::text::date`

// ListedOn says of each person, in the order given and duplicates kept, whether a published decision of a kind (COLLEGE, MED1) lists them
// on a day (ISO date): Listed, or Expired when it did until before. Habilitated is the directory's to fill. A person the decision never
// named is neither, and so is everybody when the decision is of the other kind: a physician designated alone does not sit by that (R. 425-13).
func ListedOn(ctx context.Context, q db.Querier, ref, kind string, persons []string, on string) ([]policy.Member, error) {
	rows, err := q.Query(ctx, listedOn, ref, persons, on, kind)
	if err != nil {
		return nil, fmt.Errorf("looking in decision %s: %w", ref, err)
	}
	found := map[string]policy.Member{}
	var m policy.Member
	_, err = pgx.ForEachRow(rows, []any{&m.ID, &m.Listed, &m.Expired}, func() error {
		found[m.ID] = m
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking in decision %s: %w", ref, err)
	}
	members := make([]policy.Member, len(persons))
	for i, p := range persons {
		members[i] = found[p]
		members[i].ID = p
	}
	return members, nil
}

const findListed = `
SELECT l.person FROM medical.decision_lines l JOIN medical.decisions d ON d.ref = l.ref
WHERE l.ref = $1 AND $2::text::date BETWEEN greatest(l.valid_from, d.valid_from) AND least(l.valid_to, d.valid_to) ORDER BY l.line`

// FindListed is who a decision lists on a day, in the order of its lines.
func FindListed(ctx context.Context, q db.Querier, ref, on string) ([]string, error) {
	rows, err := q.Query(ctx, findListed, ref, on)
	if err != nil {
		return nil, fmt.Errorf("listing decision %s: %w", ref, err)
	}
	persons, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing decision %s: %w", ref, err)
	}
	return persons, nil
}
