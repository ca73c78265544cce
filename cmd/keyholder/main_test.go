package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
)

func writeConfig(t *testing.T, dir, environment, more string) string {
	t.Helper()
	path := filepath.Join(dir, "keyholder.toml")
	text := fmt.Sprintf(`
environment = %q
zone = "medical"
keystore = %q
state = %q
use_socket = %q
custody_socket = %q
use_uids = [%d]
custody_uids = [%d]
%s
[[issuer]]
issuer = "https://psc.example"
client_id = "cloison-medical"
jwks = %q
classes = ["physician"]
`, environment, dir+"/ks", dir+"/state", dir+"/use.sock", dir+"/custody.sock", os.Getuid(), os.Getuid(), more, dir+"/jwks.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	err = keystore.Init(filepath.Join(dir, "ks"), keystore.Options{
		Environment: "test", Zone: "medical", Epoch: "2026", N: 3, K: 2, Custodians: dir, Recovery: filepath.Join(dir, "recovery.key"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestConfigIsStrict(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := readConfig(writeConfig(t, dir, "test", "")); err != nil {
		t.Errorf("a right one: %v", err)
	}
	for name, more := range map[string]string{
		"unknown key":        `clock_file = "x"`,
		"a rate of zero":     `index_per_hour = 0`,
		"a key out of place": `custody_uid = [0]`,
	} {
		if _, err := readConfig(writeConfig(t, dir, "test", more)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// The issuer's table is the last of the file.
	path := writeConfig(t, dir, "production", "")
	if _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), "second factor") {
		t.Errorf("production with an issuer that requires nothing: %v", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range []string{`acr = ["eidas1"]`, `amr = ["mfa"]`} {
		if err := os.WriteFile(path, []byte(string(text)+more+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if cfg, err := readConfig(path); err != nil || len(cfg.Issuers[0].ACR)+len(cfg.Issuers[0].AMR) != 1 {
			t.Errorf("production with %s: %v", more, err)
		}
	}
	if _, err := readConfig(writeConfig(t, dir, "", "")); err == nil {
		t.Error("no environment: accepted")
	}
	if _, err := readConfig(""); err == nil {
		t.Error("no file: accepted")
	}
}

// The defaults let a heavy honest day through: forty dossiers, three hundred names (TestAHeavyHonestDay of package custody), and a Monday's tags.
func TestDefaultsLetAHeavyHonestDayThrough(t *testing.T) {
	t.Parallel()
	d := defaults()
	if d.Budgets.Medical.PersonHour < 50 || d.Budgets.Civil.PersonHour < 375 || d.IndexPerHour < 3000 {
		t.Errorf("%+v, %d tags an hour", d.Budgets, d.IndexPerHour)
	}
}

// Two different environment words refuse the start.
func TestOtherEnvironmentIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	err := run(t.Context(), []string{"-config", writeConfig(t, dir, "staging", "")}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "staging") {
		t.Errorf("got %v", err)
	}
}

// Seal, in the real program: the same process id answers again, sealed, and
// knows nothing of what it held.
func TestSealReplacesTheProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	bin := filepath.Join(dir, "keyholder")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	cmd := exec.Command(bin, "-config", writeConfig(t, dir, "test", ""))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	ctx, socket := t.Context(), filepath.Join(dir, "custody.sock")
	first := await(t, socket, true)
	if err := operator.Unseal(ctx, socket, filepath.Join(dir, "ks"), dir+"/custodian-1.key", dir+"/custodian-2.key"); err != nil {
		t.Fatal(err)
	}
	await(t, socket, false)
	if err := operator.Seal(ctx, socket); err != nil {
		t.Fatal(err)
	}
	if again := await(t, socket, true); again == first {
		t.Error("the same start answers after Seal")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Errorf("the process is another one: %v", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// await polls until keyholder answers in the wanted state, and returns the
// start's name.
func await(t *testing.T, socket string, sealed bool) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		st, err := operator.Status(ctx, socket)
		if err == nil && st.Sealed == sealed {
			return st.Start
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waiting for sealed=%v: %+v, %v", sealed, st, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Without the right to lock memory production refuses, anything else says so.
func TestProductionNeedsLockedMemory(t *testing.T) {
	t.Parallel()
	if os.Getenv("CLOISON_TEST_UNPRIVILEGED") != "" {
		// Whatever the machine's default is.
		if err := unix.Setrlimit(unix.RLIMIT_MEMLOCK, &unix.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		fmt.Println("production:", harden("production", log) != nil, "development:", harden("development", log) == nil)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestProductionNeedsLockedMemory$", "-test.v")
	cmd.Env = append(os.Environ(), "CLOISON_TEST_UNPRIVILEGED=1")
	unprivileged(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "production: true development: true") {
		t.Errorf("got %s", out)
	}
}
