package keystore_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
)

// The real program, unsealed, holds each secret of the keystore in its memory, and the search sees them; after Seal, the same process id holds
// none. Reading another process's memory needs root: keyholder forbids it to its own account.
func TestASealedProcessHoldsNoKey(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "km")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	at := func(name string) string { return filepath.Join(dir, name) }
	must(t, keystore.Init(at("ks"), keystore.Options{Environment: "test", Zone: "medical", Epoch: "2026", N: 2, K: 2, Custodians: dir, Recovery: at("recovery.key")}))
	must(t, os.WriteFile(at("k.toml"), fmt.Appendf(nil, `
environment = "test"
zone = "medical"
keystore = %q
state = %q
use_socket = %q
custody_socket = %q
use_uids = [%d]
custody_uids = [%[5]d]
[[issuer]]
issuer = "https://psc.example"
client_id = "c"
jwks = %q
classes = ["physician"]
`, at("ks"), at("state"), at("use.sock"), at("custody.sock"), os.Getuid(), at("jwks.json")), 0o600))
	out, err := exec.Command("go", "build", "-o", at("keyholder"), "cloison/cmd/keyholder").CombinedOutput()
	if err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	cmd := exec.Command(at("keyholder"), "-config", at("k.toml"))
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })

	await(t, at("custody.sock"), true)
	must(t, operator.Unseal(t.Context(), at("custody.sock"), at("ks"), at("custodian-1.key"), at("custodian-2.key")))
	must(t, operator.NextKey(t.Context(), at("custody.sock"), keystore.KeyCheckpoints, at("custodian-1.key"), at("custodian-2.key")))
	must(t, operator.TakeKey(t.Context(), at("custody.sock"), keystore.KeySearch, nil, at("custodian-1.key"), at("custodian-2.key")))
	must(t, operator.TakeKey(t.Context(), at("custody.sock"), keystore.KeyStatistics, nil, at("custodian-1.key"), at("custodian-2.key")))
	if os.Getuid() != 0 {
		if _, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", cmd.Process.Pid)); err == nil {
			t.Error("keyholder's own account may read its memory")
		}
		t.Log("not root: the memory of keyholder can't be read, which is what it asks for")
		return
	}
	secrets := material(t, dir)
	held := search(t, cmd.Process.Pid, secrets)
	for name := range secrets {
		if !held[name] {
			t.Errorf("%s is not seen in an open keyholder: the search is blind", name)
		}
	}
	must(t, operator.Seal(t.Context(), at("custody.sock")))
	await(t, at("custody.sock"), true)
	for name := range search(t, cmd.Process.Pid, secrets) {
		t.Errorf("%s is in the memory of a sealed keyholder", name)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, socket string, sealed bool) {
	t.Helper()
	end := time.After(60 * time.Second)
	for {
		st, err := operator.Status(t.Context(), socket)
		if err == nil && st.Sealed == sealed && len(st.Given) == 0 {
			return
		}
		select {
		case <-end:
			t.Fatalf("keyholder does not answer: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// material opens the keystore in this process too.
func material(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	p, err := keystore.ReadPublic(filepath.Join(dir, "ks"))
	must(t, err)
	ephemeral, err := age.GenerateHybridIdentity()
	must(t, err)
	var shares []keystore.Share
	for n := 1; n <= 2; n++ {
		key, err := keystore.ReadCustodianKey(filepath.Join(dir, keystore.CustodianFile(n)))
		must(t, err)
		onDisk, err := keystore.ReadShare(filepath.Join(dir, "ks"), p, n)
		must(t, err)
		sealed, err := key.SealShare(p, onDisk, "here", ephemeral.Recipient().String())
		must(t, err)
		share, err := keystore.OpenShare(p, sealed, ephemeral, "here")
		must(t, err)
		shares = append(shares, share)
	}
	keys, err := keystore.Unlock(filepath.Join(dir, "ks"), p, shares)
	must(t, err)
	return keys.Material()
}

// search reads all that a process can read of itself, and says which secrets stand in it.
func search(t *testing.T, pid int, secrets map[string][]byte) map[string]bool {
	t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	must(t, err)
	defer maps.Close()
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	must(t, err)
	defer memory.Close()
	found, read := map[string]bool{}, int64(0)
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if !strings.HasPrefix(fields[1], "r") || strings.HasPrefix(fields[len(fields)-1], "[v") {
			continue
		}
		var from, to int64
		if _, err := fmt.Sscanf(fields[0], "%x-%x", &from, &to); err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(io.NewSectionReader(memory, from, to-from)) // what was never touched gives nothing
		read += int64(len(b))
		for name, secret := range secrets {
			found[name] = found[name] || bytes.Contains(b, secret)
		}
	}
	if read < 1<<20 {
		t.Fatalf("%d bytes of memory were read", read)
	}
	for name, is := range found {
		if !is {
			delete(found, name)
		}
	}
	return found
}
