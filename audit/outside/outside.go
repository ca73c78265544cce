// Package outside shows the signed heads of a zone's log to parties that its operator does not command: a witness outside the Office (C2SP tlog-witness) and
// a time-stamp authority (RFC 3161). The two zones witness each other, which catches one zone's administrator; this catches their common employer.
//
// Hashes and signed heads leave, and nothing else. It trusts neither party to answer: one that is late or dead is told to an operator, and stops nothing
// (TestADeadWitnessStopsNothing). What they answer is checked before it is kept.
package outside

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"cloison/internal/clock"
	"cloison/internal/db"
)

// Options are all required, but Witness and Authority: the one that is nil is not asked.
type Options struct {
	URL       string        // of the zone's database
	Log       note.Verifier // by whose key the zone's checkpoints are known
	Clock     clock.Clock   // of acts
	Alarm     *slog.Logger  // the journal
	Witness   *Witness
	Authority *Authority
}

// Witness countersigns heads.
type Witness struct {
	URL string // C2SP tlog-witness: "add-checkpoint" stands below it
	Key note.Verifier
}

// Authority gives time-stamps.
type Authority struct {
	URL   string
	Roots *x509.CertPool // its certificates
}

const (
	// pace is how often both are looked at.
	pace = 15 * time.Second
	// patience is how long either may fail before an operator is told, and told again.
	patience = 10 * time.Minute
	// connections: its own, as the integrator's.
	connections = 1
	answerTime  = 10 * time.Second
	// maxAnswer is larger than a token with its chain, and than a cosignature.
	maxAnswer = 64 << 10
)

// Closed errors.
var (
	// ErrForked: the witness says that the log does not continue what it saw.
	ErrForked = errors.New("the witness outside saw another log")
	// ErrClock: the authority's clock and ours differ by more than a clock may.
	ErrClock = errors.New("the time-stamp authority's clock and this program's differ")
	// ErrAnswer: an answer that says nothing that can be kept.
	ErrAnswer = errors.New("unexpected answer from outside")
)

// Serve asks both until ctx ends. Any replica may run it.
func Serve(ctx context.Context, o Options) error {
	if o.Witness == nil && o.Authority == nil {
		return nil
	}
	pool, err := db.Open(ctx, db.Options{URL: o.URL, ApplicationName: "cloison outside", MaxConns: connections})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	defer pool.Close()
	asked := New(o, pool)
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		asked.Round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Beside serves while log does, and ends with it.
func Beside(ctx context.Context, o Options, log func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	shown := make(chan error, 1)
	go func() { shown <- Serve(ctx, o) }()
	err := log(ctx)
	cancel()
	return errors.Join(err, <-shown)
}

// Asked is who is asked, and how often in a row each failed.
type Asked struct {
	Options
	pool   *pgxpool.Pool
	client *http.Client
	failed map[string]int
	rests  int // rounds until the next time-stamp
}

// New makes what Serve runs.
func New(o Options, pool *pgxpool.Pool) *Asked {
	return &Asked{Options: o, pool: pool, failed: map[string]int{}, client: Client()}
}

// Client is how a party outside is asked: it is waited for a while, and followed nowhere.
func Client() *http.Client {
	return &http.Client{Timeout: answerTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Round asks each once. A failure costs a round; one that lasts alarms, and one that will not mend itself alarms at once.
func (a *Asked) Round(ctx context.Context) {
	for name, ask := range map[string]func(context.Context) error{"witness": a.offer, "time-stamp authority": a.stamp} {
		err := ask(ctx)
		if ctx.Err() != nil {
			return
		}
		every := int(patience / pace)
		if err == nil {
			if a.failed[name] >= every {
				a.Alarm.Info("a party outside answers again", "party", name)
			}
			a.failed[name] = 0
			continue
		}
		a.failed[name]++
		lasting := errors.Is(err, ErrForked) || errors.Is(err, ErrClock)
		if lasting && a.failed[name] == 1 || a.failed[name]%every == 0 {
			a.Alarm.Error("ALARM a party outside does not vouch for the log of this zone; nothing stops", "party", name, "error", err.Error())
		}
	}
}
