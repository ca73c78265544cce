package audit_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/audit"
	"cloison/internal/clock"
	"cloison/internal/dev/pgtest"
)

// lines is a journal that a test reads while it is written.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *lines) holds(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.all.String(), words)
}

// A log restored from a cluster whose transactions had higher numbers: its new entries come after its old ones, one of which had no position yet.
// Where the restore was not said, the journal says it.
func TestARestoredLogGoesOn(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "server")
	app, owner := pgtest.Open(t, names.RoleURL), pgtest.Open(t, names.SuperURL)
	signer, log := ownLog(t)
	fill(t, app, 3)
	signHead(t, app, signer, log)
	mustAdd(t, app, entry())
	for _, table := range []string{"entries", "leaves"} { // as a dump of an older cluster has them
		if _, err := owner.Exec(t.Context(), "update audit."+table+" set xid = (xid::text::bigint + 1000000000)::text::xid8"); err != nil {
			t.Fatal(err)
		}
	}
	if got := integrate(t, app); got != 0 {
		t.Errorf("%d entries of transactions to come were given a position", got)
	}
	var journal lines
	ctx, stop := context.WithCancel(t.Context())
	var served sync.WaitGroup
	served.Go(func() {
		_ = audit.ServeIntegrator(ctx, audit.IntegratorOptions{URL: names.RoleURL, Signer: signer, Log: log, Clock: clock.Machine{},
			Alarm: slog.New(slog.NewTextHandler(&journal, nil))})
	})
	for !journal.holds("audit.resume()") {
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	served.Wait()

	for range 2 { // twice is once
		if _, err := owner.Exec(t.Context(), "call audit.resume()"); err != nil {
			t.Fatal(err)
		}
	}
	mustAdd(t, app, entry())
	integrateAll(t, app)
	signHead(t, app, signer, log)
	if r, err := audit.VerifyRows(t.Context(), app, audit.VerifyOptions{Log: log}); err != nil || r.Broken != nil || r.Entries != 5 {
		t.Errorf("%+v, %v", r, err)
	}
}
