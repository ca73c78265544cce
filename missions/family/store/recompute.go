package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
	"cloison/missions/family"
)

// What was computed with another law stands on both sides of this one in the index cases_stale, whose states are those of cases that nobody has decided
// (TestTheIndexOfStaleCasesIsThatOfUndecidedOnes). So a round costs what is stale, and nothing where nothing is: it never goes through what is up to date.
const findStale = caseColumns + `
JOIN (SELECT x.id FROM (
    (SELECT k.id, k.law, k.position FROM family.cases k WHERE k.law < $1 AND ` + undecided + ` AND (k.law, k.position) > ($2, $3) ORDER BY k.law, k.position LIMIT $4)
    UNION ALL
    (SELECT k.id, k.law, k.position FROM family.cases k WHERE k.law > $1 AND ` + undecided + ` AND (k.law, k.position) > ($2, $3) ORDER BY k.law, k.position LIMIT $4)
) x ORDER BY x.law, x.position LIMIT $4) stale ON stale.id = c.id
ORDER BY c.law, c.position FOR UPDATE OF c`

const undecided = `k.law <> '' AND k.state IN ('DEPOSE', 'INCOMPLET', 'COMPLET', 'TRANSMIS_MAIRE', 'AVIS_MAIRE', 'AVIS_TACITE', 'ENQUETE_OFII', 'INSTRUCTION_OFII', 'TRANSMIS_PREFET')`

const findEventsOf = `SELECT e.case_id::text, e.seq, e.on_day, e.actor, e.type, e.data FROM family.events e WHERE e.case_id = ANY ($1::text[]::uuid[]) ORDER BY e.case_id, e.seq`

// The last result of each kind, and the last number of the case.
const findLastOf = `
SELECT DISTINCT ON (v.case_id, v.what) v.case_id::text, v.what, v.given, v.result, max(v.seq) OVER (PARTITION BY v.case_id)
FROM family.evaluations v WHERE v.case_id = ANY ($1::text[]::uuid[]) ORDER BY v.case_id, v.what, v.seq DESC`

// Place is where a round of the computation stopped: after the last case that it saw.
type Place struct {
	Law      string
	Position int64
}

// Stale are cases that nobody has decided, whose results were computed with another law, after a place; locked, with their events and the last result of
// each kind. Seq is the last number that their results have.
func Stale(ctx context.Context, tx pgx.Tx, law string, after Place, limit int) (cases []Case, seq map[string]int, err error) {
	if cases, err = collect(tx.Query(ctx, findStale, law, after.Law, after.Position, limit)); err != nil || len(cases) == 0 {
		return nil, nil, err
	}
	ids, at := make([]string, len(cases)), map[string]*Case{}
	for i := range cases {
		ids[i], at[cases[i].ID] = cases[i].ID, &cases[i]
	}
	if err := eventsOf(ctx, tx, ids, at); err != nil {
		return nil, nil, err
	}
	seq, err = lastOf(ctx, tx, ids, at)
	return cases, seq, err
}

func eventsOf(ctx context.Context, q db.Querier, ids []string, at map[string]*Case) error {
	rows, err := q.Query(ctx, findEventsOf, ids)
	if err != nil {
		return fmt.Errorf("finding the events of cases: %w", err)
	}
	var id, actor, code string
	var number int
	var on time.Time
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &number, &on, &actor, &code, &data}, func() error {
		decoded, err := family.DecodeData(code, data)
		at[id].Events = append(at[id].Events, family.Event{Seq: number, On: missions.DateOf(on), By: family.Actor(actor), Data: decoded})
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the events of cases: %w", err)
	}
	return nil
}

func lastOf(ctx context.Context, q db.Querier, ids []string, at map[string]*Case) (seq map[string]int, err error) {
	rows, err := q.Query(ctx, findLastOf, ids)
	if err != nil {
		return nil, fmt.Errorf("finding the results of cases: %w", err)
	}
	seq = map[string]int{}
	var id, what string
	var given, result []byte
	var last int
	_, err = pgx.ForEachRow(rows, []any{&id, &what, &given, &result, &last}, func() error {
		at[id].Evaluations = append(at[id].Evaluations, Evaluation{What: what, Given: append(json.RawMessage{}, given...), Result: append(json.RawMessage{}, result...)})
		seq[id] = last
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the results of cases: %w", err)
	}
	return seq, nil
}

// Again is a result that was computed again.
type Again struct {
	CaseID        string
	Seq           int
	What          string
	Given, Result json.RawMessage
}

const setLaws = `UPDATE family.cases SET law = $2 WHERE id = ANY ($1::text[]::uuid[])`

// Recomputed keeps results that were computed again, beside those that they follow, and says that their cases rest on that law.
func Recomputed(ctx context.Context, tx pgx.Tx, law string, cases []string, results []Again, at time.Time) error {
	columns := []string{"case_id", "seq", "at", "what", "given", "result", "law_version"}
	source := pgx.CopyFromSlice(len(results), func(i int) ([]any, error) {
		r := results[i]
		return []any{r.CaseID, r.Seq, at, r.What, r.Given, r.Result, law}, nil
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"family", "evaluations"}, columns, source); err != nil {
		return fmt.Errorf("keeping what was computed again: %w", err)
	}
	if _, err := tx.Exec(ctx, setLaws, cases, law); err != nil {
		return fmt.Errorf("saying with which law cases were computed: %w", err)
	}
	return nil
}
