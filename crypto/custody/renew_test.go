package custody_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/checkpoint"
	"cloison/crypto/cms"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// described is the keystore's description as it stands.
func (w *world) described() keystore.Public {
	w.t.Helper()
	p, err := keystore.ReadPublic(w.path("keystore"))
	must(w.t, err)
	return p
}

func (w *world) nextKey(key string) (public []byte) {
	w.t.Helper()
	must(w.t, operator.NextKey(w.t.Context(), w.path("custody.sock"), key, w.custodian(1), w.custodian(2)))
	public, fingerprint := w.described().NextKey(key)
	if public == nil || len(fingerprint) != 20 {
		w.t.Fatalf("no next key: %q", fingerprint)
	}
	return public
}

func (w *world) takeKey(key string, public []byte) error {
	return operator.TakeKey(w.t.Context(), w.path("custody.sock"), key, public, w.custodian(2), w.custodian(3))
}

// logAsShown is how a program knows this zone's log, from the file that keyholder writes.
func (w *world) logAsShown() note.Verifier {
	w.t.Helper()
	file, err := os.ReadFile(w.path("keystore/" + keystore.CheckpointKeyFile))
	must(w.t, err)
	keys, err := checkpoint.ParseLog(file)
	must(w.t, err)
	log, err := checkpoint.NewSuccession("cloison.test.medical", keys...)
	must(w.t, err)
	return log
}

func (w *world) head(size int) []byte {
	w.t.Helper()
	root := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(size)}, 32))
	signed, err := w.SignCheckpoint(w.t.Context(), fmt.Appendf(nil, "cloison.test.medical\n%d\n%s\n", size, root))
	must(w.t, err)
	return signed
}

// A program that was given the next key before it is taken meets no head that it can't read; the heads of before stay good; and the former key, had
// someone kept it, would sign nothing that anybody takes.
func TestTheLogGoesOnUnderItsNextKey(t *testing.T) {
	t.Parallel()
	w := opened(t)
	thief := folderOf(t, w.path("keystore"))
	first := w.head(7)
	public := w.nextKey(keystore.KeyCheckpoints)
	if again := w.nextKey(keystore.KeyCheckpoints); !bytes.Equal(again, public) {
		t.Error("the same order made another key")
	}
	early := w.logAsShown() // of a program that was started before the key was taken
	between := w.head(8)
	wantRule(t, w.takeKey(keystore.KeyCheckpoints, bytes.Repeat([]byte{1}, 32)), wire.RuleKeyNext)
	wantRule(t, w.takeKey(keystore.KeyCheckpoints, nil), wire.RuleKeyNext)
	wantRule(t, operator.TakeKey(t.Context(), w.path("custody.sock"), keystore.KeyCheckpoints, public, w.custodian(1)), wire.RuleQuorum)
	wantRule(t, operator.NextKey(t.Context(), w.path("custody.sock"), keystore.KeyCheckpoints, w.custodian(1)), wire.RuleQuorum)
	for range 2 { // the second time as after a kill
		must(t, w.takeKey(keystore.KeyCheckpoints, public))
	}
	after := w.head(9)
	late := w.logAsShown()
	for name, log := range map[string]note.Verifier{"told before": early, "told after": late} {
		for _, signed := range [][]byte{first, between, after} {
			if _, err := checkpoint.Open(signed, log); err != nil {
				t.Errorf("%s: %v\n%s", name, err, signed)
			}
		}
	}
	if former := w.described().FormerCheckpoints; len(former) != 1 || former[0].Until != 8 || former[0].Taken != "2026-03-02" {
		t.Errorf("former keys %+v", former)
	}
	w.restart()
	if _, err := checkpoint.Open(w.head(10), late); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	w.shutdown()

	// The folder of before, and its custodians' keys: all that the former key ever was.
	restore(t, w.path("keystore"), thief)
	must(t, os.RemoveAll(w.path("state")))
	w.startup()
	w.unseal()
	if _, err := checkpoint.Open(w.head(11), late); !errors.Is(err, checkpoint.ErrSignature) {
		t.Errorf("a former key signed a new head: %v", err)
	}
}

func TestKeysThatAreNotReplacedByThemselves(t *testing.T) {
	t.Parallel()
	w := opened(t)
	for _, key := range []string{"", "recipients", "chain", "index"} {
		wantRule(t, operator.NextKey(t.Context(), w.path("custody.sock"), key, w.custodian(1), w.custodian(2)), wire.RuleKeyUnknown)
		wantRule(t, w.takeKey(key, []byte("k")), wire.RuleKeyUnknown)
	}
}

