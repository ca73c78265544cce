// Package store is pgx on schema family: cases, what happened in them, what was computed, what was handed over. It runs under the mission's own
// role and reaches no other schema (TestTheRightsOfEachMissionAreTheGoldenOnes). It decides nothing: Record of package family did, on the events
// as locked here. Names stand in its rows and never in its errors.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
	"cloison/missions/family"
)

// ErrNotFound says that no row has that id.
var ErrNotFound = errors.New("not found")

// Case is a case with what happened in it.
type Case struct {
	ID          string
	Position    int64
	AGDREF      string
	FamilyName  string
	GivenNames  string
	Address     string
	Post        string
	Direction   string
	Department  string
	State       family.State
	DueOn       *missions.Date
	Version     int
	Law         string // with which its results were computed; "" where there is none
	Request     family.Request
	Events      []family.Event
	Evaluations []Evaluation

	Appointments []Appointment
	Numbers      []string // of the person: the case's own first, then those that were joined to it
}

// What is computed of a case.
const (
	Resources = "RESSOURCES"
	Housing   = "LOGEMENT"
)

// Evaluation is what was computed, as it was.
type Evaluation struct {
	At     time.Time
	What   string // Resources or Housing
	Given  json.RawMessage
	Result json.RawMessage
}

const insertCase = `
INSERT INTO family.cases (id, agdref, family_name, given_names, address, direction, department, type, filed_on, request, state, due_on, version, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, 1, $12)`

// Create makes a case in the state of a draft; its first event follows in the same transaction.
func Create(ctx context.Context, tx pgx.Tx, c Case, at time.Time) error {
	request, err := json.Marshal(c.Request)
	if err != nil {
		return fmt.Errorf("writing the request of case %s: %w", c.ID, err)
	}
	_, err = tx.Exec(ctx, insertCase, c.ID, c.AGDREF, c.FamilyName, c.GivenNames, c.Address, c.Direction, c.Department, c.Request.Type, c.Request.FiledOn.Time(), request,
		family.Draft, at)
	if err != nil {
		return fmt.Errorf("creating case %s: %w", c.ID, err)
	}
	return nil
}

const caseColumns = `
SELECT c.id::text, c.position, c.agdref, c.family_name, c.given_names, c.address, c.post, c.direction, c.department, c.state, c.due_on::text, c.version, c.law, c.request
FROM family.cases c `

const getCase = caseColumns + `WHERE c.id = $1::text::uuid`

const lockCase = getCase + ` FOR UPDATE`

// Get is a case with its events and evaluations, or ErrNotFound.
func Get(ctx context.Context, q db.Querier, id string) (Case, error) {
	return whole(ctx, q, getCase, id)
}

// Lock is Get, with the row locked until the transaction ends.
func Lock(ctx context.Context, tx pgx.Tx, id string) (Case, error) {
	return whole(ctx, tx, lockCase, id)
}

func whole(ctx context.Context, q db.Querier, sql, id string) (Case, error) {
	rows, err := q.Query(ctx, sql, id)
	if err != nil {
		return Case{}, fmt.Errorf("reading case %s: %w", id, err)
	}
	c, err := pgx.CollectExactlyOneRow(rows, scanCase)
	if errors.Is(err, pgx.ErrNoRows) {
		return Case{}, ErrNotFound
	}
	if err != nil {
		return Case{}, fmt.Errorf("reading case %s: %w", id, err)
	}
	if c.Events, err = events(ctx, q, id); err != nil {
		return Case{}, err
	}
	if c.Evaluations, err = evaluations(ctx, q, id); err != nil {
		return Case{}, err
	}
	if c.Appointments, err = Appointments(ctx, q, id); err != nil {
		return Case{}, err
	}
	c.Numbers, err = Numbers(ctx, q, c.AGDREF)
	return c, err
}

