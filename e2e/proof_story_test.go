package e2e_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/crypto/custody/keystore"
)

// isProven: soon after the opinion its proof lies beside it, and what the prefecture takes away is checked in another folder, without network, with the
// public keys of the two zones and nothing else. One byte of it changed, it proves nothing.
func (e *environment) isProven(t *testing.T, l *line) {
	t.Helper()
	agent := e.at(t, serverZone, l.agent)
	about := map[string]string{"referral": l.referral}
	eventually(t, "the opinion has its proof", func() bool {
		return agent.do(t, call{op: "getOpinion", path: about}).object(t)["log_proof"] != nil
	})
	dir := t.TempDir()
	file := filepath.Join(dir, "preuve.json")
	content := agent.do(t, call{op: "getOpinionEvidence", path: about}).Body
	run := func(args ...string) (string, error) {
		command := exec.CommandContext(t.Context(), theWorld.program("cloison"), args...)
		command.Dir = dir
		said, err := command.CombinedOutput()
		return string(said), err
	}
	key := func(name, origin, public string, more ...string) {
		line, err := run(append([]string{"audit", "key", "--origin", origin, "--public", filepath.Join(e.dir, "keys", public)}, more...)...)
		if err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		write(t, filepath.Join(dir, name), line)
	}
	key("medical.vkey", "testclock.cloison.development.medical", filepath.Join("keystore", keystore.CheckpointKeyFile))
	key("witness.vkey", "testclock.cloison.development.server/witness", filepath.Join("log", keystore.ServerWitness+".pub"), "--witness")
	prove := func(content string) (string, error) {
		write(t, file, content)
		return run("audit", "prove", "--testclock", "--key", "medical.vkey", "--witness", "witness.vkey", file)
	}
	if said, err := prove(string(content)); err != nil || !strings.Contains(said, "prouvé") || !strings.Contains(said, "testclock.cloison.development.server/witness") {
		t.Errorf("%v: %s", err, said)
	}
	if said, err := prove(strings.Replace(string(content), `\"outcome\":\"FAVORABLE\"`, `\"outcome\":\"DEFAVORABLE\"`, 1)); err == nil || strings.Contains(said, "prouvé") {
		t.Errorf("another outcome is proven: %s", said)
	}
}

// readByOthers: both logs, as our tool exports them, are checked whole by a program that others wrote; one byte changed, and it says so.
func (e *environment) readByOthers(t *testing.T) {
	t.Helper()
	fsck := filepath.Join(theWorld.root, ".data", "tools", "fsck")
	if _, err := os.Stat(fsck); err != nil {
		t.Fatal("fsck is missing: tools/setup.sh test puts it there")
	}
	for z, public := range map[zone]string{medicalZone: filepath.Join("keystore", keystore.CheckpointKeyFile), serverZone: filepath.Join("log", keystore.ServerLog+".pub")} {
		dir := t.TempDir()
		tool := func(args ...string) string {
			t.Helper()
			said, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), append([]string{"audit"}, args...)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			return string(said)
		}
		tool("export", "--zone", string(z), "--database-url-file", filepath.Join(e.dir, "keys", "database-"+string(z)+".url"), dir)
		key := filepath.Join(dir, "vkey")
		write(t, key, strings.TrimSpace(tool("key", "--origin", "testclock.cloison.development."+string(z), "--public", filepath.Join(e.dir, "keys", public))))
		// It ends well whatever it finds, and says what it found on its error stream.
		check := func() string {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			said, err := exec.CommandContext(ctx, fsck, "-ui=false", "-v=1", "-N=8", "-storage_url=file://"+dir+"/", "-public_key="+key).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			return string(said)
		}
		if said := check(); strings.Contains(said, "fsck failed") || !strings.Contains(said, "Completed ranges") {
			t.Errorf("%s: %s", z, said)
		}
		for _, path := range []string{"tile/entries/000", "tile/0/000"} {
			file := filepath.Join(dir, filepath.FromSlash(path))
			whole, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			changed := append([]byte(nil), whole...)
			changed[len(changed)/2] ^= 1
			write(t, file, string(changed))
			if said := check(); !strings.Contains(said, "fsck failed") {
				t.Errorf("%s, %s changed: %s", z, path, said)
			}
			write(t, file, string(whole))
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
