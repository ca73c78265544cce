package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"cloison/internal/clock"
	"cloison/internal/db"
)

const (
	// pace is how often the integrator looks: an entry has its position and its signed checkpoint within a second.
	pace = 250 * time.Millisecond
	// rests is how many times in a row a look at the sequence of entries may stand for one at the entries themselves: an entry that drew its number before
	// the last look, and was committed after it, waits for a second at most.
	rests = 3
	// patience is how long entries may wait for a position, or a log for a signature, before an operator is told, and told again.
	patience = 10 * time.Second
	// witnessPatience is the same for the witness, which may be down for a while.
	witnessPatience = 10 * time.Minute
	// integratorConnections: its own, so that a full pool of the portal never holds the log back, nor the reverse.
	integratorConnections = 2
)

// IntegratorOptions are all required but Witness.
type IntegratorOptions struct {
	URL    string // of the zone's database
	Signer Signer
	Log    note.Verifier // by whose key checkpoints are known
	Clock  clock.Clock   // of acts
	Alarm  *slog.Logger  // the journal
	// Witness is who must countersign, and "" where nobody is asked to.
	Witness string
}

// ServeIntegrator gives entries their positions and has the log signed, until ctx ends. Any replica may run it. Nothing waits for it: when it can't work,
// acts and readings go on, entries wait where they are, and the journal holds an alarm (TestActsGoOnWithoutTheIntegrator).
func ServeIntegrator(ctx context.Context, o IntegratorOptions) error {
	pool, err := db.Open(ctx, db.Options{URL: o.URL, ApplicationName: "cloison log", MaxConns: integratorConnections})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // asked to stop before it had begun
	case err != nil:
		return err
	}
	defer pool.Close()
	i := integrator{IntegratorOptions: o, pool: pool}
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		i.round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

type integrator struct {
	IntegratorOptions
	pool   *pgxpool.Pool
	failed int   // rounds in a row
	seen   int64 // the last head that the witness countersigned
	unseen int   // rounds in a row without one more, while there was one to countersign
	stood  order // the last entry in the log, at the end of the round before
	drawn  int64 // the last number of an entry, when a look at the entries last found nothing to do; -1 after any other
	rested int   // rounds since that look
}

// round integrates what is due and has it signed. An error costs a round; one that lasts alarms.
func (i *integrator) round(ctx context.Context) {
	err := i.work(ctx)
	if ctx.Err() != nil {
		return
	}
	every := int(patience / pace)
	switch {
	case err == nil && i.failed >= every:
		i.Alarm.Info("the log is numbered and signed again")
		fallthrough
	case err == nil:
		i.failed = 0
		return
	}
	i.failed++
	if lasting := errors.Is(err, ErrRewritten) || errors.Is(err, errRestored); lasting && i.failed == 1 || i.failed%every == 0 {
		i.Alarm.Error("ALARM the log of this zone is not numbered or not signed; acts go on", "error", err.Error())
	}
}

func (i *integrator) work(ctx context.Context) error {
	var drawn int64
	if err := i.pool.QueryRow(ctx, lastDrawn).Scan(&drawn); err != nil {
		return fmt.Errorf("reading the last number of an entry: %w", err)
	}
	if drawn == i.drawn && i.rested < rests {
		i.rested++
		return i.witnessed(ctx)
	}
	i.drawn, i.rested = nothingDrawn, 0
	idle, err := i.number(ctx)
	if err != nil {
		return err
	}
	if idle {
		i.drawn = drawn
	}
	return i.witnessed(ctx)
}

const (
	nothingDrawn = -1

	lastDrawn = `
select s.last_value from audit.entries_seq s`
)

// number gives entries their positions and has the head signed. idle: there was nothing to number.
func (i *integrator) number(ctx context.Context) (idle bool, err error) {
	idle = true
	for full := true; full; {
		taken, err := Integrate(ctx, i.pool)
		if err != nil {
			return false, err
		}
		full = taken == batch
		if taken == 0 {
			break
		}
		idle = false
		// Signed batch by batch: a backlog of hours is signed as it goes.
		if err := i.sign(ctx); err != nil {
			return false, err
		}
	}
	if err := i.sign(ctx); err != nil {
		return false, err
	}
	return idle, i.late(ctx)
}

func (i *integrator) sign(ctx context.Context) error {
	_, err := SignHead(ctx, i.pool, i.Signer, i.Log, i.Clock.Now())
	if errors.Is(err, ErrNoHead) {
		return nil
	}
	return err
}

const (
	waiting = `
select exists (
	select 1 from audit.entries e where (e.xid, e.seq) > ($1, $2))`

	ahead = `
select $1::xid8 >= audit.placed(pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot()))`
)

// late: entries stand that no round may take, because a transaction older than theirs is still running. Short, it is the ordinary life of a database; one
// that lasts is somebody's forgotten session, and holds the whole log back.
func (i *integrator) late(ctx context.Context) error {
	_, last, err := edge(ctx, i.pool)
	if err != nil {
		return err
	}
	var restored, waits bool
	if err := i.pool.QueryRow(ctx, ahead, last.xid).Scan(&restored); err != nil {
		return fmt.Errorf("comparing the log with the transactions of this cluster: %w", err)
	}
	if restored {
		return errRestored
	}
	if last != i.stood {
		i.stood = last
		return nil
	}
	if err := i.pool.QueryRow(ctx, waiting, last.xid, last.seq).Scan(&waits); err != nil {
		return fmt.Errorf("looking for entries that wait: %w", err)
	}
	if waits {
		return errHeldBack
	}
	return nil
}

// witnessed: a witness that is late is told to an operator, and stops nothing: the log of this zone goes on, signed by itself alone.
func (i *integrator) witnessed(ctx context.Context) error {
	if i.Witness == "" {
		return nil
	}
	seen, head, err := lastSeen(ctx, i.pool, i.Witness)
	if err != nil {
		return err
	}
	if seen != i.seen || seen == head {
		i.seen, i.unseen = seen, 0
		return nil
	}
	if i.unseen++; i.unseen%int(witnessPatience/pace) == 0 {
		i.Alarm.Error("ALARM the witness is late; nothing stops", "witness", i.Witness, "size", head, "countersigned", seen)
	}
	return nil
}

const sizesSeen = `
select coalesce((select max(c.size) from audit.cosignatures c where c.witness = $1), 0), coalesce((select max(h.size) from audit.checkpoints h), 0)`

func lastSeen(ctx context.Context, q Querier, witness string) (seen, head int64, err error) {
	if err := q.QueryRow(ctx, sizesSeen, witness).Scan(&seen, &head); err != nil {
		return 0, 0, fmt.Errorf("looking for what the witness saw: %w", err)
	}
	return seen, head, nil
}

var (
	errHeldBack = errors.New("a transaction still running is older than entries that wait for their position")
	errRestored = errors.New("the log comes from a cluster whose transactions had higher numbers: call audit.resume(), as cloison restore does")
)