// What the present key sealed is checked by its certificate, which stays in the folder; what comes after is sealed under the next one's.
func TestOpinionsAreSealedByTheNextKey(t *testing.T) {
	t.Parallel()
	w := opened(t)
	before := w.certificate()
	sealed := func(referral string) (seal []byte, content cms.Content) {
		o := opinionFor(referral, 1, "FAVORABLE", today)
		got, err := w.SignOpinion(t.Context(), o.request("d-"+referral, w.approveAll(o, "d-"+referral, "med-a", "med-b", "med-c")...))
		must(t, err)
		seal, err = base64.StdEncoding.DecodeString(got.Value)
		must(t, err)
		return seal, cms.Content{Document: o.document(), Approved: sha256.Sum256([]byte(o.toSeal))}
	}
	old, oldContent := sealed("r-1")
	public := w.nextKey(keystore.KeyOpinions)
	request, certificate := w.path("keystore/next-opinion.csr"), w.path("keystore/next-opinion.pem")
	if _, err := os.Stat(request); err != nil {
		t.Fatal(err)
	}
	// Until it is certified it is not taken: nothing would be sealed any more.
	must(t, os.Rename(certificate, w.path("aside.pem")))
	wantRule(t, w.takeKey(keystore.KeyOpinions, public), keyholder.RuleSealCertificate)
	other, err := os.ReadFile(w.path("keystore/opinion.pem"))
	must(t, err)
	must(t, os.WriteFile(certificate, other, 0o600))
	wantRule(t, w.takeKey(keystore.KeyOpinions, public), keyholder.RuleSealCertificate)
	must(t, os.Rename(w.path("aside.pem"), certificate))
	between, betweenContent := sealed("r-2")
	must(t, cms.Verify(before, between, betweenContent))

	for range 2 {
		must(t, w.takeKey(keystore.KeyOpinions, public))
	}
	for range 2 {
		after := w.certificate()
		if cms.KeyID(after) == cms.KeyID(before) {
			t.Fatal("the certificate stayed")
		}
		seal, content := sealed("r-3")
		must(t, cms.Verify(after, seal, content))
		if cms.Verify(before, seal, content) == nil {
			t.Error("the former key sealed")
		}
		w.restart()
	}
	kept, err := os.ReadFile(w.path("keystore/opinion-" + cms.KeyID(before) + ".pem"))
	must(t, err)
	former, err := cms.ParseCertificate(kept)
	must(t, err)
	must(t, cms.Verify(former, old, oldContent))
}

// Killed between any two files of a change of a key, the keystore has the key of before or the next one, and shows the right ones once it is open.
func TestAChangeOfAKeyIsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for _, key := range []string{keystore.KeyCheckpoints, keystore.KeyOpinions} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			w.head(7)
			public := w.nextKey(key)
			w.shutdown()
			before := folderOf(t, w.path("keystore"))
			w.startup()
			w.unseal()
			must(t, w.takeKey(key, public))
			w.shutdown()
			after := folderOf(t, w.path("keystore"))
			described := with(with(before, "sealed-next.age", after["sealed.age"]), "keystore.json", after["keystore.json"])
			states := map[string]struct {
				files map[string][]byte
				taken bool
			}{
				"the sealed file stands beside":   {with(before, "sealed-next.age", after["sealed.age"]), false},
				"the description is changed":      {described, true},
				"the public files are of before":  {with(with(before, "sealed.age", after["sealed.age"]), "keystore.json", after["keystore.json"]), true},
				"the certificate of before moved": {with(without(described, "opinion.pem"), formerCertificate(t, before), before["opinion.pem"]), true},
				"all is done":                     {after, true},
			}
			if key == keystore.KeyCheckpoints {
				delete(states, "the certificate of before moved")
			}
			for name, c := range states {
				restore(t, w.path("keystore"), c.files)
				w.startup()
				w.unseal()
				p := w.described()
				present := map[string][]byte{keystore.KeyCheckpoints: p.Checkpoints, keystore.KeyOpinions: p.Opinions}[key]
				if bytes.Equal(present, public) != c.taken {
					t.Errorf("%s: taken %v, want %v", name, !c.taken, c.taken)
				}
				if _, err := checkpoint.Open(w.head(8), w.logAsShown()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if _, err := keystore.ReadCertificate(w.path("keystore"), p); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if shown := folderOf(t, w.path("keystore"))["checkpoint.pub"]; c.taken && !bytes.Equal(shown, after["checkpoint.pub"]) {
					t.Errorf("%s: those who check are shown\n%s", name, shown)
				}
				must(t, w.takeKey(key, public)) // the same order again, whatever was done of it
				want := slices.Sorted(maps.Keys(after))
				if got := slices.Sorted(maps.Keys(folderOf(t, w.path("keystore")))); !slices.Equal(got, want) {
					t.Errorf("%s: the folder holds %v, want %v", name, got, want)
				}
				w.shutdown()
			}
		})
	}
}

