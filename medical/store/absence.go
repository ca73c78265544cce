package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
)

// AbsenceOver is the code of what answers the task of an absence that ended before anybody went on: nobody did anything.
const AbsenceOver = "ABSENCE_FINIE"

const openAbsenceTasks = `
SELECT DISTINCT t.dossier::text FROM medical.tasks t WHERE t.code = 'SUCCESSEUR_A_DESIGNER' AND t.done_at IS NULL AND split_part(t.ref, ':', 3) <> ''`

// DossiersOfAbsences are those in which an absence asked for somebody who goes on, and nobody does yet.
func DossiersOfAbsences(ctx context.Context, q db.Querier) ([]string, error) {
	return opaqueIDs(ctx, q, "dossiers of absences", openAbsenceTasks)
}

// EndTask marks as done, by the program, a task that asks for nothing any more.
func EndTask(ctx context.Context, tx pgx.Tx, dossier string, t Task, at time.Time) error {
	if _, err := tx.Exec(ctx, doTask, dossier, t.Code, t.Ref, at, "sweep", AbsenceOver); err != nil {
		return fmt.Errorf("ending %s of dossier %s: %w", t.Code, dossier, err)
	}
	return nil
}

// AbsenceTask asks for somebody who goes on while a physician is away. It bears the first day, so that another absence asks again.
func AbsenceTask(s Succession, firstOn string) medical.Task {
	return medical.Task{Code: medical.TaskSuccessor, Ref: medical.SuccessionRef(s.Composition, s.Predecessor) + ":" + firstOn}
}

// Replacement is a dossier in which somebody else was put in the place of a physician.
type Replacement struct {
	Dossier  string    `json:"dossier"`
	Capacity string    `json:"capacity"` // RAPPORTEUR, MEMBRE
	At       time.Time `json:"at"`
}

const replacementsOf = `
SELECT r.dossier, r.capacity, r.at FROM (
    SELECT e.dossier::text AS dossier, 'RAPPORTEUR' AS capacity, min(n.at) AS at
    FROM medical.events e JOIN medical.events n ON n.dossier = e.dossier AND n.type = 'RAPPORTEUR_DESIGNE' AND n.seq > e.seq AND n.data ->> 'rapporteur' <> $1
    WHERE e.type = 'RAPPORTEUR_DESIGNE' AND e.data ->> 'rapporteur' = $1 GROUP BY e.dossier
    UNION ALL
    SELECT m.dossier::text, 'MEMBRE', max(x.at)
    FROM medical.college_members m JOIN medical.composition_closures x ON x.dossier = m.dossier AND x.composition = m.composition
    JOIN medical.dossiers d ON d.id = m.dossier
    WHERE m.member = $1 AND d.composition > m.composition
        AND NOT EXISTS (SELECT 1 FROM medical.college_members c WHERE c.dossier = d.id AND c.composition = d.composition AND c.member = $1)
    GROUP BY m.dossier) r
ORDER BY r.at DESC, r.dossier LIMIT 100`

// FindReplacements tells a physician in which dossiers another took his place, the last ones first.
func FindReplacements(ctx context.Context, q db.Querier, physician string) ([]Replacement, error) {
	rows, err := q.Query(ctx, replacementsOf, physician)
	if err != nil {
		return nil, fmt.Errorf("listing replacements: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Replacement])
	if err != nil {
		return nil, fmt.Errorf("listing replacements: %w", err)
	}
	for i := range list {
		list[i].At = list[i].At.UTC()
	}
	return list, nil
}
