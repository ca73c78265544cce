package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// LoadDecisions enters the published composition decisions of the reference file. A decision already there may only be
// completed by further lines: any other difference is an error, since opinions already given point at its lines.
func LoadDecisions(ctx context.Context, tx pgx.Tx, decisions []release.CompositionDecision) error {
	for _, d := range decisions {
		if err := d.Validate(); err != nil {
			return fmt.Errorf("loading decision %s: %w", d.Ref, err)
		}
		if err := loadDecision(ctx, tx, d); err != nil {
			return fmt.Errorf("loading decision %s: %w", d.Ref, err)
		}
	}
	return nil
}

const insertDecision = `
INSERT INTO server.decisions (ref, kind, signed_on, published_on, valid_from, valid_to)
VALUES ($1, $2, $3, $4, $5, $6)`

const insertLine = `
INSERT INTO server.decision_lines (ref, line, rpps, family_name, given_name, valid_from, valid_to)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

const insertDigest = `INSERT INTO server.decision_digests (ref, lines, digest) VALUES ($1, $2, $3)`

func loadDecision(ctx context.Context, tx pgx.Tx, d release.CompositionDecision) error {
	known, err := GetDecision(ctx, tx, d.Ref)
	switch {
	case errors.Is(err, ErrNotFound):
		_, err := tx.Exec(ctx, insertDecision, d.Ref, d.Kind, string(d.SignedOn), string(d.PublishedOn), string(d.ValidFrom), text(d.ValidTo))
		if err != nil {
			return fmt.Errorf("inserting: %w", err)
		}
	case err != nil:
		return err
	case len(known.Lines) > len(d.Lines) || !same(known, d):
		return errors.New("the database holds another one under this reference")
	case len(known.Lines) == len(d.Lines):
		return nil
	}
	for _, l := range d.Lines[len(known.Lines):] {
		_, err := tx.Exec(ctx, insertLine, d.Ref, l.Line, l.RPPS, l.FamilyName, l.GivenName, string(l.ValidFrom), text(l.ValidTo))
		if err != nil {
			return fmt.Errorf("inserting line %d: %w", l.Line, err)
		}
	}
	digest, err := d.Digest()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertDigest, d.Ref, len(d.Lines), digest); err != nil {
		return fmt.Errorf("inserting its digest: %w", err)
	}
	return nil
}

// same says whether d is known with lines added at its end.
func same(known, d release.CompositionDecision) bool {
	d.Lines = d.Lines[:len(known.Lines)]
	one, err := known.Digest()
	if err != nil {
		return false
	}
	other, err := d.Digest()
	return err == nil && one == other
}
