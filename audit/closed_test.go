package audit_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"cloison/audit"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

// While nothing numbers the log, and while the integrator may not write, entries go in all the same; afterwards all of them are numbered, none twice.
func TestActsGoOnWithoutTheIntegrator(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "server")
	app, owner := pgtest.Open(t, names.RoleURL), pgtest.Open(t, names.OwnerURL)
	signer, log := ownLog(t)
	fill(t, app, 2)
	signHead(t, app, signer, log)
	if _, err := owner.Exec(t.Context(), "revoke insert on audit.leaves from cloison_server"); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, app, entry())
	for refusedFor(integrateOnce(t, app)) != "42501" { // another test's transaction may hold the entry back for an instant
	}
	mustAdd(t, app, entry())
	if got := count(t, app, "select count(*) from audit.leaves"); got != 2 {
		t.Errorf("%d leaves without the right to write them", got)
	}
	if _, err := owner.Exec(t.Context(), "grant insert on audit.leaves to cloison_server"); err != nil {
		t.Fatal(err)
	}
	integrateAll(t, app)
	if h := signHead(t, app, signer, log); h.Size != 4 {
		t.Errorf("%d entries are signed", h.Size)
	}
}

func integrateOnce(t *testing.T, app db.Beginner) error {
	t.Helper()
	_, err := audit.Integrate(t.Context(), app)
	return err
}

// Positions are of the order of transactions, whatever time entries say.
func TestAClockThatJumpsChangesNoOrder(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	signer, log := ownLog(t)
	var ids []string
	for _, jump := range []time.Duration{0, 20 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour, time.Second} {
		e := entry()
		e.At = noon.Add(jump)
		mustAdd(t, app, e)
		ids = append(ids, e.ID)
	}
	integrateAll(t, app)
	signHead(t, app, signer, log)
	for want, id := range ids {
		if got, err := audit.Get(t.Context(), app, id); err != nil || got.Position != int64(want) {
			t.Errorf("entry %d has position %d, %v", want, got.Position, err)
		}
	}
	if r, err := audit.VerifyRows(t.Context(), app, audit.VerifyOptions{Log: log}); err != nil || r.Broken != nil || r.Entries != 4 {
		t.Errorf("%+v, %v", r, err)
	}
}

// The integrator by itself: it numbers, signs, and stops when asked.
func TestTheIntegratorServes(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "server")
	app := pgtest.Open(t, names.RoleURL)
	signer, log := ownLog(t)
	ctx, stop := context.WithCancel(t.Context())
	var served sync.WaitGroup
	var failure error
	served.Go(func() {
		failure = audit.ServeIntegrator(ctx, audit.IntegratorOptions{URL: names.RoleURL, Signer: signer, Log: log, Clock: clock.Machine{},
			Alarm: slog.New(slog.NewTextHandler(&bytes.Buffer{}, nil))})
	})
	for range 3 {
		mustAdd(t, app, entry())
	}
	for count(t, app, "select coalesce(max(size), 0) from audit.checkpoints") < 3 {
	}
	stop()
	served.Wait()
	if failure != nil {
		t.Error(failure)
	}
}
