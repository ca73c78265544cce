// Package openings holds the log of the medical zone against keyholder's own chain, both ways: what keyholder was asked to open has the entry that it was
// shown, of that very dossier; what the log says was served was opened by keyholder. A web process that was taken over writes one of them only. The package
// reads, and changes nothing; it holds no key. `cloison audit openings --every 1m` runs it beside the programs.
package openings

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/crypto/custody/chain"
	"cloison/crypto/keyholder"
)

// Rules of a difference.
const (
	NoEntry   = "OPENED_WITHOUT_ENTRY" // keyholder was shown an entry that the log does not have
	Elsewhere = "OPENED_ELSEWHERE"     // the entry speaks of other dossiers than those that were asked for
	NotOpened = "SERVED_UNOPENED"      // the log says that something sealed was served, and keyholder opened nothing for it
)

// id is the shape of an entry's; keyholder takes any opaque word for one.
var id = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Difference is one place where both disagree. It names no person: the log does, by the entry.
type Difference struct {
	Rule    string    `json:"rule"`
	Entry   string    `json:"entry"`
	Dossier string    `json:"dossier,omitempty"`
	At      time.Time `json:"at"`
}

// page bounds how many openings are looked for at once.
const page = 1000

// remembered is how long an opening is kept for a serving to come: no session lasts longer.
const remembered = 24 * time.Hour

// Reconciler compares, a round at a time. Not for concurrent use. It holds a day's openings, 100 bytes each;
// in its first round, those since its beginning.
type Reconciler struct {
	log   audit.Querier
	chain *chain.Follower
	since time.Time
	wait  time.Duration // how old something is before it is missing elsewhere

	asked  []opening            // keyholder was asked for them; not looked for in the log yet
	opened map[string]time.Time // entries for which keyholder opened something
	served time.Time            // what was served up to then was looked for
}

type opening struct {
	entry    string
	dossiers []string
	at       time.Time
}

// New compares the log with the chain file at path, from a time on.
func New(log audit.Querier, path string, since time.Time, wait time.Duration) *Reconciler {
	return &Reconciler{log: log, chain: chain.Follow(path), since: since, wait: wait, opened: map[string]time.Time{}, served: since}
}

// Round compares what came since the last one and is older than the wait, and tells each difference once. An error means that it stopped there; the next
// round begins where this one stopped.
func (r *Reconciler) Round(ctx context.Context, now time.Time, tell func(Difference)) error {
	settled := now.Add(-r.wait)
	err := r.chain.Round(func(record chain.Record) error {
		if len(r.asked) >= page {
			if err := r.lookForEntries(ctx, settled, tell); err != nil {
				return err
			}
		}
		return r.note(record)
	})
	if err == nil {
		err = r.lookForEntries(ctx, settled, tell)
	}
	if err == nil {
		err = r.lookForOpenings(ctx, settled, tell)
	}
	if err != nil {
		return err
	}
	for entry, at := range r.opened {
		if at.Before(settled.Add(-remembered)) {
			delete(r.opened, entry)
		}
	}
	return nil
}

// note keeps what one line of the chain says was asked for. What keyholder refused counts too: it was shown an entry all the same.
func (r *Reconciler) note(record chain.Record) error {
	if record.Op != keyholder.OpOpen || len(record.Data) == 0 || record.At.Before(r.since) {
		return nil
	}
	var data struct {
		Entry string `json:"entry"`
		Items []struct {
			Dossier string `json:"dossier"`
		} `json:"items"`
	}
	if err := json.Unmarshal(record.Data, &data); err != nil {
		return fmt.Errorf("line %d: %w", record.Seq, chain.ErrBroken)
	}
	one := opening{entry: data.Entry, at: record.At}
	for _, item := range data.Items {
		one.dossiers = append(one.dossiers, item.Dossier)
	}
	r.asked = append(r.asked, one)
	if record.Outcome == chain.Done {
		r.opened[one.entry] = one.at
	}
	return nil
}

// An entry speaks of one dossier, or of those of a list whose names it shows.
const intents = `
select e.id::text, array_append(array(select s.object from audit.shown s where s.entry = e.id), e.object)
from audit.entries e where e.id = any($1::uuid[]) and e.outcome = 'INTENT'`

// lookForEntries looks in the log for what was asked of keyholder before settled.
func (r *Reconciler) lookForEntries(ctx context.Context, settled time.Time, tell func(Difference)) error {
	var now, later []opening
	var ids []string
	for _, one := range r.asked {
		switch {
		case one.at.After(settled):
			later = append(later, one)
			continue
		case id.MatchString(one.entry):
			ids = append(ids, one.entry)
		}
		now = append(now, one)
	}
	if len(now) == 0 {
		return nil
	}
	rows, err := r.log.Query(ctx, intents, ids)
	if err != nil {
		return fmt.Errorf("reading the entries of openings: %w", err)
	}
	speaks := map[string][]string{}
	var entry string
	var objects []string
	if _, err := pgx.ForEachRow(rows, []any{&entry, &objects}, func() error {
		speaks[entry] = append([]string(nil), objects...)
		return nil
	}); err != nil {
		return fmt.Errorf("reading the entries of openings: %w", err)
	}
	r.asked = later
	for _, one := range now {
		one.compare(speaks, tell)
	}
	return nil
}

func (o opening) compare(speaks map[string][]string, tell func(Difference)) {
	objects, there := speaks[o.entry]
	if !there {
		tell(Difference{Rule: NoEntry, Entry: o.entry, At: o.at})
		return
	}
	for _, dossier := range o.dossiers {
		if !slices.Contains(objects, dossier) {
			tell(Difference{Rule: Elsewhere, Entry: o.entry, Dossier: dossier, At: o.at})
		}
	}
}

// A person's: no job ever opens a dossier, and the relay's servings are letters that left.
const servings = `
select e.intent, e.object, e.at from audit.entries e
where e.outcome = 'SERVED' and e.bytes > 0 and length(e.subject) = 36 and e.at > $1 and e.at <= $2 order by e.at`

// lookForOpenings looks in the chain for what the log says was served until settled.
func (r *Reconciler) lookForOpenings(ctx context.Context, settled time.Time, tell func(Difference)) error {
	if !settled.After(r.served) {
		return nil
	}
	rows, err := r.log.Query(ctx, servings, r.served, settled)
	if err != nil {
		return fmt.Errorf("reading what was served: %w", err)
	}
	var found []Difference
	one := Difference{Rule: NotOpened}
	_, err = pgx.ForEachRow(rows, []any{&one.Entry, &one.Dossier, &one.At}, func() error {
		if _, ok := r.opened[one.Entry]; !ok {
			found = append(found, one)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading what was served: %w", err)
	}
	for _, one := range found {
		tell(one)
	}
	r.served = settled
	return nil
}
