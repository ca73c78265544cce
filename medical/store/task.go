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

// Task is one that was raised: codes, dates and opaque ids. It is done by the act that answers it, whose event DoneCode names.
type Task struct {
	Dossier  string     `json:"dossier"`
	Code     string     `json:"code"`
	Ref      string     `json:"ref"`
	DueOn    *string    `json:"due_on"`
	RaisedAt time.Time  `json:"raised_at"`
	DoneAt   *time.Time `json:"done_at"`
	DoneBy   *string    `json:"done_by"`
	DoneCode *string    `json:"done_code"`
	Cursor   string     `json:"-"`
}

const taskColumns = `t.dossier::text, t.code, t.ref, t.due_on::text, t.raised_at, t.done_at, t.done_by, t.done_code, t.position
FROM medical.tasks t`

func scanTask(row pgx.CollectableRow) (t Task, err error) {
	var position int64
	err = row.Scan(&t.Dossier, &t.Code, &t.Ref, &t.DueOn, &t.RaisedAt, &t.DoneAt, &t.DoneBy, &t.DoneCode, &position)
	t.RaisedAt = t.RaisedAt.UTC()
	t.Cursor = strconv.FormatInt(position, 10)
	return t, err
}

const insertTask = `
INSERT INTO medical.tasks (dossier, code, ref, due_on, raised_at) VALUES ($1, $2, $3, $4::text::date, $5) ON CONFLICT ON CONSTRAINT task_once DO NOTHING`

// RaiseTask raises a task once; false when it was raised before, done or not.
func RaiseTask(ctx context.Context, tx pgx.Tx, dossier string, t medical.Task, at time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, insertTask, dossier, t.Code, t.Ref, text(t.DueOn), at)
	if err != nil {
		return false, fmt.Errorf("raising %s of dossier %s: %w", t.Code, dossier, err)
	}
	return tag.RowsAffected() == 1, nil
}

// RaiseTasks raises what stands to be done in a dossier as of an instant, and counts what was not raised before.
func RaiseTasks(ctx context.Context, tx pgx.Tx, d Dossier, at time.Time) (raised int, err error) {
	for _, t := range medical.Tasks(d.Case, at) {
		is, err := RaiseTask(ctx, tx, d.ID, t, at)
		if err != nil {
			return 0, err
		}
		if is {
			raised++
		}
	}
	return raised, nil
}

const doTask = `
UPDATE medical.tasks SET done_at = $4, done_by = $5, done_code = $6 WHERE dossier = $1::uuid AND code = $2 AND ref = $3 AND done_at IS NULL`

// answerTasks marks as done the open tasks that the events just appended answer.
func answerTasks(ctx context.Context, tx pgx.Tx, d Dossier, events []medical.Event) error {
	for _, t := range d.Tasks {
		for _, e := range events {
			if t.DoneAt != nil || !d.Case.Answers(e, medical.Task{Code: t.Code, Ref: t.Ref}) {
				continue
			}
			if _, err := tx.Exec(ctx, doTask, d.ID, t.Code, t.Ref, e.At, e.Actor, string(e.Type)); err != nil {
				return fmt.Errorf("answering %s of dossier %s: %w", t.Code, d.ID, err)
			}
			break
		}
	}
	return nil
}

const tasksOf = `SELECT ` + taskColumns + ` WHERE t.dossier = $1::uuid ORDER BY t.position`

func tasksOfDossier(ctx context.Context, q db.Querier, id string) ([]Task, error) {
	rows, err := q.Query(ctx, tasksOf, id)
	if err != nil {
		return nil, fmt.Errorf("reading tasks: %w", err)
	}
	return pgx.CollectRows(rows, scanTask)
}

const listTasks = `SELECT ` + taskColumns + ` JOIN medical.dossiers d ON d.id = t.dossier
WHERE t.position > $1 AND (t.done_at IS NULL OR $6)
  AND ($2 OR d.direction = ANY($3) OR ($4 <> '' AND (t.code = 'SECOND_APPELE' AND t.ref = $4 OR d.rapporteur = $4 OR EXISTS (SELECT 1 FROM medical.college_members m
      WHERE m.dossier = d.id AND m.composition = d.composition AND m.member = $4))))
ORDER BY t.position LIMIT $5`

// TaskFilter narrows a list of tasks.
type TaskFilter struct {
	Done  bool   // those that were done too
	After string // cursor of the page before
	Limit int    // 1 to 100, 25 when 0
}

// ListTasks is one page of the open tasks of the dossiers that a subject may list, and those that call him by himself, in the order in which they were raised.
func ListTasks(ctx context.Context, q db.Querier, s Scope, f TaskFilter) ([]Task, error) {
	after, err := cursor(f.After)
	if err != nil {
		return []Task{}, nil
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	directions := s.Directions
	if directions == nil {
		directions = []string{}
	}
	rows, err := q.Query(ctx, listTasks, after, s.All, directions, s.Physician, min(limit, maxPage), f.Done)
	if err != nil {
		return nil, fmt.Errorf("listing tasks: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanTask)
	if err != nil {
		return nil, fmt.Errorf("listing tasks: %w", err)
	}
	return list, nil
}
