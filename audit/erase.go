package audit

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed retention.json
var retentionFile []byte

// Term is how long a kind of entry is kept, from the end of its year, and on which ground.
type Term struct {
	Retention string `json:"retention"`
	Years     int    `json:"years"`
	From      string `json:"from"` // the day since which it holds
	Source    string `json:"source"`
	Status    string `json:"status"`
}

// Terms are all of them, as effective-dated data.
func Terms() ([]Term, error) {
	var terms []Term
	if err := json.Unmarshal(retentionFile, &terms); err != nil {
		return nil, fmt.Errorf("reading the terms of retention: %w", err)
	}
	return terms, nil
}

// termOn is the term of a kind of entry on a day: the last that holds since then.
func termOn(retention string, day time.Time) (term Term, err error) {
	terms, err := Terms()
	if err != nil {
		return term, err
	}
	for _, t := range terms {
		if t.Retention == retention && t.From <= day.Format(time.DateOnly) && t.From >= term.From {
			term = t
		}
	}
	if term.Years == 0 {
		return term, fmt.Errorf("entries of retention %q: %w", retention, ErrNoTerm)
	}
	return term, nil
}

// Closed errors of an erasure.
var (
	ErrNoTerm    = errors.New("no term is known for these entries")
	ErrTooEarly  = errors.New("the retention of that year is not over")
	ErrNoYear    = errors.New("no entries of that year are kept")
	ErrUnsigned  = errors.New("entries of that year are not under a signed head yet")
	ErrAnnounced = errors.New("the erasure itself is not under a signed head yet")
	ErrGrew      = errors.New("entries were added to that year since its erasure was announced")
)

// Erasure is a year of entries whose retention is over.
type Erasure struct {
	Retention string
	Year      int
	Entries   int64
	Dropped   bool // else announced: the log says so, and drops at the next call
}

// Erase ends the retention of a year's entries, in two calls: the first says so in the log, the second, once that entry is under a signed head, drops them. Their
// leaves stay, and so do all proofs; what is missing is told from what was taken by the places that the log vouches for. It needs the owner's rights, within the
// caller's transaction, and locks the year. Nothing changes on an error.
func Erase(ctx context.Context, tx pgx.Tx, retention string, year int, now time.Time) (Erasure, error) {
	e := erasure{tx: tx, Erasure: Erasure{Retention: retention, Year: year}, at: now}
	term, err := termOn(retention, now)
	if err != nil {
		return e.Erasure, err
	}
	if over := time.Date(year+1+term.Years, 1, 1, 0, 0, 0, 0, time.UTC); now.Before(over) {
		return e.Erasure, fmt.Errorf("%w: before %s", ErrTooEarly, over.Format(time.DateOnly))
	}
	if err := e.lock(ctx); err != nil {
		return e.Erasure, err
	}
	announced, err := e.announced(ctx)
	if err == nil && announced {
		return e.drop(ctx)
	}
	if err == nil {
		err = e.announce(ctx)
	}
	return e.Erasure, err
}

type erasure struct {
	Erasure
	tx pgx.Tx
	at time.Time
}

func (e *erasure) table() string {
	return pgx.Identifier{"audit", "entries_" + strings.ToLower(e.Retention) + "_" + strconv.Itoa(e.Year)}.Sanitize()
}

func (e *erasure) lock(ctx context.Context) error {
	var there bool
	if err := e.tx.QueryRow(ctx, "select pg_catalog.to_regclass($1) is not null", e.table()).Scan(&there); err != nil {
		return fmt.Errorf("looking for %s: %w", e.table(), err)
	}
	if !there {
		return fmt.Errorf("%w: %s", ErrNoYear, e.table())
	}
	if _, err := e.tx.Exec(ctx, "lock table audit.erasures, "+e.table()+" in access exclusive mode"); err != nil {
		return fmt.Errorf("locking %s: %w", e.table(), err)
	}
	if err := e.tx.QueryRow(ctx, "select count(*) from "+e.table()).Scan(&e.Entries); err != nil {
		return fmt.Errorf("counting %s: %w", e.table(), err)
	}
	return nil
}