func formerCertificate(t *testing.T, folder map[string][]byte) string {
	t.Helper()
	certificate, err := cms.ParseCertificate(folder["opinion.pem"])
	must(t, err)
	return "opinion-" + cms.KeyID(certificate) + ".pem"
}

func without(files map[string][]byte, name string) map[string][]byte {
	out := map[string][]byte{}
	for n, b := range files {
		if n != name {
			out[n] = b
		}
	}
	return out
}

// A stored tag is brought to the present key from itself; the value is found under it, and until it is, under its former one. Tags of care stay.
func TestStoredTagsFollowTheKey(t *testing.T) {
	t.Parallel()
	w := opened(t)
	w.opts.IndexRate = 100
	w.restart()
	socket := w.path("custody.sock")
	file := func(class, value string) []byte {
		tag, err := w.Index(t.Context(), class, value)
		must(t, err)
		return tag
	}
	search := func(value string) [][]byte {
		tags, err := w.SearchTags(t.Context(), keyholder.IndexAGDREF, value)
		must(t, err)
		return tags
	}
	stored, care := file(keyholder.IndexAGDREF, "7503010001"), file(keyholder.IndexCare, "d1:99790000001")
	if found := search("7503010001"); len(found) != 1 || !bytes.Equal(found[0], stored) {
		t.Fatalf("before any change: %d tags", len(found))
	}
	for round := range 2 {
		must(t, w.takeKey(keystore.KeySearch, nil))
		w.restart()
		tags := search("7503010001")
		if len(tags) != round+2 || !bytes.Equal(tags[1], stored) {
			t.Fatalf("after %d changes: %d tags, the stored one among them: %v", round+1, len(tags), slices.ContainsFunc(tags, func(b []byte) bool { return bytes.Equal(b, stored) }))
		}
		moved, err := operator.Retag(t.Context(), socket, keyholder.IndexAGDREF, [][]byte{stored, tags[0], tags[len(tags)-1]})
		must(t, err)
		for i, tag := range moved {
			if !bytes.Equal(tag, tags[0]) {
				t.Errorf("tag %d is not the one that the value has now", i)
			}
		}
		if !bytes.Equal(file(keyholder.IndexAGDREF, "7503010001"), tags[0]) {
			t.Error("what is filed now is not found")
		}
		stored = moved[0]
	}
	if !bytes.Equal(care, file(keyholder.IndexCare, "d1:99790000001")) {
		t.Error("a tag of care changed: the compositions of before are compared with it")
	}
	for name, a := range map[string]struct {
		class string
		tags  [][]byte
		rule  string
	}{
		"a tag of care":     {keyholder.IndexCare, [][]byte{care}, keyholder.RuleMalformed},
		"nothing":           {keyholder.IndexAGDREF, nil, keyholder.RuleMalformed},
		"too many":          {keyholder.IndexAGDREF, slices.Repeat([][]byte{stored}, wire.MaxRetag+1), keyholder.RuleMalformed},
		"a key to come":     {keyholder.IndexAGDREF, [][]byte{append([]byte{3}, stored[1:]...)}, wire.RuleTag},
		"not a tag":         {keyholder.IndexAGDREF, [][]byte{stored[:20]}, wire.RuleTag},
		"a key that is not": {keyholder.IndexAGDREF, [][]byte{append([]byte{0}, stored[1:]...)}, wire.RuleTag},
	} {
		_, err := operator.Retag(t.Context(), socket, a.class, a.tags)
		if !errors.Is(err, keyholder.ErrRefused{Rule: a.rule}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
