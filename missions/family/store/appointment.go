package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions/family"
)

// Kinds of appointments.
const (
	HomeVisit    = "VISITE_LOGEMENT" // R. 434-18
	ArrivalVisit = "VISITE_ARRIVEE"  // R. 434-31
	Welcome      = "ACCUEIL"
)

// Appointment is a day, an hour and a place, and the letter that says so.
type Appointment struct {
	ID        string
	CaseID    string
	Kind      string
	At        time.Time
	Place     string
	MadeAt    time.Time
	Cancelled bool
}

const insertAppointment = `INSERT INTO family.appointments (id, case_id, kind, at, place, made_at) VALUES ($1, $2, $3, $4, $5, $6)`

// Summon makes an appointment.
func Summon(ctx context.Context, tx pgx.Tx, a Appointment, at time.Time) error {
	if _, err := tx.Exec(ctx, insertAppointment, a.ID, a.CaseID, a.Kind, a.At, a.Place, at); err != nil {
		return fmt.Errorf("making an appointment of case %s: %w", a.CaseID, err)
	}
	return nil
}

const cancelAppointment = `UPDATE family.appointments SET cancelled_at = $3 WHERE id = $1::text::uuid AND case_id = $2::text::uuid AND cancelled_at IS NULL`

// Cancel ends an appointment of a case, or says ErrNotFound.
func Cancel(ctx context.Context, tx pgx.Tx, id, caseID string, at time.Time) error {
	done, err := tx.Exec(ctx, cancelAppointment, id, caseID, at)
	if err != nil {
		return fmt.Errorf("cancelling an appointment of case %s: %w", caseID, err)
	}
	if done.RowsAffected() == 0 {
		return ErrNotFound
	}
	return nil
}

const appointmentColumns = `SELECT p.id::text, p.case_id::text, p.kind, p.at, p.place, p.made_at, p.cancelled_at IS NOT NULL FROM family.appointments p `

const findAppointments = appointmentColumns + `WHERE p.case_id = $1::text::uuid ORDER BY p.at, p.id`

// Appointments are those of a case, cancelled ones too, in order.
func Appointments(ctx context.Context, q db.Querier, caseID string) ([]Appointment, error) {
	rows, err := q.Query(ctx, findAppointments, caseID)
	return appointments(rows, err)
}

const findSummoned = caseColumns + `
JOIN family.appointments p ON p.case_id = c.id
WHERE ` + within + ` AND p.cancelled_at IS NULL AND p.kind = $4 AND p.at >= $5 AND p.at < $6
ORDER BY p.at, p.id LIMIT $7`

const findSummons = appointmentColumns + `
JOIN family.cases c ON c.id = p.case_id
WHERE ` + within + ` AND p.cancelled_at IS NULL AND p.kind = $4 AND p.at >= $5 AND p.at < $6
ORDER BY p.at, p.id LIMIT $7`

// Summoned are the appointments of a kind between two instants, each with its case, in order.
func Summoned(ctx context.Context, q db.Querier, r Reach, kind string, from, to time.Time, limit int) ([]Case, []Appointment, error) {
	cases, err := list(ctx, q, findSummoned, r, kind, from, to, limit)
	if err != nil {
		return nil, nil, err
	}
	rows, err := q.Query(ctx, findSummons, some(r.Directions), r.Department, some(r.Posts), kind, from, to, limit)
	found, err := appointments(rows, err)
	if err == nil && len(found) != len(cases) {
		err = errors.New("reading appointments: they are not those of the cases")
	}
	return cases, found, err
}

func appointments(rows pgx.Rows, err error) ([]Appointment, error) {
	if err != nil {
		return nil, fmt.Errorf("finding appointments: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Appointment])
	if err != nil {
		return nil, fmt.Errorf("reading appointments: %w", err)
	}
	return found, nil
}

const findAwaiting = caseColumns + `
WHERE ` + within + ` AND c.state = ANY ($4)
  AND NOT EXISTS (SELECT FROM family.appointments p WHERE p.case_id = c.id AND p.cancelled_at IS NULL AND p.kind = CASE WHEN c.state = 'ENQUETE_OFII' THEN 'VISITE_LOGEMENT' ELSE 'ACCUEIL' END)
ORDER BY c.due_on NULLS LAST, c.position LIMIT $5`

// Awaiting are the cases that are where an appointment is made and have none: a visit of the home during the enquiry, the welcome after the decision.
func Awaiting(ctx context.Context, q db.Querier, r Reach, limit int) ([]Case, error) {
	states := []string{string(family.Enquiry), string(family.Granted), string(family.VisaRequested), string(family.VisaGiven), string(family.Entered)}
	return list(ctx, q, findAwaiting, r, states, limit)
}
