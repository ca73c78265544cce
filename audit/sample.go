package audit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// samplePrefix separates these bytes from every other thing that is hashed in this project.
const samplePrefix = "cloison-sample-1\n"

// SampleSize is how many accesses of a month are to be justified.
const SampleSize = 20

// Sample is the draw of a month: which accesses their authors are to justify. Its seed comes from the root of the first head that was signed once the month
// was over: nobody could know it during the month, and anybody can draw again (TestASampleCanBeDrawnAgain).
type Sample struct {
	Month      string // 2026-03
	Size       int64  // of the log under that head
	Seed       []byte
	Population int64 // accesses of the month
	At         time.Time
}

// ErrNotOver: no head was signed since the month ended.
var ErrNotOver = errors.New("the month is not over")

// SampleSeed is the seed of a month's draw.
func SampleSeed(month string, root []byte) []byte {
	sum := sha256.Sum256(append([]byte(samplePrefix+month+"\n"), root...))
	return sum[:]
}

const (
	headAfter = `
select c.size, c.root from audit.checkpoints c where c.at >= $1 order by c.size limit 1`

	// What a person opened of somebody's dossier or referral.
	drawable = wasOpened + " and e.object_kind in ('dossier', 'referral') and e.object <> '' and e.session <> '' and e.at >= $1 and e.at < $2"

	countDrawable = `
select count(*) from audit.entries e where ` + drawable

	insertSample = `
insert into audit.samples (month, size, seed, population, at) values ($1, $2, $3, $4, $5)`

	insertSampled = `
insert into audit.sampled (month, rank, entry, subject)
select $3, row_number() over (order by d.draw), d.id, d.subject from (
	select e.id, e.subject, pg_catalog.sha256($4::bytea || pg_catalog.convert_to(e.id::text, 'UTF8')) as draw
	from audit.entries e where ` + drawable + ` order by draw limit $5) d`
)

// DrawSample draws a month, from its first instant to the first one after it, in the caller's transaction. A second draw of one month breaks the named
// constraint samples_key.
func DrawSample(ctx context.Context, tx pgx.Tx, month string, from, until, now time.Time) (Sample, error) {
	s := Sample{Month: month, At: now}
	var root []byte
	err := tx.QueryRow(ctx, headAfter, until).Scan(&s.Size, &root)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, ErrNotOver
	}
	if err != nil {
		return s, fmt.Errorf("finding the head that closes a month: %w", err)
	}
	s.Seed = SampleSeed(month, root)
	if err := tx.QueryRow(ctx, countDrawable, from, until).Scan(&s.Population); err != nil {
		return s, fmt.Errorf("counting the accesses of a month: %w", err)
	}
	if _, err := tx.Exec(ctx, insertSample, s.Month, s.Size, s.Seed, s.Population, s.At); err != nil {
		return s, fmt.Errorf("keeping a draw: %w", err)
	}
	if _, err := tx.Exec(ctx, insertSampled, from, until, month, s.Seed, SampleSize); err != nil {
		return s, fmt.Errorf("drawing the accesses of a month: %w", err)
	}
	return s, nil
}

// Sampled is an access that was drawn, and what its author said of it.
type Sampled struct {
	Month  string
	Rank   int64
	Entry  Entry
	Reason string // "" while he has not
	SaidAt *time.Time
}

const findSampled = `
select d.month, d.rank, j.reason, j.at, e.id, e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item, e.decision, e.rule,
	e.policy, e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention
from audit.sampled d join audit.entries e on e.id = d.entry left join audit.justifications j on j.entry = d.entry`

// FindSampled lists what was drawn: of one person where subject is given, else all of it, newest month first.
func FindSampled(ctx context.Context, q Querier, subject string, limit int) ([]Sampled, error) {
	rows, err := q.Query(ctx, findSampled+`
where d.subject = $1 or $1 = '' order by d.month desc, d.rank limit $2`, subject, limit)
	if err != nil {
		return nil, fmt.Errorf("listing drawn accesses: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Sampled, err error) {
		var reason *string
		e := &s.Entry
		err = row.Scan(&s.Month, &s.Rank, &reason, &s.SaidAt, &e.ID, &e.At, &e.Subject, &e.Session, &e.Role, &e.Purpose, &e.Action, &e.ObjectKind, &e.Object, &e.Item,
			&e.Decision, &e.Rule, &e.Policy, &e.Outcome, &e.Intent, &e.RequestID, &e.Digests, &e.Bytes, &e.Retention)
		if reason != nil {
			s.Reason = *reason
		}
		e.At = e.At.UTC()
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing drawn accesses: %w", err)
	}
	return found, nil
}

const insertJustification = `
insert into audit.justifications (entry, reason, at)
select d.entry, $3, $4 from audit.sampled d where d.entry::text = $1 and d.subject = $2`

// Justify keeps what the author of a drawn access says of it, once; ErrNotInLog where the access was not drawn, or is another's. A second saying breaks the
// named constraint justifications_key.
func Justify(ctx context.Context, tx pgx.Tx, entry, subject, reason string, now time.Time) error {
	done, err := tx.Exec(ctx, insertJustification, entry, subject, reason, now)
	if err != nil {
		return fmt.Errorf("keeping a justification: %w", err)
	}
	if done.RowsAffected() == 0 {
		return ErrNotInLog
	}
	return nil
}
