package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Succession is who is proposed to go on with what somebody whose duty ended had to do in one dossier. It designates nobody.
type Succession struct {
	Dossier     string  `json:"dossier"`
	Capacity    string  `json:"capacity"`    // RAPPORTEUR, MEMBRE
	Composition int     `json:"composition"` // 0 for the author of the report
	Predecessor string  `json:"predecessor"`
	Owed        string  `json:"owed"`     // RAPPORT TRANSMISSION COMPLEMENT REPONSE SIGNATURE; RIEN where his signature stands
	Proposed    *string `json:"proposed"` // null where nobody could be
}

// Capacities.
const (
	AsRapporteur = "RAPPORTEUR"
	AsMember     = "MEMBRE"
)

const insertSuccession = `
INSERT INTO medical.successions (duty_end, dossier, capacity, composition, predecessor, owed, proposed, proposed_at)
VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, coalesce($7, ''), $8)`

// InsertSuccession keeps a proposal beside the end of duty that asked for it.
func InsertSuccession(ctx context.Context, tx pgx.Tx, dutyEnd string, s Succession, at time.Time) error {
	if _, err := tx.Exec(ctx, insertSuccession, dutyEnd, s.Dossier, s.Capacity, s.Composition, s.Predecessor, s.Owed, s.Proposed, at); err != nil {
		return fmt.Errorf("proposing a successor in dossier %s: %w", s.Dossier, err)
	}
	return nil
}

const findSuccessions = `
SELECT s.dossier::text, s.capacity, s.composition, s.predecessor, s.owed, nullif(s.proposed, '')
FROM medical.successions s JOIN medical.dossiers d ON d.id = s.dossier
WHERE s.predecessor = $1 AND s.proposed_at = (SELECT max(l.proposed_at) FROM medical.successions l WHERE l.predecessor = $1)
ORDER BY d.position, s.capacity`

// FindSuccessions lists what the last end of a person's duty proposed.
func FindSuccessions(ctx context.Context, q db.Querier, predecessor string) ([]Succession, error) {
	rows, err := q.Query(ctx, findSuccessions, predecessor)
	if err != nil {
		return nil, fmt.Errorf("listing successions: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Succession])
	if err != nil {
		return nil, fmt.Errorf("listing successions: %w", err)
	}
	return list, nil
}

const openDossiersOf = `
SELECT d.id::text FROM medical.dossiers d
WHERE d.closed_at IS NULL AND d.issued_at IS NULL AND (d.rapporteur = $1 OR EXISTS (SELECT 1 FROM medical.college_members m
    WHERE m.dossier = d.id AND m.composition = d.composition AND m.member = $1))
ORDER BY d.position`

// OpenDossiersOf are the dossiers whose opinion is awaited and in which a physician reports, or sits.
func OpenDossiersOf(ctx context.Context, q db.Querier, physician string) ([]string, error) {
	return opaqueIDs(ctx, q, "open dossiers of a physician", openDossiersOf, physician)
}

const openReports = `
SELECT d.rapporteur, count(*) FROM medical.dossiers d
WHERE d.rapporteur = ANY($1) AND d.report_transmitted_at IS NULL AND d.closed_at IS NULL GROUP BY d.rapporteur`

// OpenReports counts how many reports each person has still to give, all territories together.
func OpenReports(ctx context.Context, q db.Querier, persons []string) (map[string]int, error) {
	rows, err := q.Query(ctx, openReports, persons)
	if err != nil {
		return nil, fmt.Errorf("counting open reports: %w", err)
	}
	loads := map[string]int{}
	var person string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&person, &n}, func() error {
		loads[person] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting open reports: %w", err)
	}
	return loads, nil
}

const rotaOf = `
SELECT r.direction, r.physician, r.from_at, r.to_at FROM medical.rota_lines r
WHERE r.physician = $1 AND r.to_at > $2 ORDER BY r.from_at, r.position LIMIT 200`

// FindRotaOf lists the lines that put a physician on call and are not over at an instant.
func FindRotaOf(ctx context.Context, q db.Querier, physician string, at time.Time) ([]RotaLine, error) {
	return rotaLines(ctx, q, rotaOf, physician, at)
}
