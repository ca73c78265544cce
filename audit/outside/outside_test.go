package outside_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/audit/outside"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/crypto/stamp"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/internal/dev/tsa"
)

const origin = "testclock.cloison.test.server"

// zone is a log with its database.
type zone struct {
	t      *testing.T
	pool   *pgxpool.Pool
	key    *keyfile.Signer
	signer *audit.OwnSigner
	log    note.Verifier
	said   *bytes.Buffer
}

func newZone(t *testing.T) *zone {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	z := &zone{t: t, key: keyfile.NewSigner(private), said: &bytes.Buffer{}}
	if z.log, err = checkpoint.NewVerifier(origin, z.key.Public()); err != nil {
		t.Fatal(err)
	}
	_, z.pool = pgtest.Database(t, "server")
	z.signer = audit.NewOwnSigner(origin, z.key)
	return z
}

// grow adds n entries, and has the log signed.
func (z *zone) grow(n int) audit.Head {
	z.t.Helper()
	ctx := z.t.Context()
	for range n {
		e := audit.Entry{ID: audit.NewID(), At: clock.Machine{}.Now(), Subject: "relay", Action: "referral.receive", Decision: audit.None,
			Outcome: audit.Refused, Policy: strings.Repeat("f", 64), Retention: audit.Access}
		if err := db.InTx(ctx, z.pool, func(tx pgx.Tx) error { return audit.Append(ctx, tx, e) }); err != nil {
			z.t.Fatal(err)
		}
	}
	for waiting := 1; waiting > 0; { // another test's transaction may hold an entry back for an instant
		if _, err := audit.Integrate(ctx, z.pool); err != nil {
			z.t.Fatal(err)
		}
		if err := z.pool.QueryRow(ctx, "select (select count(*) from audit.entries) - (select count(*) from audit.leaves)").Scan(&waiting); err != nil {
			z.t.Fatal(err)
		}
	}
	head, err := audit.SignHead(ctx, z.pool, z.signer, z.log, clock.Machine{}.Now())
	if err != nil {
		z.t.Fatal(err)
	}
	return head
}

func (z *zone) asked(w *outside.Witness, a *outside.Authority, now clock.Clock) *outside.Asked {
	return outside.New(outside.Options{Log: z.log, Clock: now, Alarm: slog.New(slog.NewTextHandler(z.said, nil)), Witness: w, Authority: a}, z.pool)
}

func (z *zone) countersigned(w *outside.Witness) int64 {
	z.t.Helper()
	seen, err := audit.LastCosignatures(z.t.Context(), z.pool)
	if err != nil {
		z.t.Fatal(err)
	}
	for _, s := range seen {
		if s.Witness == w.Key.Name() {
			return s.Size
		}
	}
	return 0
}

// openssl's authority dates the head, once an hour; what it says is kept and exported, and openssl reads it from the folder.
func TestAHeadIsTimeStamped(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	a := tsa.Start(t)
	asked := z.asked(nil, &outside.Authority{URL: a.URL, Roots: a.Pool}, clock.Machine{})
	asked.Round(t.Context()) // nothing is signed yet
	head := z.grow(3)
	asked.Round(t.Context())
	last, err := audit.LastStamp(t.Context(), z.pool, head.Size)
	if err != nil || last.Size != head.Size {
		t.Fatalf("%+v, %v: %s", last, err, z.said)
	}
	if at, err := stamp.Check(last.Token, head.Note, a.Pool); err != nil || !at.Equal(last.At) {
		t.Errorf("%v, %v", at, err)
	}
	z.grow(1)
	asked.Round(t.Context())
	z.asked(nil, &outside.Authority{URL: a.URL, Roots: a.Pool}, clock.Machine{}).Round(t.Context()) // nor after a restart
	var stamps int
	if err := z.pool.QueryRow(t.Context(), "select count(*) from audit.stamps").Scan(&stamps); err != nil || stamps != 1 {
		t.Errorf("%d time-stamps within the hour, %v", stamps, err)
	}
	dir := t.TempDir()
	_, err = audit.Export(t.Context(), z.pool, func(path string, content []byte) error {
		full := filepath.Join(dir, filepath.FromSlash(path))
		return errors.Join(os.MkdirAll(filepath.Dir(full), 0o700), os.WriteFile(full, content, 0o600))
	})
	if err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "openssl", "ts", "-verify", "-token_in", "-in", filepath.Join(dir, audit.StampPath),
		"-data", filepath.Join(dir, audit.StampedPath), "-CAfile", a.File).CombinedOutput()
	if err != nil {
		t.Errorf("openssl: %v %s", err, said)
	}
	if z.said.Len() > 0 {
		t.Errorf("said: %s", z.said)
	}
}

type jumped struct{ by time.Duration }

func (j jumped) Now() time.Time { return clock.Machine{}.Now().Add(j.by) }

// A clock that jumped is seen by the authority's.
func TestAClockThatJumpedIsTold(t *testing.T) {
	t.Parallel()
	for _, by := range []time.Duration{-24 * time.Hour, 10 * time.Minute} {
		z := newZone(t)
		a := tsa.Start(t)
		z.grow(1)
		z.asked(nil, &outside.Authority{URL: a.URL, Roots: a.Pool}, jumped{by}).Round(t.Context())
		if !strings.Contains(z.said.String(), outside.ErrClock.Error()) {
			t.Errorf("%v: %q", by, z.said)
		}
	}
}

// Late, dead or talking nonsense: an operator is told after ten minutes, nothing is kept, and the log goes on, numbered and signed.
func TestADeadWitnessStopsNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	stranger := tsa.Start(t)
	key := checkpoint.NewWitnessVerifier("witness.example/w", z.key.Public())
	for name, answer := range map[string]func(http.ResponseWriter){
		"an error":             func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		"a page":               func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") },
		"a redirect":           func(w http.ResponseWriter) { w.Header().Set("Location", stranger.URL); w.WriteHeader(http.StatusFound) },
		"an endless answer":    func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 1<<20)) },
		"somebody's signature": func(w http.ResponseWriter) { fmt.Fprint(w, "— witness.example/w AAAAAAAAAAAA\n") },
	} {
		served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
		head := z.grow(1)
		z.said.Reset()
		asked := z.asked(&outside.Witness{URL: served.URL, Key: key}, &outside.Authority{URL: served.URL, Roots: stranger.Pool}, clock.Machine{})
		for range 39 {
			asked.Round(t.Context())
		}
		if z.said.Len() > 0 {
			t.Errorf("%s: an operator is told before ten minutes: %s", name, z.said)
		}
		asked.Round(t.Context())
		if strings.Count(z.said.String(), "ALARM") != 2 {
			t.Errorf("%s: after ten minutes: %s", name, z.said)
		}
		if got := z.countersigned(&outside.Witness{Key: key}); got != 0 {
			t.Errorf("%s: %d countersigned", name, got)
		}
		if _, err := audit.LastStamp(t.Context(), z.pool, head.Size); !errors.Is(err, audit.ErrNoStamp) {
			t.Errorf("%s: time-stamped: %v", name, err)
		}
		served.Close()
	}
	if r, err := audit.VerifyRows(t.Context(), z.pool, audit.VerifyOptions{Log: z.log}); err != nil || r.Broken != nil || r.Entries != 5 {
		t.Errorf("%+v, %v", r, err)
	}
}
