package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// Where a person stands on a day (identity.standing in the database).
const (
	InForce = "EN_VIGUEUR"
	Lapsed  = "ECHUE" // not looked at again in time
	Ended   = "FIN"   // duty ended, and nothing since
	Without = "AUCUNE"
)

// Standing is a person as who keeps the list of people sees him.
type Standing struct {
	ID         string   `json:"id"`
	GivenName  string   `json:"given_name"`
	FamilyName string   `json:"family_name"`
	Role       string   `json:"role"`
	Directions []string `json:"directions"`
	Standing   string   `json:"standing"`
	ReviewDue  *string  `json:"review_due_on"` // the last day that it holds without being looked at again; null where it has no such term
	Awaiting   []Entry  `json:"awaiting"`      // entered, and not confirmed yet
	Absence    *Absence `json:"absence"`       // that day; null where he said none
}

// Entry is a habilitation as one person entered it.
type Entry struct {
	ID          string    `json:"id"`
	Person      string    `json:"person"`
	DecisionRef string    `json:"decision_ref"`
	ValidFrom   string    `json:"valid_from"`
	ValidTo     *string   `json:"valid_to"`
	EnteredAt   time.Time `json:"entered_at"`
	EnteredBy   string    `json:"entered_by"`
	Confirmed   bool      `json:"-"`
}

const standingOf = `select identity.standing(p.id, $2::text::date) from identity.people p where p.id = $1`

// StandingOf is where a person of the directory stands on a day (ISO date), or ErrUnknownPerson.
func StandingOf(ctx context.Context, q db.Querier, person, on string) (string, error) {
	return oneOf(ctx, q, standingOf, person, on)
}

// ErrUnknownPerson is somebody who is not in the directory.
var ErrUnknownPerson = errors.New("nobody of the directory has this id")

const referenceOf = `select p.reference::text from identity.people p where p.id = $1`

// ReferenceOf is how entries name a person of the directory, or ErrUnknownPerson.
func ReferenceOf(ctx context.Context, q db.Querier, person string) (string, error) {
	return oneOf(ctx, q, referenceOf, person)
}

const roleOf = `select p.role from identity.people p where p.id = $1`

// RoleOf is the role that the directory gives a person, or ErrUnknownPerson.
func RoleOf(ctx context.Context, q db.Querier, person string) (string, error) {
	return oneOf(ctx, q, roleOf, person)
}

func oneOf(ctx context.Context, q db.Querier, sql string, arguments ...any) (string, error) {
	var found string
	err := q.QueryRow(ctx, sql, arguments...).Scan(&found)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrUnknownPerson
	}
	if err != nil {
		return "", fmt.Errorf("looking for a person: %w", err)
	}
	return found, nil
}

const staffOn = `
	select p.id, p.given_name, p.family_name, p.role, p.directions, identity.standing(p.id, $1::text::date), identity.review_due(p.id, $1::text::date)::text
	from identity.people p where p.role in ('MEDECIN', 'SECRETARIAT_MEDICAL')
	order by identity.review_due(p.id, $1::text::date) nulls last, p.family_name, p.given_name, p.id`

// StaffOn lists the physicians and the secretaries of the directory with where they stand on a day (ISO date): what is due first on top.
func StaffOn(ctx context.Context, q db.Querier, on string) ([]Standing, error) {
	rows, err := q.Query(ctx, staffOn, on)
	if err != nil {
		return nil, fmt.Errorf("listing people: %w", err)
	}
	staff, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Standing, err error) {
		err = row.Scan(&s.ID, &s.GivenName, &s.FamilyName, &s.Role, &s.Directions, &s.Standing, &s.ReviewDue)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing people: %w", err)
	}
	waiting, err := awaiting(ctx, q)
	if err != nil {
		return nil, err
	}
	away, err := AwayOn(ctx, q, on)
	for i := range staff {
		if absence, is := away[staff[i].ID]; is {
			staff[i].Absence = &absence
		}
		staff[i].Awaiting = append([]Entry{}, waiting[staff[i].ID]...)
	}
	return staff, err
}

const reviewDueOf = `select identity.review_due($1, $2::text::date)::text`

// ReviewDueOf is the last day until which a person's habilitation holds without being looked at again, seen on a day (ISO date); nil where it has no such term.
func ReviewDueOf(ctx context.Context, q db.Querier, person, on string) (due *string, err error) {
	if err := q.QueryRow(ctx, reviewDueOf, person, on).Scan(&due); err != nil {
		return nil, fmt.Errorf("looking for the term of a habilitation: %w", err)
	}
	return due, nil
}

