package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
)

// Draw is one draw of a college, with all that it takes to do it again.
type Draw struct {
	Dossier     string
	Composition int
	On          string // ISO date at the territorial direction
	At          time.Time
	By          string
	DecisionRef string
	Seed        []byte
	Candidates  []medical.DrawCandidate // who could sit; who was excluded does not stand here
	Members     []string
}

const insertDraw = `
INSERT INTO medical.draws (dossier, composition, drawn_on, drawn_at, drawn_by, decision_ref, seed, candidates, members)
VALUES ($1, $2, $3::text::date, $4, $5, $6, $7, $8, $9)`

// InsertDraw records a draw. A second one of the day for the same composition breaks constraint draw_once.
func InsertDraw(ctx context.Context, tx pgx.Tx, d Draw) error {
	candidates := d.Candidates
	if candidates == nil {
		candidates = []medical.DrawCandidate{}
	}
	encoded, err := json.Marshal(candidates)
	if err != nil {
		return fmt.Errorf("encoding a draw of dossier %s: %w", d.Dossier, err)
	}
	_, err = tx.Exec(ctx, insertDraw, d.Dossier, d.Composition, d.On, d.At, d.By, d.DecisionRef, d.Seed, encoded, d.Members)
	if err != nil {
		return fmt.Errorf("recording a draw of dossier %s: %w", d.Dossier, err)
	}
	return nil
}

const selectDraw = `
SELECT d.drawn_at, d.drawn_by, d.decision_ref, d.seed, d.candidates, d.members FROM medical.draws d
WHERE d.dossier = $1::uuid AND d.composition = $2 AND d.drawn_on = $3::text::date`

// GetDraw is the draw of a day for a composition, or ErrNotFound.
func GetDraw(ctx context.Context, q db.Querier, dossier string, composition int, on string) (Draw, error) {
	d := Draw{Dossier: dossier, Composition: composition, On: on}
	var candidates []byte
	err := q.QueryRow(ctx, selectDraw, dossier, composition, on).Scan(&d.At, &d.By, &d.DecisionRef, &d.Seed, &candidates, &d.Members)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Draw{}, fmt.Errorf("draw for dossier %s: %w", dossier, ErrNotFound)
	case err != nil:
		return Draw{}, fmt.Errorf("reading a draw for dossier %s: %w", dossier, err)
	}
	if err := json.Unmarshal(candidates, &d.Candidates); err != nil {
		return Draw{}, fmt.Errorf("reading the candidates of a draw for dossier %s: not of their shape", dossier)
	}
	return d, nil
}

const openDossiers = `
SELECT m.member, count(*) FROM medical.college_members m
JOIN medical.dossiers d ON d.id = m.dossier AND d.composition = m.composition
WHERE m.member = ANY($1) AND d.issued_at IS NULL AND d.closed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM medical.composition_closures x WHERE x.dossier = m.dossier AND x.composition = m.composition)
GROUP BY m.member`

// OpenDossiers counts on how many dossiers each person sits whose opinion is awaited, all territories together.
func OpenDossiers(ctx context.Context, q db.Querier, persons []string) (map[string]int, error) {
	rows, err := q.Query(ctx, openDossiers, persons)
	if err != nil {
		return nil, fmt.Errorf("counting open dossiers: %w", err)
	}
	loads := map[string]int{}
	var person string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&person, &n}, func() error {
		loads[person] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting open dossiers: %w", err)
	}
	return loads, nil
}