func scanCase(row pgx.CollectableRow) (Case, error) {
	var c Case
	var due *string
	var request []byte
	err := row.Scan(&c.ID, &c.Position, &c.AGDREF, &c.FamilyName, &c.GivenNames, &c.Address, &c.Post, &c.Direction, &c.Department, &c.State, &due, &c.Version, &c.Law, &request)
	if err != nil {
		return Case{}, err
	}
	if due != nil {
		day, err := missions.ParseDate(*due)
		if err != nil {
			return Case{}, err
		}
		c.DueOn = &day
	}
	return c, json.Unmarshal(request, &c.Request)
}

const findEvents = `SELECT e.seq, e.on_day::text, e.actor, e.type, e.data FROM family.events e WHERE e.case_id = $1::text::uuid ORDER BY e.seq`

func events(ctx context.Context, q db.Querier, id string) ([]family.Event, error) {
	rows, err := q.Query(ctx, findEvents, id)
	if err != nil {
		return nil, fmt.Errorf("finding the events of case %s: %w", id, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e family.Event, err error) {
		var day, code string
		var data []byte
		if err = row.Scan(&e.Seq, &day, &e.By, &code, &data); err != nil {
			return e, err
		}
		if e.On, err = missions.ParseDate(day); err != nil {
			return e, err
		}
		e.Data, err = family.DecodeData(code, data)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the events of case %s: %w", id, err)
	}
	return found, nil
}

const findEvaluations = `SELECT v.at, v.what, v.given, v.result FROM family.evaluations v WHERE v.case_id = $1::text::uuid ORDER BY v.seq`

func evaluations(ctx context.Context, q db.Querier, id string) ([]Evaluation, error) {
	rows, err := q.Query(ctx, findEvaluations, id)
	if err != nil {
		return nil, fmt.Errorf("finding the evaluations of case %s: %w", id, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Evaluation])
	if err != nil {
		return nil, fmt.Errorf("reading the evaluations of case %s: %w", id, err)
	}
	return found, nil
}

const insertEvent = `INSERT INTO family.events (case_id, seq, at, on_day, actor, type, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`

const setStanding = `
UPDATE family.cases SET direction = $2, department = $3, state = $4, due_on = $5, post = $6, version = version + 1 WHERE id = $1::text::uuid`

// Append adds an event and writes what the case amounts to then: both, or neither.
func Append(ctx context.Context, tx pgx.Tx, c Case, e family.Event, s family.Standing, at time.Time) error {
	data, err := family.EncodeData(e.Data)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertEvent, c.ID, e.Seq, at, e.On.Time(), e.By, e.Data.Type(), data); err != nil {
		return fmt.Errorf("appending an event to case %s: %w", c.ID, err)
	}
	var due *time.Time
	if terms := family.Terms(s); len(terms) > 0 {
		day := terms[0].On.Time()
		due = &day
	}
	if _, err := tx.Exec(ctx, setStanding, c.ID, c.Direction, c.Department, s.State, due, s.Post); err != nil {
		return fmt.Errorf("writing where case %s stands: %w", c.ID, err)
	}
	return nil
}

const insertEvaluation = `
INSERT INTO family.evaluations (case_id, seq, at, what, given, result, law_version)
SELECT $1::uuid, coalesce(max(v.seq), 0) + 1, $2::timestamptz, $3::text, $4::jsonb, $5::jsonb, $6::text FROM family.evaluations v WHERE v.case_id = $1::uuid`

// The first result of a case says which law it rests on; a later one does not, for the others may be older: those are computed again (Recomputed).
const setLaw = `UPDATE family.cases SET law = $2 WHERE id = $1::text::uuid AND law = ''`

