package keystore

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

func initAt(t *testing.T, dir string, k, n int) Public {
	t.Helper()
	err := Init(filepath.Join(dir, "ks"), Options{
		Environment: "test", Zone: "medical", Epoch: "2026", N: n, K: k,
		Custodians: filepath.Join(dir, "custodians"), Recovery: filepath.Join(dir, "recovery.key"),
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadPublic(filepath.Join(dir, "ks"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func shares(t *testing.T, dir string, p Public, numbers ...int) []Share {
	t.Helper()
	ephemeral, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	var out []Share
	for _, n := range numbers {
		key, err := ReadCustodianKey(filepath.Join(dir, "custodians", CustodianFile(n)))
		if err != nil {
			t.Fatal(err)
		}
		onDisk, err := ReadShare(filepath.Join(dir, "ks"), p, n)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := key.SealShare(p, onDisk, "s", ephemeral.Recipient().String())
		if err != nil {
			t.Fatal(err)
		}
		share, err := OpenShare(p, sealed, ephemeral, "s")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, share)
	}
	return out
}

func TestQuorums(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ k, n int }{{1, 1}, {2, 3}, {3, 5}} {
		dir := t.TempDir()
		p := initAt(t, dir, c.k, c.n)
		all := make([]int, c.n)
		for i := range all {
			all[i] = c.n - i
		}
		if _, err := Unlock(filepath.Join(dir, "ks"), p, shares(t, dir, p, all[:c.k]...)); err != nil {
			t.Errorf("%d of %d: %v", c.k, c.n, err)
		}
		if _, err := Unlock(filepath.Join(dir, "ks"), p, shares(t, dir, p, all[:c.k-1]...)); !errors.Is(err, ErrNotEnoughShares) {
			t.Errorf("%d of %d with one less: %v", c.k, c.n, err)
		}
	}
}

// circl panics on two shares of one number; here they are one share.
func TestOneShareTwiceIsOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := initAt(t, dir, 2, 3)
	if _, err := Unlock(filepath.Join(dir, "ks"), p, shares(t, dir, p, 1, 1)); !errors.Is(err, ErrNotEnoughShares) {
		t.Errorf("got %v", err)
	}
}

// The number of needed shares is part of what the sealed file authenticates,
// but the polynomial is what enforces it: an edited k only combines too few.
func TestUnlockRefusesEditedDescription(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := initAt(t, dir, 2, 3)
	stranger := initAt(t, t.TempDir(), 2, 3)
	for name, edit := range map[string]func(*Public){
		"a custodian's approval key": func(p *Public) { p.Custodians[0].Approval = stranger.Custodians[0].Approval },
		"the zone's recipient":       func(p *Public) { p.Epochs[0].Recipient = stranger.Epochs[0].Recipient },
		"the recovery recipient":     func(p *Public) { p.Epochs[0].Recovery = stranger.Epochs[0].Recovery },
		"the key of recipients":      func(p *Public) { p.Recipients = stranger.Recipients },
		"the statistics recipient":   func(p *Public) { p.Statistics = stranger.Statistics },
		"the environment":            func(p *Public) { p.Environment = "production" },
		"an epoch added":             func(p *Public) { p.Epochs = append(p.Epochs, stranger.Epochs[0]) },
		"one share is enough":        func(p *Public) { p.K = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			edited, err := ReadPublic(filepath.Join(dir, "ks"))
			if err != nil {
				t.Fatal(err)
			}
			given := shares(t, dir, p, 1, 2)
			edit(&edited)
			keys, err := Unlock(filepath.Join(dir, "ks"), edited, given[:edited.K])
			if !errors.Is(err, ErrTampered) || keys != nil {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := Unlock(filepath.Join(dir, "ks"), p, shares(t, dir, p, 1, 2)); err != nil {
		t.Errorf("unedited: %v", err)
	}
}

func TestInitWritesOverNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	initAt(t, dir, 2, 3)
	err := Init(filepath.Join(dir, "ks"), Options{Environment: "test", Zone: "medical", Epoch: "2026", N: 3, K: 2,
		Custodians: filepath.Join(dir, "other"), Recovery: filepath.Join(dir, "other.key")})
	if !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := Options{Environment: "test", Zone: "medical", Epoch: "2026", N: 3, K: 2, Custodians: dir, Recovery: filepath.Join(dir, "r")}
	for name, edit := range map[string]func(*Options){
		"more than there are":          func(o *Options) { o.K = 4 },
		"nobody":                       func(o *Options) { o.K = 0 },
		"no environment":               func(o *Options) { o.Environment = "" },
		"no recovery file":             func(o *Options) { o.Recovery = "" },
		"production with one of three": func(o *Options) { o.Environment, o.K = "production", 1 },
	} {
		o := good
		edit(&o)
		if Init(filepath.Join(dir, "ks"), o) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The recovery identity of the epoch opens what keyholder wraps: that is what
// lies in the safe for.
func TestRecoveryIdentityOpensWrappedKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := initAt(t, dir, 1, 1)
	keys, err := Unlock(filepath.Join(dir, "ks"), p, shares(t, dir, p, 1))
	if err != nil {
		t.Fatal(err)
	}
	row, err := keys.Wrap("d1", "medical")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "recovery.key"))
	if err != nil {
		t.Fatal(err)
	}
	identity, err := age.ParseHybridIdentity(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := decrypt(row.Wrapped, identity); err != nil || !strings.Contains(string(b), `"dossier":"d1"`) {
		t.Errorf("got %v", err)
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := initAt(t, dir, 1, 1)
	given := shares(t, dir, p, 1)
	keys, err := Unlock(filepath.Join(dir, "ks"), p, given)
	if err != nil {
		t.Fatal(err)
	}
	custodian, err := ReadCustodianKey(filepath.Join(dir, "custodians", CustodianFile(1)))
	if err != nil {
		t.Fatal(err)
	}
	value := given[0].value.Reveal()
	for _, v := range []any{keys, *keys, struct{ K *Keys }{keys}, custodian, &custodian, given, given[0]} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			out := fmt.Sprintf(verb, v)
			if strings.Contains(strings.ToUpper(out), "AGE-SECRET") || strings.Contains(out, fmt.Sprint(value)) || strings.Contains(out, hex.EncodeToString(value)) {
				t.Errorf("%T under %s prints a key: %.60s", v, verb, out)
			}
		}
	}
}

// A keystore of before there was a statistics key goes on as it is, and takes one by the order that replaces it.
func TestAnOlderKeystoreTakesAStatisticsKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := initAt(t, dir, 1, 1)
	keys, err := Unlock(filepath.Join(dir, "ks"), p, shares(t, dir, p, 1))
	if err != nil {
		t.Fatal(err)
	}
	older, s, pass := keys.copy()
	older.Statistics, s.Statistics = "", nil
	if keys, older, err = change(filepath.Join(dir, "ks"), older, s, pass); err != nil {
		t.Fatal(err)
	}
	if recipient, signature := keys.StatisticsRecipient(); recipient != "" || signature != nil {
		t.Error("an older keystore has a statistics recipient")
	}
	text, err := os.ReadFile(filepath.Join(dir, "ks", publicFile))
	if err != nil || strings.Contains(string(text), "statistics") {
		t.Errorf("the description of an older keystore is another: %v", err)
	}
	if keys, err = Unlock(filepath.Join(dir, "ks"), older, shares(t, dir, older, 1)); err != nil {
		t.Fatal(err)
	}
	keys, older, err = keys.TakeStatistics(filepath.Join(dir, "ks"), 2026, func(int) bool { return true })
	if recipient, _ := keys.StatisticsRecipient(); err != nil || recipient == "" || recipient != older.Statistics {
		t.Errorf("no key was taken: %v", err)
	}
}
