package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/crypto/stamp"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/internal/dev/tsa"
)

// What an auditor types, and how each command ends: 0 whole, 1 broken, 2 could not check.
func TestAudit(t *testing.T) {
	t.Parallel()
	dir, names := t.TempDir(), pgtest.New(t, "server")
	const origin = checkpoint.TestClock + "cloison.test.server"
	pool := pgtest.Open(t, names.RoleURL)
	e := audit.Entry{ID: audit.NewID(), At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Subject: "relay", Action: "referral.receive", Decision: audit.None,
		Outcome: audit.Refused, Policy: strings.Repeat("f", 64), Retention: audit.Access}
	if err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error { return audit.Append(t.Context(), tx, e) }); err != nil {
		t.Fatal(err)
	}
	for taken := 0; taken == 0; {
		var err error
		if taken, err = audit.Integrate(t.Context(), pool); err != nil {
			t.Fatal(err)
		}
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := checkpoint.NewVerifier(origin, public)
	if err != nil {
		t.Fatal(err)
	}
	signer := audit.NewOwnSigner(origin, keyfile.NewSigner(private))
	if _, err := audit.SignHead(t.Context(), pool, signer, verifier, e.At); err != nil {
		t.Fatal(err)
	}
	pem, err := keyfile.FormatPublic(public)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(want int, says string, args ...string) string {
		t.Helper()
		var out strings.Builder
		err := runAudit(t.Context(), args, &out)
		got := 0
		if err != nil {
			got = 1
			if known := (exitCode{}); errors.As(err, &known) {
				got = known.code
			}
			out.WriteString(err.Error())
		}
		if got != want || !strings.Contains(out.String(), says) {
			t.Errorf("audit %v: %d, want %d and %q: %s", args, got, want, says, out.String())
		}
		return out.String()
	}
	url, out, proof := put("url", names.RoleURL), filepath.Join(dir, "out"), filepath.Join(dir, "proof")
	key := put("key", run(0, origin, "key", "--origin", origin, "--public", put("log.pub", string(pem))))
	zone := []string{"--zone", "server", "--database-url-file", url}

	run(2, "--testclock", append([]string{"verify", "--key", key}, zone...)...)
	run(0, "entier", append([]string{"verify", "--testclock", "--key", key}, zone...)...)
	run(0, "1 entrées", append(append([]string{"export"}, zone...), out)...)
	run(0, "entier", "verify", "--testclock", "--key", key, out)
	run(0, "entier", "verify", "--testclock", "--key", key, "--known", filepath.Join(out, "checkpoint"), out)
	run(2, "témoin", "verify", "--testclock", "--key", key, "--witness", put("witness", checkpoint.WitnessKey("w", public)), out)
	run(0, "entrée 0", append(append([]string{"prove"}, zone...), "--entry", e.ID, proof)...)
	run(0, "prouvé", "prove", "--testclock", "--key", key, proof)
	run(2, "", "verify", "--testclock", "--key", key, filepath.Join(dir, "nowhere"))
	run(2, "", "verify", "--testclock", "--key", url, out)
	run(2, "", "nothing")

	var bundle strings.Builder
	if _, err := (audit.Search{}).Export(t.Context(), pool, "server", audit.ProofBundle, &bundle); err != nil {
		t.Fatal(err)
	}
	run(0, "1 prouvées", "verify", "--testclock", "--key", key, put("bundle", bundle.String()))
	run(1, "à la ligne 3", "verify", "--testclock", "--key", key, put("bundle-cut", bundle.String()[:bundle.Len()-60]))
	run(2, "témoin", "verify", "--testclock", "--key", key, "--witness", put("witness", checkpoint.WitnessKey("w", public)), put("bundle", bundle.String()))

	// The key was replaced after this head: a verifier who is given both checks what was said under the first, up to its bound.
	next, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keysUntil := func(until int64) string {
		both, err := checkpoint.FormatLog([]checkpoint.LogKey{{Public: public, Until: until}, {Public: next}})
		if err != nil {
			t.Fatal(err)
		}
		return put("keys", run(0, origin, "key", "--origin", origin, "--public", put("logs.pub", string(both))))
	}
	for _, place := range []string{out, put("bundle", bundle.String())} {
		run(0, "entier", "verify", "--testclock", "--key", keysUntil(1), place)
	}
	run(0, "prouvé", "prove", "--testclock", "--key", keysUntil(1), proof)
	run(0, "entier", append([]string{"verify", "--testclock", "--key", keysUntil(1)}, zone...)...)
	run(1, "rompu", "verify", "--testclock", "--key", put("next", checkpoint.VerifierKey(origin, next)), out)

	read := e
	read.ID, read.Subject, read.Action, read.ObjectKind, read.Object, read.Decision, read.Outcome = audit.NewID(), audit.NewID(), "referral.get", "referral", "r-1", audit.Allow, audit.Done
	if err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error { return audit.Append(t.Context(), tx, read) }); err != nil {
		t.Fatal(err)
	}
	owner := []string{"--zone", "server", "--database-url-file", put("owner", names.OwnerURL)}
	run(1, "n'est pas finie", append(append([]string{"erase"}, owner...), "--kept", "access", "--year", "2026")...)
	run(1, "aucune entrée", append(append([]string{"erase"}, owner...), "--kept", "access", "--year", "2019")...)
	run(2, "--kept", append(append([]string{"erase"}, owner...), "--kept", "all", "--year", "2026")...)
	persons := filepath.Join(dir, "persons.csv")
	run(0, "personnes  1", append(append([]string{"exposure"}, zone...), "--account", read.Subject, persons)...)
	run(0, "personnes  0", append(append([]string{"exposure"}, zone...), "--account", read.Subject, "--from", "2026-03-03")...)
	run(1, "--account", append([]string{"exposure"}, zone...)...)
	run(1, "aucun compte", append(append([]string{"exposure"}, zone...), "--account", "nobody")...)
	if list, err := os.ReadFile(persons); err != nil || !strings.Contains(string(list), "referral;r-1;1;false;0;2026-03-02T09:00:00Z") {
		t.Errorf("%s, %v", list, err)
	}
	authority := tsa.Start(t)
	run(2, "horodatage", "verify", "--testclock", "--key", key, "--tsa", authority.File, out)
	head, err := audit.LatestHead(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	request, err := stamp.NewRequest(head.Note)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := authority.Answer(request.DER)
	if err != nil {
		t.Fatal(err)
	}
	said, err := request.Accept(answer, authority.Pool)
	if err != nil {
		t.Fatal(err)
	}
	if err := audit.KeepStamp(t.Context(), pool, audit.Stamped{Size: head.Size, At: said.At, Token: said.Token}); err != nil {
		t.Fatal(err)
	}
	run(0, "1 entrées", append(append([]string{"export"}, zone...), out)...)
	run(0, "daté     1 entrées", "verify", "--testclock", "--key", key, "--tsa", authority.File, out)
	run(1, "", "verify", "--testclock", "--key", key, "--tsa", tsa.Start(t).File, out)
	// The time-stamp of another log, as rightly signed.
	other := checkpoint.Checkpoint{Origin: origin, Size: 1, Root: tlog.Hash{1}}
	forked, err := checkpoint.Sign(other, checkpoint.NewSigner(origin, keyfile.NewSigner(private)))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(out, audit.StampedPath))
	if err != nil {
		t.Fatal(err)
	}
	put("out/"+audit.StampedPath, string(forked))
	run(1, "", "verify", "--testclock", "--key", key, "--tsa", authority.File, out)
	put("out/"+audit.StampedPath, string(whole))

	entries := filepath.Join(out, audit.TilePath(-1, 0, 1))
	content, err := os.ReadFile(entries)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(entries, []byte(strings.Replace(string(content), "REFUSED", "REFUSEE", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	run(1, "à partir de l'entrée 0", "verify", "--testclock", "--key", key, out)
	text, err := os.ReadFile(proof)
	if err != nil {
		t.Fatal(err)
	}
	run(1, "", "prove", "--testclock", "--key", key, put("forged", strings.Replace(string(text), "index 0", "index 1", 1)))
}