// signed is how many entries stand under the last signed head.
const signed = `
select coalesce(max(c.size), 0) from audit.checkpoints c`

const announcedErasure = `
select r.entries, coalesce((select l.position from audit.leaves l where l.entry = r.entry), $3) < $3
from audit.erasures r where r.retention = $1 and r.year = $2`

// announced says whether the log already says that this year is erased, under a signed head.
func (e *erasure) announced(ctx context.Context) (bool, error) {
	var size, entries int64
	var stands bool
	if err := e.tx.QueryRow(ctx, signed).Scan(&size); err != nil {
		return false, fmt.Errorf("reading the last head: %w", err)
	}
	err := e.tx.QueryRow(ctx, announcedErasure, e.Retention, e.Year, size).Scan(&entries, &stands)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("reading the erasure of %s: %w", e.table(), err)
	case !stands:
		return false, ErrAnnounced
	case entries != e.Entries:
		return false, ErrGrew
	}
	return true, nil
}

const allErased = `
select r.places from audit.erasures r`

const insertErasure = `
insert into audit.erasures (retention, year, at, entry, entries, places) values ($1, $2, $3, $4, $5, $6)`

func (e *erasure) announce(ctx context.Context) error {
	mine, err := e.places(ctx)
	if err != nil {
		return err
	}
	before, err := united(e.tx.Query(ctx, allErased))
	if err != nil {
		return err
	}
	all := slices.Clone(mine).or(before)
	terms := sha256.Sum256(retentionFile) // the rules that this was decided by
	entry := Entry{ID: NewID(), At: e.at, Subject: "operator", Role: "SYSTEM", Action: actErase, ObjectKind: "log", Object: e.Retention + "." + strconv.Itoa(e.Year),
		Decision: Allow, Rule: "ALLOW_RETENTION_OVER", Policy: hex.EncodeToString(terms[:]), Outcome: Done, Digests: [][]byte{all.digest()}, Retention: Procedure}
	if err := Append(ctx, e.tx, entry); err != nil {
		return err
	}
	if _, err := e.tx.Exec(ctx, insertErasure, e.Retention, e.Year, e.at, entry.ID, e.Entries, []byte(mine)); err != nil {
		return fmt.Errorf("announcing the erasure of %s: %w", e.table(), err)
	}
	return nil
}

// places are those of the year's entries, all of them under a signed head: a place that nobody signed could be another's.
func (e *erasure) places(ctx context.Context) (p places, err error) {
	rows, err := e.tx.Query(ctx, "select l.position from audit.leaves l join "+e.table()+" e on e.id = l.entry where l.position < ("+signed+")")
	if err != nil {
		return nil, fmt.Errorf("reading the places of %s: %w", e.table(), err)
	}
	var position, found int64
	if _, err = pgx.ForEachRow(rows, []any{&position}, func() error { p, found = p.with(position), found+1; return nil }); err != nil {
		return nil, fmt.Errorf("reading the places of %s: %w", e.table(), err)
	}
	switch {
	case e.Entries == 0:
		return nil, fmt.Errorf("%w: %s", ErrNoYear, e.table())
	case found != e.Entries:
		return nil, fmt.Errorf("%w: %d of %d", ErrUnsigned, e.Entries-found, e.Entries)
	}
	return p, nil
}

// drop takes the entries, and the rows that say what each of them showed.
func (e *erasure) drop(ctx context.Context) (Erasure, error) {
	for _, sql := range []string{"delete from audit.shown s using " + e.table() + " e where e.id = s.entry", "drop table " + e.table()} {
		if _, err := e.tx.Exec(ctx, sql); err != nil {
			return e.Erasure, fmt.Errorf("erasing %s: %w", e.table(), err)
		}
	}
	e.Dropped = true
	return e.Erasure, nil
}
