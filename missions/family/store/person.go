package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
)

// All numbers of one person: those that are joined to $1, and to those, as last said.
const numbersOf = `
WITH RECURSIVE pair AS (
    SELECT DISTINCT ON (s.one, s.other) s.one, s.other, s.apart FROM family.same_persons s ORDER BY s.one, s.other, s.seq DESC
), same (number) AS (
    SELECT $1::text
    UNION
    SELECT CASE WHEN p.one = m.number THEN p.other ELSE p.one END FROM same m JOIN pair p ON NOT p.apart AND m.number IN (p.one, p.other)
)
SELECT m.number FROM same m ORDER BY (m.number <> $1), m.number`

// Numbers are the numbers that are one person's: the one that is asked for first, then those that were joined to it.
func Numbers(ctx context.Context, q db.Querier, agdref string) ([]string, error) {
	rows, err := q.Query(ctx, numbersOf, agdref)
	if err != nil {
		return nil, fmt.Errorf("finding the numbers of a person: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the numbers of a person: %w", err)
	}
	return found, nil
}

const insertSame = `INSERT INTO family.same_persons (at, one, other, apart) VALUES ($1, least($2::text, $3::text), greatest($2::text, $3::text), $4)`

// Join says that two numbers are one person's; with apart, that they are not. What was said before stays.
func Join(ctx context.Context, tx pgx.Tx, a, b string, apart bool, at time.Time) error {
	if _, err := tx.Exec(ctx, insertSame, at, a, b, apart); err != nil {
		return fmt.Errorf("joining two numbers: %w", err)
	}
	return nil
}

const findOpen = `
SELECT count(*) FROM family.cases c WHERE c.agdref = ANY ($1) AND c.id::text <> $2
  AND c.state NOT IN ('CLOS', 'CLASSE', 'REFUS', 'REJET_IMPLICITE', 'RECOURS', 'CADUC', 'VISA_REFUSE', 'CIR_ORIENTE')`

// HasOpen says that a person of these numbers has a case that goes on, other than the one named.
func HasOpen(ctx context.Context, q db.Querier, numbers []string, but string) (bool, error) {
	var n int
	if err := q.QueryRow(ctx, findOpen, numbers, but).Scan(&n); err != nil {
		return false, fmt.Errorf("finding what a person has asked for: %w", err)
	}
	return n > 0, nil
}

const findByText = caseColumns + `
WHERE ` + within + ` AND (c.agdref = ANY ($4) OR $5 <> '' AND lower(c.family_name) LIKE lower($5) || '%')
ORDER BY c.filed_on DESC, c.position DESC LIMIT $6`

// Search finds cases by the numbers of a person, or by the beginning of a name.
func Search(ctx context.Context, q db.Querier, r Reach, numbers []string, name string, limit int) ([]Case, error) {
	return list(ctx, q, findByText, r, some(numbers), literally.Replace(name), limit)
}

// literally takes from LIKE's signs their meaning.
var literally = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

const findAlike = caseColumns + `
WHERE ` + within + ` AND lower(c.family_name) = lower($4) AND c.request->'applicant'->>'birth_date' = $5 AND c.agdref <> ALL ($6)
ORDER BY c.filed_on DESC, c.position DESC LIMIT 10`

// Alike are cases that may be the same person's under another number: one name, one day of birth.
func Alike(ctx context.Context, q db.Querier, r Reach, familyName string, born missions.Date, numbers []string) ([]Case, error) {
	return list(ctx, q, findAlike, r, familyName, born.String(), some(numbers))
}

const setAddress = `UPDATE family.cases SET address = $2, version = version + 1 WHERE id = $1::text::uuid`

// SetAddress changes where the applicant is written to.
func SetAddress(ctx context.Context, tx pgx.Tx, id, address string) error {
	if _, err := tx.Exec(ctx, setAddress, id, address); err != nil {
		return fmt.Errorf("changing the address of case %s: %w", id, err)
	}
	return nil
}
