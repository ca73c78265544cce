package checkpoint_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
)

const origin = "cloison.test.medical"

func newKey(t *testing.T) (*keyfile.Signer, ed25519.PublicKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keyfile.NewSigner(private), public
}

func head(t *testing.T, by *keyfile.Signer, size int64) []byte {
	t.Helper()
	signed, err := checkpoint.Sign(checkpoint.Checkpoint{Origin: origin, Size: size, Root: tlog.Hash{7}}, checkpoint.NewSigner(origin, by))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// A head of before opens by the key of before, whichever way a verifier was given the two; a head past the bound of that key opens by the present one
// alone, so who stole the former key makes no new one.
func TestAFormerKeySignsNothingNew(t *testing.T) {
	t.Parallel()
	before, beforePublic := newKey(t)
	after, afterPublic := newKey(t)
	keys := []checkpoint.LogKey{{Public: beforePublic, Until: 40}, {Public: afterPublic}}
	direct, err := checkpoint.NewSuccession(origin, keys...)
	if err != nil {
		t.Fatal(err)
	}
	file, err := checkpoint.FormatLog(keys)
	if err != nil {
		t.Fatal(err)
	}
	read, err := checkpoint.ParseLog(file)
	if err != nil {
		t.Fatal(err)
	}
	fromFile, err := checkpoint.NewSuccession(origin, read...)
	if err != nil {
		t.Fatal(err)
	}
	fromLines, err := checkpoint.ParseKeys(checkpoint.VerifierKeys(origin, keys))
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range []struct {
		name string
		open func([]byte) (checkpoint.Signed, error)
	}{
		{"given", func(b []byte) (checkpoint.Signed, error) { return checkpoint.Open(b, direct) }},
		{"of a file", func(b []byte) (checkpoint.Signed, error) { return checkpoint.Open(b, fromFile) }},
		{"of lines", func(b []byte) (checkpoint.Signed, error) { return checkpoint.Open(b, fromLines) }},
	} {
		for _, c := range []struct {
			by   *keyfile.Signer
			size int64
			open bool
		}{{before, 39, true}, {before, 40, true}, {before, 41, false}, {after, 41, true}, {after, 40, true}} {
			opened, err := log.open(head(t, c.by, c.size))
			if c.open && (err != nil || opened.Size != c.size) {
				t.Errorf("%s: a head of %d entries: %v", log.name, c.size, err)
			}
			if !c.open && !errors.Is(err, checkpoint.ErrSignature) {
				t.Errorf("%s: a head of %d entries by a former key: %v", log.name, c.size, err)
			}
		}
		stranger, _ := newKey(t)
		if _, err := log.open(head(t, stranger, 12)); !errors.Is(err, checkpoint.ErrSignature) {
			t.Errorf("%s: a head by a stranger: %v", log.name, err)
		}
	}
}

func TestKeysOfALogThatAreNone(t *testing.T) {
	t.Parallel()
	_, public := newKey(t)
	key := checkpoint.VerifierKey(origin, public)
	for name, text := range map[string]string{
		"nothing":             "",
		"all of them bounded": key + " 40\n",
		"a bound of nothing":  key + " 0\n" + key + "\n",
		"a bound that is not": key + " forty\n" + key + "\n",
		"two logs":            key + " 40\n" + checkpoint.VerifierKey("another", public) + "\n",
		"a witness":           checkpoint.WitnessKey(origin, public) + "\n",
	} {
		if _, err := checkpoint.ParseKeys(text); !errors.Is(err, checkpoint.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	file, err := checkpoint.FormatLog([]checkpoint.LogKey{{Public: public, Until: 40}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing": "", "another header": strings.Replace(string(file), "Heads-Until", "Heads-From", 1),
		"a bound of nothing": strings.Replace(string(file), ": 40", ": 0", 1), "something after": string(file) + "x",
	} {
		if _, err := checkpoint.ParseLog([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// Files of keys come from other hosts: read, they are written again the same, or refused.
func FuzzKeysOfALog(f *testing.F) {
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	keys := []checkpoint.LogKey{{Public: public, Until: 40}, {Public: public}}
	file, err := checkpoint.FormatLog(keys)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(checkpoint.VerifierKeys(origin, keys)))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _ = checkpoint.ParseKeys(string(text))
		read, err := checkpoint.ParseLog(text)
		if err != nil {
			return
		}
		again, err := checkpoint.FormatLog(read)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := checkpoint.ParseLog(again); err != nil || len(back) != len(read) {
			t.Errorf("%d keys, then %d, %v", len(read), len(back), err)
		}
	})
}
