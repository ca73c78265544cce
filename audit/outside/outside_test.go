package outside_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// tool is a program that is not ours, put there by the set-up of the tests.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../../.data/tools/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is missing: tools/setup.sh test puts it there", name)
	}
	return path
}

// litewitness starts a witness that others wrote, which follows the log of z. Its key is in an agent, as it wants.
func (z *zone) litewitness() *outside.Witness {
	t := z.t
	t.Helper()
	dir, err := os.MkdirTemp("", "w") // a short path: the agent's socket has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run := func(name string, args ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), name, args...)
		command.Dir, command.Env = dir, append(os.Environ(), "SSH_AUTH_SOCK="+filepath.Join(dir, "agent"))
		said, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, said)
		}
		return string(said)
	}
	serve := func(log *os.File, name string, args ...string) {
		t.Helper()
		command := exec.Command(name, args...)
		command.Dir, command.Stdout, command.Stderr = dir, log, log
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	serve(log, "ssh-agent", "-D", "-a", "agent")
	until(t, "the agent listens", func() bool { _, err := os.Stat(filepath.Join(dir, "agent")); return err == nil })
	run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key")
	run("ssh-add", "-q", "key")
	fingerprint := strings.Fields(run("ssh-keygen", "-l", "-f", "key.pub"))[1]
	run("sqlite3", "db", followed(z.key))
	address := freeAddress(t)
	serve(log, tool(t, "litewitness"), "-name", "witness.example/w", "-db", "db", "-ssh-agent", "agent", "-key", fingerprint, "-listen", address)
	until(t, "the witness listens", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	said, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`vkey=(\S+)`).FindSubmatch(said)
	if found == nil {
		t.Fatalf("the witness does not say its key: %s", said)
	}
	key, err := checkpoint.ParseKey(strings.Trim(string(found[1]), `"`))
	if err != nil {
		t.Fatal(err)
	}
	return &outside.Witness{URL: "http://" + address, Key: key}
}

// followed is the witness's own table of the logs that it knows, with ours in it, as its witnessctl would write it: empty yet, whose root is a hash of nothing.
func followed(key *keyfile.Signer) string {
	none := sha256.Sum256(nil)
	return fmt.Sprintf(`CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL);
CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin));
INSERT INTO log VALUES ('%s', 0, '%s'); INSERT INTO key VALUES ('%s', '%s');`,
		origin, base64.StdEncoding.EncodeToString(none[:]), origin, checkpoint.VerifierKey(origin, key.Public()))
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// until waits for another process.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); !holds(); {
		select {
		case <-ctx.Done():
			t.Fatalf("not within a minute: %s", what)
		case <-tick.C:
		}
	}
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

// A witness that others wrote countersigns our heads, one after the other; it holds a log that was remade for what it is, and an operator is told at once.
func TestAWitnessOfOthersCountersigns(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	w := z.litewitness()
	asked := z.asked(w, nil, clock.Machine{})
	asked.Round(t.Context()) // nothing is signed yet
	for _, n := range []int{3, 400, 1} {
		head := z.grow(n)
		asked.Round(t.Context())
		if got := z.countersigned(w); got != head.Size {
			t.Fatalf("%d entries are countersigned, want %d: %s", got, head.Size, z.said)
		}
	}
	head, err := audit.LatestHead(t.Context(), z.pool)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := audit.Cosigned(t.Context(), z.pool, head)
	if err != nil {
		t.Fatal(err)
	}
	if opened, err := checkpoint.Open(signed, z.log, w.Key); err != nil || len(opened.Witnesses) != 1 {
		t.Errorf("%+v, %v", opened.Witnesses, err)
	}
	// The same name and key, another past, as long and longer.
	other := newZone(t)
	other.key, other.signer, other.log = z.key, audit.NewOwnSigner(origin, z.key), z.log
	for _, n := range []int{404, 10} {
		other.said.Reset()
		other.grow(n)
		other.asked(w, nil, clock.Machine{}).Round(t.Context())
		if got := other.countersigned(w); got != 0 || !strings.Contains(other.said.String(), "ALARM") || !strings.Contains(other.said.String(), outside.ErrForked.Error()) {
			t.Errorf("a log remade: %d countersigned: %s", got, other.said)
		}
	}
	if z.said.Len() > 0 {
		t.Errorf("said of the true log: %s", z.said)
	}
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
