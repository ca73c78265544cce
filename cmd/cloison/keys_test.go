package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/crypto/custody"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

// The custodians' whole day, as they type it.
func TestKeys(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "ck")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	keys := func(args ...string) string {
		t.Helper()
		var out strings.Builder
		if err := runKeys(t.Context(), args, &out); err != nil {
			t.Fatalf("keys %v: %v", args, err)
		}
		return out.String()
	}
	keys("init", "--keystore", dir+"/ks", "--custodians", dir+"/custodians", "--recovery", dir+"/recovery.key",
		"--acknowledgement", dir+"/ack", "--log", dir+"/log", "--environment", "test")
	for _, name := range []string{"ks/opinion.csr", "ks/recipient.pub", "ack/acknowledgement.key", "ack/acknowledgement.pub", "log/log-server.key", "log/witness-medical.pub", "custodians/custodian-3.key"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	serveKeyholder(t, dir)
	socket := dir + "/custody.sock"
	want := func(got, part string) {
		t.Helper()
		if !strings.Contains(got, part) {
			t.Errorf("got %q, want %q in it", got, part)
		}
	}
	want(keys("status", "--socket", socket), "scellé")
	want(keys("unseal", "--socket", socket, "--keystore", dir+"/ks", dir+"/custodians/custodian-2.key"), "Il en manque")
	want(keys("status", "--socket", socket), "parts reçues : 1 sur 2")
	want(keys("unseal", "--socket", socket, "--keystore", dir+"/ks", dir+"/custodians/custodian-3.key"), "ouvert")
	roster := filepath.Join(dir, "roster.toml")
	text := "[[line]]\nissuer = \"i\"\nsubject = \"s\"\nclass = \"secretariat\"\ncompartments = [\"civil\"]\nfrom = \"2026-01-01\"\n"
	if err := os.WriteFile(roster, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want(keys("roster", "--socket", socket, "--roster", roster, dir+"/custodians/custodian-1.key", dir+"/custodians/custodian-2.key"), "1 lignes")
	want(keys("status", "--socket", socket), "lignes d'habilitation : 1")
	shred := []string{"shred", "--dossier", "d-1", "--socket", socket, "--visa", "V-2031-7", dir + "/custodians/custodian-1.key"}
	if err := runKeys(t.Context(), shred, io.Discard); err == nil {
		t.Error("one custodian alone destroyed a dossier")
	}
	shred = append(shred, dir+"/custodians/custodian-2.key")
	want(keys(shred...), "1 dossier(s) détruit(s) sous le visa V-2031-7")
	want(keys(shred...), "0 dossier(s)")
	want(keys("status", "--socket", socket), "dossiers détruits : 1")
	if err := runKeys(t.Context(), []string{"shred", "--due", "--dossier", "d-1", "--visa", "V"}, io.Discard); err == nil {
		t.Error("a list and a dossier at once")
	}
	want(keys("seal", "--socket", socket), "se scelle")

	for _, args := range [][]string{{}, {"melt"}, {"unseal"}, {"init", "--keystore", dir + "/x"}, {"roster", "--socket", socket}, {"listings"}} {
		if runKeys(t.Context(), args, io.Discard) == nil {
			t.Errorf("keys %v: accepted", args)
		}
	}
}

// serveKeyholder runs the keyholder of dir/ks; ended is closed once it is gone.
func serveKeyholder(t *testing.T, dir string) (ended <-chan struct{}) {
	t.Helper()
	limits := wire.Limits{PersonHour: 1, PersonDay: 1, ZoneDay: 1}
	me := []uint32{uint32(os.Getuid())}
	s, err := custody.New(custody.Options{
		Environment: "test", Zone: "medical", Keystore: dir + "/ks", State: dir,
		Issuers: []custody.Issuer{{Issuer: "i", ClientID: "c", JWKS: dir + "/jwks", Classes: []string{keyholder.ClassSecretariat}}},
		Budgets: wire.Budgets{Civil: limits, Medical: limits}, IndexRate: 1, UseUIDs: me, CustodyUIDs: me,
		Clock: clock.Machine{}, Location: time.UTC, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	use, err := custody.Listen(dir + "/use.sock")
	if err != nil {
		t.Fatal(err)
	}
	operators, err := custody.Listen(dir + "/custody.sock")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() { defer close(gone); s.Serve(ctx, use, operators); s.Close() }()
	t.Cleanup(func() { stop(); <-gone })
	return gone
}