const entryColumns = `h.id::text, h.person, h.decision_ref, h.valid_from::text, h.valid_to::text, h.entered_at, h.entered_by,
	exists (select 1 from identity.habilitation_confirmations c where c.habilitation = h.id)
	from identity.habilitations h`

func scanEntry(row pgx.CollectableRow) (e Entry, err error) {
	err = row.Scan(&e.ID, &e.Person, &e.DecisionRef, &e.ValidFrom, &e.ValidTo, &e.EnteredAt, &e.EnteredBy, &e.Confirmed)
	e.EnteredAt = e.EnteredAt.UTC()
	return e, err
}

const unconfirmed = `select ` + entryColumns + `
	where not exists (select 1 from identity.habilitation_confirmations c where c.habilitation = h.id) order by h.entered_at, h.id`

func awaiting(ctx context.Context, q db.Querier) (map[string][]Entry, error) {
	rows, err := q.Query(ctx, unconfirmed)
	if err != nil {
		return nil, fmt.Errorf("listing what awaits a confirmation: %w", err)
	}
	entries, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("listing what awaits a confirmation: %w", err)
	}
	of := map[string][]Entry{}
	for _, e := range entries {
		of[e.Person] = append(of[e.Person], e)
	}
	return of, nil
}

const entryByID = `select ` + entryColumns + ` where h.id = $1::uuid and h.person = $2`

// GetEntry is what was entered for a person, or ErrUnknownPerson. Two who confirm it at once: the database takes one (habilitation_confirmed_once).
func GetEntry(ctx context.Context, tx pgx.Tx, id, person string) (Entry, error) {
	rows, err := tx.Query(ctx, entryByID, id, person)
	if err != nil {
		return Entry{}, fmt.Errorf("reading a habilitation: %w", err)
	}
	entry, err := pgx.CollectExactlyOneRow(rows, scanEntry)
	if errors.Is(err, pgx.ErrNoRows) {
		return Entry{}, ErrUnknownPerson
	}
	if err != nil {
		return Entry{}, fmt.Errorf("reading a habilitation: %w", err)
	}
	return entry, nil
}

const insertEntry = `
	insert into identity.habilitations (id, person, decision_ref, valid_from, valid_to, entered_at, entered_by)
	values ($1::uuid, $2, $3, $4::text::date, $5::text::date, $6, $7)`

// Enter writes a habilitation. It gives nothing until another person confirms it.
func Enter(ctx context.Context, tx pgx.Tx, e Entry) error {
	if _, err := tx.Exec(ctx, insertEntry, e.ID, e.Person, e.DecisionRef, e.ValidFrom, e.ValidTo, e.EnteredAt, e.EnteredBy); err != nil {
		return fmt.Errorf("entering a habilitation: %w", err)
	}
	return nil
}

const insertConfirmation = `
	insert into identity.habilitation_confirmations (habilitation, person, entered_by, confirmed_at, confirmed_by)
	values ($1::uuid, $2, $3, $4, $5)`

// Confirm is the second hand. The database refuses that of whoever entered, and that of the person himself (TestTwoHandsOrNone).
func Confirm(ctx context.Context, tx pgx.Tx, e Entry, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertConfirmation, e.ID, e.Person, e.EnteredBy, at, by); err != nil {
		return fmt.Errorf("confirming a habilitation: %w", err)
	}
	return nil
}

const insertReview = `insert into identity.habilitation_reviews (person, reviewed_at, reviewed_by) values ($1, $2, $3)`

// Review says that a person is still to be empowered, for three months more.
func Review(ctx context.Context, tx pgx.Tx, person, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertReview, person, at, by); err != nil {
		return fmt.Errorf("reviewing a habilitation: %w", err)
	}
	return nil
}

// DutyEnd is the end of a person's duty.
type DutyEnd struct {
	ID         string
	Person     string
	At         time.Time
	By         string
	ReasonCode string
}

const insertDutyEnd = `insert into identity.duty_ends (id, person, ended_at, ended_by, reason_code) values ($1::uuid, $2, $3, $4, $5)`

// EndDuty ends a person's duty: what empowered him before that instant counts no more, and every session of his is over at its next request
// (TestADutyThatEndedIsOverAtTheNextRequest). It answers how many there were.
func (s *Service) EndDuty(ctx context.Context, tx pgx.Tx, end DutyEnd) (sessions int, err error) {
	if err := insertEnd(ctx, tx, end); err != nil {
		return 0, err
	}
	return s.RevokePerson(ctx, tx, end.Person)
}

func insertEnd(ctx context.Context, tx pgx.Tx, end DutyEnd) error {
	if _, err := tx.Exec(ctx, insertDutyEnd, end.ID, end.Person, end.At, end.By, end.ReasonCode); err != nil {
		return fmt.Errorf("ending a duty: %w", err)
	}
	return nil
}
