package act

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/policy"
)

// Both kinds of entries fill more than a segment of the write-ahead log does, each entry a page: what may still grow afterwards is the log alone.
const manyEntries = `
insert into audit.entries (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id,
	digests, bytes, retention)
select pg_catalog.gen_random_uuid(), $1::timestamptz, 'relay', '', 'SYSTEM', '', 'referral.receive', 'referral', 'r-1', '', 'ALLOW', 'ALLOW_SYSTEM',
	pg_catalog.repeat('0a', 32), 'DONE', '', '', array[pg_catalog.decode(pg_catalog.repeat('ab', 7750), 'hex')], 0,
	case when g % 2 = 0 then 'ACCESS' else 'PROCEDURE' end
from pg_catalog.generate_series(1, 4400) g`

// The table of entries can't grow any more: nothing is done, nothing is read, not even a refusal is told; once there is room again everything goes on by
// itself. The limit is set on PostgreSQL's own process, as a full disk would be: what it is asked to write it can't.
func TestOnAFullDiskNothingIsDone(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "medical")
	w := &world{t: t, owner: pgtest.Open(t, names.OwnerURL), at: instant}
	var err error
	if w.app, err = db.Open(t.Context(), db.Options{URL: names.RoleURL, MaxConns: 1}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.app.Close)
	if w.engine, err = policy.New(); err != nil {
		t.Fatal(err)
	}
	w.gate = w.gateWith(w.engine)
	if _, err := w.owner.Exec(t.Context(), probeTable); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"audit.entries_access_2026", "audit.entries_procedure_2026"} { // one of them fills a page: no other finds room there
		if _, err := w.owner.Exec(t.Context(), "alter table "+table+" alter column digests set storage plain"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.owner.Exec(t.Context(), manyEntries, w.at); err != nil {
		t.Fatal(err)
	}
	var pid int
	if err := w.app.QueryRow(t.Context(), "select pg_catalog.pg_backend_pid()").Scan(&pid); err != nil {
		t.Fatal(err)
	}
	room := func(bytes string) { limitFiles(t, pid, bytes) }
	room("16777216")
	var done []string
	for err == nil { // the last page has room for some
		if len(done) > 1000 {
			t.Fatal("the disk is never full")
		}
		next := fmt.Sprintf("%04d", len(done))
		if _, err = w.gate.Do(t.Context(), rapporteur, save(), write(next)); err == nil {
			done = append(done, next)
		}
	}
	wantError(t, err, Unavailable, "")
	if _, err := w.gate.Do(t.Context(), stranger, save(), write("z")); !IsKind(err, Unavailable) {
		t.Errorf("a refusal without its entry: %v", err)
	}
	err = nil
	for tried := 0; err == nil && tried < 1000; tried++ {
		_, err = w.gate.Read(t.Context(), rapporteur, read())
	}
	if !IsKind(err, Unavailable) {
		t.Errorf("Read without its intent: %v", err)
	}
	w.wantNotes(done...)

	room("unlimited")
	if _, err := w.gate.Do(t.Context(), rapporteur, save(), write("again")); err != nil {
		t.Fatal(err)
	}
	w.wantNotes(append(done, "again")...)
}

// limitFiles bounds the files that a process of PostgreSQL may write, asked as the user that it runs as: nobody else may.
func limitFiles(t *testing.T, pid int, bytes string) {
	t.Helper()
	info, err := os.Stat("/proc/" + strconv.Itoa(pid))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":unlimited")
	if owner := info.Sys().(*syscall.Stat_t); int(owner.Uid) != os.Geteuid() {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, said)
	}
}
