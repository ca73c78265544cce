package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
