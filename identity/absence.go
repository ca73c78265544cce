package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Absence is days on which a physician is away. It takes nothing from him and gives nothing to anybody: he is proposed nowhere while it lasts.
type Absence struct {
	ID      string    `json:"id"`
	Person  string    `json:"person"`
	FirstOn string    `json:"first_on"`
	LastOn  string    `json:"last_on"` // the last day
	SaidAt  time.Time `json:"said_at"`
	SaidBy  string    `json:"said_by"`
}

const insertAbsence = `
	insert into identity.absences (id, person, first_on, last_on, said_at, said_by) values ($1::uuid, $2, $3::text::date, $4::text::date, $5, $6)`

// SayAbsence writes an absence.
func SayAbsence(ctx context.Context, tx pgx.Tx, a Absence) error {
	if _, err := tx.Exec(ctx, insertAbsence, a.ID, a.Person, a.FirstOn, a.LastOn, a.SaidAt, a.SaidBy); err != nil {
		return fmt.Errorf("saying an absence: %w", err)
	}
	return nil
}

const insertWithdrawal = `insert into identity.absence_withdrawals (absence, withdrawn_at, withdrawn_by) values ($1::uuid, $2, $3)`

// WithdrawAbsence ends an absence at once. Of two who do it together, the database takes one (absence_withdrawn_once).
func WithdrawAbsence(ctx context.Context, tx pgx.Tx, id, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertWithdrawal, id, at, by); err != nil {
		return fmt.Errorf("withdrawing an absence: %w", err)
	}
	return nil
}

const absenceByID = `select exists (select 1 from identity.absences a where a.id = $1::uuid and a.person = $2)`

// HasAbsence answers ErrNoAbsence where this absence of this person was never said.
func HasAbsence(ctx context.Context, q db.Querier, id, person string) error {
	var is bool
	if err := q.QueryRow(ctx, absenceByID, id, person).Scan(&is); err != nil {
		return fmt.Errorf("looking for an absence: %w", err)
	}
	if !is {
		return ErrNoAbsence
	}
	return nil
}

// ErrNoAbsence is an absence that nobody said.
var ErrNoAbsence = errors.New("no such absence")

const standing = `
	select a.id::text, a.person, a.first_on::text, a.last_on::text, a.said_at, a.said_by from identity.absences a
	where not exists (select 1 from identity.absence_withdrawals w where w.absence = a.id)`

const absencesOf = standing + ` and a.person = $1 and a.last_on >= $2::text::date order by a.first_on, a.id limit 100`

// AbsencesOf lists the absences of a person that are not over on a day (ISO date).
func AbsencesOf(ctx context.Context, q db.Querier, person, on string) ([]Absence, error) {
	return absences(ctx, q, absencesOf, person, on)
}

const awayOn = standing + ` and $1::text::date between a.first_on and a.last_on and identity.standing(a.person, $1::text::date) <> 'FIN'
	order by a.person, a.first_on, a.id`

// AwayOn is who is away on a day (ISO date), by person: of several absences, the one that began first. From a duty that ended nobody is away.
func AwayOn(ctx context.Context, q db.Querier, on string) (map[string]Absence, error) {
	list, err := absences(ctx, q, awayOn, on)
	away := map[string]Absence{}
	for _, a := range list {
		if _, known := away[a.Person]; !known {
			away[a.Person] = a
		}
	}
	return away, err
}

func absences(ctx context.Context, q db.Querier, sql string, arguments ...any) ([]Absence, error) {
	rows, err := q.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, fmt.Errorf("listing absences: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Absence])
	if err != nil {
		return nil, fmt.Errorf("listing absences: %w", err)
	}
	for i := range list {
		list[i].SaidAt = list[i].SaidAt.UTC()
	}
	return list, nil
}
