package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A corrupt keystore, a truncated share, a key that is no key: each says what to do next, changes no file, opens nothing, and is forgotten once the
// file is put back.
func TestBadInputSaysWhatToDo(t *testing.T) {
	t.Parallel()
	half := func(b []byte) []byte { return b[:len(b)/2] }
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	none := func([]byte) []byte { return nil }
	dir, ended := aKeystore(t, "2026")
	for name, c := range map[string]struct {
		file  string
		spoil func([]byte) []byte
		says  string
	}{
		"a share cut short":               {"ks/share-1.age", half, "remettez-le d'une copie"},
		"an empty share":                  {"ks/share-1.age", none, "remettez-le d'une copie"},
		"a byte of a share":               {"ks/share-1.age", flip, "remettez-le d'une copie"},
		"a custodian's key cut short":     {"custodian-1.key", half, "remettez-le d'une copie"},
		"an empty key":                    {"custodian-1.key", none, "remettez-le d'une copie"},
		"the sealed file cut short":       {"ks/sealed.age", half, "ne réessayez pas"},
		"a byte of the sealed file":       {"ks/sealed.age", flip, "ne réessayez pas"},
		"an empty sealed file":            {"ks/sealed.age", none, "ne réessayez pas"},
		"the description cut short":       {"ks/keystore.json", half, "remettez-le d'une copie"},
		"another number to open together": {"ks/keystore.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"k":2`), []byte(`"k":1`), 1) }, "ne réessayez pas"},
	} {
		does(t, "keys", "seal", "--socket", dir+"/custody.sock")
		<-ended
		path := filepath.Join(dir, c.file)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		spoilt := c.spoil(bytes.Clone(whole))
		// keyholder reads its description when it starts: it is the copy of the tool's that is spoilt then, unless it still can be read.
		early := strings.Contains(name, "together")
		put := func(b []byte) {
			t.Helper()
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if early {
			put(spoilt)
		}
		ended = serveKeyholder(t, dir)
		put(spoilt)
		unseal := []string{"keys", "unseal", "--socket", dir + "/custody.sock", "--keystore", dir + "/ks", dir + "/custodian-1.key", dir + "/custodian-2.key"}
		if _, err := tool(t, unseal...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, spoilt) {
			t.Errorf("%s: the file was changed, %v", name, err)
		}
		saysAll(t, does(t, "keys", "status", "--socket", dir+"/custody.sock"), "scellé")
		put(whole)
		if early { // it is keyholder that has read it
			does(t, "keys", "seal", "--socket", dir+"/custody.sock")
			<-ended
			ended = serveKeyholder(t, dir)
		}
		saysAll(t, does(t, unseal...), "ouvert")
	}
	if _, err := tool(t, "keys", "destroy", "--epoch", "2026", "--socket", dir+"/custody.sock", "--use-socket", dir+"/absent.sock", "--database-url-file", dir+"/absent", dir+"/custodian-1.key"); err == nil {
		t.Error("destroyed without a database")
	}
	for says, args := range map[string][]string{
		"la signature d'un dépositaire": {"budget", "--socket", dir + "/custody.sock", "--budgets", secretFile(t, budgets), dir + "/custodian-1.key"},
		"ne répond pas":                 {"status", "--socket", dir + "/absent.sock"},
	} {
		if _, err := tool(t, append([]string{"keys"}, args...)...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

const budgets = `civil = {person_hour = 400, person_day = 1000, zone_day = 10000}
medical = {person_hour = 60, person_day = 150, zone_day = 1500}`