// Evaluate keeps what was computed. The case is locked.
func Evaluate(ctx context.Context, tx pgx.Tx, id, what, version string, given, result any, at time.Time) error {
	g, err := json.Marshal(given)
	if err != nil {
		return fmt.Errorf("writing what case %s was computed with: %w", id, err)
	}
	r, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("writing what was computed of case %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, insertEvaluation, id, at, what, g, r, version); err != nil {
		return fmt.Errorf("keeping what was computed of case %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, setLaw, id, version); err != nil {
		return fmt.Errorf("saying with which law case %s was computed: %w", id, err)
	}
	return nil
}

const insertHandOver = `INSERT INTO family.hand_overs (case_id, at, message) VALUES ($1, $2, $3)`

// HandOver keeps the message to another mission.
func HandOver(ctx context.Context, tx pgx.Tx, id string, message family.HandOver, at time.Time) error {
	text, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("writing the hand-over of case %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, insertHandOver, id, at, text); err != nil {
		return fmt.Errorf("keeping the hand-over of case %s: %w", id, err)
	}
	return nil
}

// Reach is whose cases are listed: those of some directions, of one département, or that a consular post was told of.
type Reach struct {
	Directions []string
	Department string
	Posts      []string
}

// within narrows cases c to a reach. What is empty reaches nothing: no case has the department ” and none is told to the post ”.
const within = `(c.direction = ANY ($1) OR c.department = $2 OR c.post = ANY ($3))`

// A page of a queue: of each place the first cases after the cursor, by that place's index, then the first of those. A case that waits for no day comes
// last. A page costs the same whatever the number of cases.
const (
	queueHead = caseColumns + `
JOIN (SELECT x.id FROM unnest($1::text[]) AS place (name) CROSS JOIN LATERAL (
    SELECT k.id, coalesce(k.due_on, 'infinity'::date) AS due, k.position FROM family.cases k WHERE `
	queueTail = ` = place.name AND (coalesce(k.due_on, 'infinity'::date), k.position) > ($2::date, $3)
    ORDER BY coalesce(k.due_on, 'infinity'::date), k.position LIMIT $4) x
ORDER BY x.due, x.position LIMIT $4) page ON page.id = c.id
ORDER BY coalesce(c.due_on, 'infinity'::date), c.position`

	queueOfDirections = queueHead + `k.direction` + queueTail
	queueOfPrefecture = queueHead + `k.department` + queueTail
	queueOfPosts      = queueHead + `k.post <> '' AND k.post` + queueTail
)

// queue is the statement of a reach and its places.
func (r Reach) queue() (sql string, places []string) {
	switch {
	case r.Department != "":
		return queueOfPrefecture, []string{r.Department}
	case len(r.Posts) > 0:
		return queueOfPosts, r.Posts
	}
	return queueOfDirections, some(r.Directions)
}

// Find lists cases, what is due first on top. The cursor is the last one's day and position.
func Find(ctx context.Context, q db.Querier, r Reach, afterDay string, afterPosition int64, limit int) ([]Case, error) {
	sql, places := r.queue()
	return collect(q.Query(ctx, sql, places, afterDay, afterPosition, limit))
}

func list(ctx context.Context, q db.Querier, sql string, r Reach, args ...any) ([]Case, error) {
	return collect(q.Query(ctx, sql, append([]any{some(r.Directions), r.Department, some(r.Posts)}, args...)...))
}

func collect(rows pgx.Rows, err error) ([]Case, error) {
	if err != nil {
		return nil, fmt.Errorf("finding cases: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanCase)
	if err != nil {
		return nil, fmt.Errorf("reading cases: %w", err)
	}
	return found, nil
}

// some is a list that PostgreSQL reads as empty, not as unknown.
func some(names []string) []string { return append([]string{}, names...) }

const findDue = `SELECT c.id::text FROM family.cases c WHERE c.due_on < $1 ORDER BY c.due_on, c.position LIMIT $2`

// FindDue lists cases whose day has passed.
func FindDue(ctx context.Context, q db.Querier, today missions.Date, limit int) ([]string, error) {
	rows, err := q.Query(ctx, findDue, today.Time(), limit)
	if err != nil {
		return nil, fmt.Errorf("finding what is due: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading what is due: %w", err)
	}
	return ids, nil
}
