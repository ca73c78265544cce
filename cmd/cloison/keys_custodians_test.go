package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/medical/store"
)

// aKeystore makes a keystore of three custodians by the tool, runs its keyholder, and opens it.
func aKeystore(t *testing.T, epoch string) (dir string, ended <-chan struct{}) {
	t.Helper()
	dir, err := os.MkdirTemp("", "ck")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	does(t, "keys", "init", "--keystore", dir+"/ks", "--custodians", dir, "--recovery", dir+"/recovery.key", "--acknowledgement", dir+"/ack", "--log", dir+"/log",
		"--environment", "test", "--epoch", epoch)
	ended = serveKeyholder(t, dir)
	does(t, "keys", "unseal", "--socket", dir+"/custody.sock", "--keystore", dir+"/ks", dir+"/custodian-1.key", dir+"/custodian-2.key")
	return dir, ended
}

// does runs a command that must do what it is asked.
func does(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tool(t, args...)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out
}

func saysAll(t *testing.T, out string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(out, part) {
			t.Errorf("got %q, want %q in it", out, part)
		}
	}
}

// The runbook of a lost custodian, as it is typed: the new one makes a key, the two who are left deal new shares, and two of the new three open.
func TestALostCustodianIsReplaced(t *testing.T) {
	t.Parallel()
	dir, ended := aKeystore(t, "2026")
	socket := dir + "/custody.sock"
	made := does(t, "keys", "custodian", "--keystore", dir+"/ks", "--number", "3", "--out", dir+"/new.key")
	_, fingerprint, _ := strings.Cut(made, "empreinte ")
	if _, err := tool(t, "keys", "custodian", "--keystore", dir+"/ks", "--number", "3", "--out", dir+"/new.key"); err == nil {
		t.Error("a key was written over another")
	}
	if _, err := tool(t, "keys", "reshare", "--socket", socket, "-n", "4", "--card", dir+"/new.key.pub", dir+"/custodian-1.key", dir+"/custodian-2.key"); err == nil ||
		!strings.Contains(err.Error(), "une carte par nouveau numéro") {
		t.Errorf("four custodians with the cards of three: %v", err)
	}
	saysAll(t, does(t, "keys", "reshare", "--socket", socket, "--card", dir+"/new.key.pub", dir+"/custodian-1.key", dir+"/custodian-2.key"),
		"3 dépositaires, dont 2", fingerprint, "n'ouvrent plus")
	does(t, "keys", "seal", "--socket", socket)

	<-ended
	serveKeyholder(t, dir)
	unseal := []string{"keys", "unseal", "--socket", socket, "--keystore", dir + "/ks", dir + "/custodian-1.key"}
	if out, err := tool(t, append(unseal, dir+"/custodian-3.key")...); err == nil {
		t.Errorf("the key that was lost: %s", out)
	}
	saysAll(t, does(t, append(unseal, dir+"/new.key")...), "keyholder est ouvert")
}

// The keystore and its custodians are gone; the safe and the copy of the destructions are left. What was destroyed is destroyed before anything
// can open, and all the rest moves to the new keystore.
func TestARecoveryDestroysBeforeItOpens(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	z.Keys.Shred(t, z.dossiers[0])
	list := filepath.Join(z.dir, "tombstones.json")
	does(t, "keys", "tombstones", "--socket", z.Keys.CustodySocket(), "--out", list)

	dir, _ := aKeystore(t, "2026b")
	custodians := []string{dir + "/custodian-1.key", dir + "/custodian-3.key"}
	lost := filepath.Dir(z.Keys.Keystore())
	recover := func(recovery string) []string {
		return append([]string{"keys", "recover", "--socket", dir + "/custody.sock", "--epoch", "2026", "--recovery", recovery,
			"--recipient-key", z.Keys.Keystore() + "/recipient.pub", "--tombstones", list}, custodians...)
	}
	if _, err := tool(t, recover(dir+"/absent.key")...); err == nil {
		t.Error("recovered without the safe")
	}
	saysAll(t, does(t, "keys", "status", "--socket", dir+"/custody.sock"), "dossiers détruits : 1")
	saysAll(t, does(t, recover(lost+"/recovery.key")...), "1 destructions ordonnées", "Époque 2026 reprise")
	if _, err := tool(t, recover(lost+"/recovery.key")...); err == nil || !strings.Contains(err.Error(), "2027b") {
		t.Errorf("recovered twice: %v", err)
	}

	saysAll(t, does(t, "keys", "rotate", "--socket", dir+"/use.sock", "--database-url-file", secretFile(t, z.names.RoleURL), "--recipient-key", dir+"/ks/recipient.pub"),
		"Époque 2026b : 2 identités passées et relues, 2 de dossiers détruits laissées")
	saysAll(t, does(t, append([]string{"keys", "destroy", "--epoch", "2026", "--socket", dir + "/custody.sock", "--use-socket", dir + "/use.sock",
		"--database-url-file", secretFile(t, z.names.OwnerURL)}, custodians...)...), "Époque 2026 détruite ; 2 anciennes lignes")
	k, err := store.GetKey(t.Context(), z.Pool, z.dossiers[1], store.Medical)
	if err != nil || k.Epoch != "2026b" {
		t.Errorf("the dossier rests on epoch %s, %v", k.Epoch, err)
	}
}
