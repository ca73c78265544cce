package custody_test

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// card has a new custodian make a key, and answers its file and its card.
func (w *world) card(name string, number int) (file string, card keystore.Card) {
	w.t.Helper()
	public, err := keystore.ReadPublic(w.path("keystore"))
	must(w.t, err)
	file = w.path(name + ".key")
	card, err = keystore.NewCustodian(public, number, file, file+".pub")
	must(w.t, err)
	read, err := keystore.ReadCard(file + ".pub")
	must(w.t, err)
	if said, _ := read.Fingerprint(); !strings.Contains(fingerprint(w.t, card), said) || said == "" {
		w.t.Error("the card that is read is not the one that was made")
	}
	return file, card
}

func fingerprint(t *testing.T, c keystore.Card) string {
	t.Helper()
	said, err := c.Fingerprint()
	must(t, err)
	return said
}

func (w *world) unsealedBy(files ...string) error {
	w.t.Helper()
	w.restartSealed()
	return operator.Unseal(w.t.Context(), w.path("custody.sock"), w.path("keystore"), files...)
}

func (w *world) restartSealed() {
	w.t.Helper()
	w.shutdown()
	w.startup()
}

// Custodian 3 lost his key. New shares: any two of the new three open; his key opens nothing and orders nothing; copies of shares of before are
// wrong shares, k of them too; what was sealed opens, with the keys of before; and what he had signed to destroy stays destroyed.
func TestNewSharesReplaceTheOldOnes(t *testing.T) {
	t.Parallel()
	w := opened(t)
	socket := w.path("custody.sock")
	d := w.dossier("d1")
	must(t, operator.Shred(t.Context(), socket, "d0", "visa-7", w.custodian(2), w.custodian(3)))
	before := folderOf(t, w.path("keystore"))
	old, err := keystore.ReadPublic(w.path("keystore"))
	must(t, err)

	file, card := w.card("custodian-3-new", 3)
	order := wire.ReshareOrder{K: 2, N: 3, Cards: []keystore.Card{card}}
	wantRule(t, operator.Reshare(t.Context(), socket, order, w.custodian(1)), wire.RuleQuorum)
	must(t, operator.Reshare(t.Context(), socket, order, w.custodian(1), w.custodian(2)))
	if _, err := w.openMedical(w.signIn("med-a"), d); err != nil {
		t.Errorf("after new shares, in the same process: %v", err)
	}
	public, err := keystore.ReadPublic(w.path("keystore"))
	must(t, err)
	for name := range folderOf(t, w.path("keystore")) {
		if strings.HasPrefix(name, "share-") && !strings.HasSuffix(name, "-1.age") {
			t.Errorf("%s was left", name)
		}
	}
	wantRule(t, operator.Destroy(t.Context(), socket, "2025", w.custodian(1), w.custodian(3)), wire.RuleQuorum)
	wantRule(t, operator.Destroy(t.Context(), socket, "2025", w.custodian(1), file), wire.RuleEpochUnknown)

	for _, pair := range [][]string{{w.custodian(1), w.custodian(2)}, {w.custodian(2), file}, {file, w.custodian(1)}} {
		must(t, w.unsealedBy(pair...))
		if _, err := w.openMedical(w.signIn("med-a"), d); err != nil {
			t.Errorf("opened by %v: %v", pair, err)
		}
	}
	if err := w.unsealedBy(w.custodian(1), w.custodian(3)); err == nil || errors.Is(err, keystore.ErrNotEnoughShares) {
		t.Errorf("the key that was lost, with another: %v", err)
	}
	w.oldSharesAreWrong(before, old, public)

	w.restartSealed()
	must(t, operator.Unseal(t.Context(), socket, w.path("keystore"), w.custodian(1), file))
	kept, err := operator.Tombstones(t.Context(), socket)
	must(t, err)
	w.tombstonesOutliveTheirSigners(kept, file)
}

// oldSharesAreWrong gives keyholder, and the keystore's own files, the shares of before as their holders kept them.
func (w *world) oldSharesAreWrong(before map[string][]byte, old, public keystore.Public) {
	t := w.t
	t.Helper()
	w.restartSealed()
	socket := w.path("custody.sock")
	st, err := operator.Status(t.Context(), socket)
	must(t, err)
	ephemeral, err := age.GenerateHybridIdentity()
	must(t, err)
	var shares []keystore.Share
	for n := 1; n <= 3; n++ {
		key, err := keystore.ReadCustodianKey(w.custodian(n))
		must(t, err)
		kept := before["share-"+string(rune('0'+n))+".age"]
		sent, err := key.SealShare(old, kept, st.Start, st.Recipient)
		must(t, err)
		_, err = unsealWith(t, socket, sent)
		wantRule(t, err, wire.RuleShare)
		here, err := key.SealShare(old, kept, "here", ephemeral.Recipient().String())
		must(t, err)
		share, err := keystore.OpenShare(old, here, ephemeral, "here")
		must(t, err)
		shares = append(shares, share)
	}
	for name, p := range map[string]keystore.Public{"the new description": public, "the old description": old} {
		if keys, err := keystore.Unlock(w.path("keystore"), p, shares); !errors.Is(err, keystore.ErrTampered) || keys != nil {
			t.Errorf("all old shares, %s: %v", name, err)
		}
	}
	if st, err = operator.Status(t.Context(), socket); err != nil || !st.Sealed || st.Wrong != 3 {
		t.Errorf("status %+v, %v", st, err)
	}
}

// tombstonesOutliveTheirSigners: whoever signed a destruction may be gone when a keyholder of before is restored. A mark is of one destruction.
func (w *world) tombstonesOutliveTheirSigners(kept []wire.Tombstone, file string) {
	t := w.t
	t.Helper()
	socket := w.path("custody.sock")
	other := kept[0]
	other.Dossier = "d1"
	_, err := operator.Replay(t.Context(), socket, []wire.Tombstone{other})
	wantRule(t, err, wire.RuleQuorum)
	w.shutdown()
	must(t, os.RemoveAll(w.path("state")))
	w.startup()
	must(t, operator.Unseal(t.Context(), socket, w.path("keystore"), w.custodian(1), file))
	fresh, err := operator.Replay(t.Context(), socket, kept)
	must(t, err)
	if fresh != 1 {
		t.Errorf("%d destructions came back", fresh)
	}
}

// Killed between any two files of a deal, the old shares open or the new ones do, and nothing of the other deal is left.
func TestADealIsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := opened(t)
	before := folderOf(t, w.path("keystore"))
	file, card := w.card("custodian-3-new", 3)
	must(t, operator.Reshare(t.Context(), w.path("custody.sock"), wire.ReshareOrder{K: 2, N: 3, Cards: []keystore.Card{card}}, w.custodian(1), w.custodian(2)))
	w.shutdown()
	after := folderOf(t, w.path("keystore"))

	cut := maps.Clone(before)
	steps := map[string]map[string][]byte{}
	for _, name := range []string{"share-1-1.age", "share-2-1.age", "share-3-1.age"} {
		cut[name] = after[name]
		steps["old: "+name+" is written"] = maps.Clone(cut)
	}
	cut["sealed-next.age"] = after["sealed.age"]
	steps["old: the sealed file stands beside"] = maps.Clone(cut)
	cut["keystore.json"] = after["keystore.json"]
	steps["new: the description is changed"] = maps.Clone(cut)
	delete(cut, "sealed-next.age")
	cut["sealed.age"] = after["sealed.age"]
	steps["new: old shares are left"] = maps.Clone(cut)
	for name, files := range steps {
		restore(t, w.path("keystore"), files)
		w.startup()
		third, left := w.custodian(3), before
		if strings.HasPrefix(name, "new") {
			third, left = file, after
		}
		if err := operator.Unseal(t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(1), third); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := folderOf(t, w.path("keystore"))
		delete(got, "sealed-next.age") // the next change writes over it
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, slices.Sorted(maps.Keys(left))) {
			t.Errorf("%s: the folder holds %v", name, names)
		}
		w.shutdown()
	}
}

// A deal that would leave fewer persons than it says, or other custodians than those who are named, is not made.
func TestAReshareRefuses(t *testing.T) {
	t.Parallel()
	w := opened(t)
	_, three := w.card("three", 3)
	_, five := w.card("five", 5)
	twice := three
	twice.Number = 2
	elsewhere := three
	elsewhere.Keystore = "another"
	short := three
	short.Approval = short.Approval[:31]
	noRecipient := three
	noRecipient.Recipient = "age1no"
	before := folderOf(t, w.path("keystore"))
	for name, order := range map[string]wire.ReshareOrder{
		"nobody":                    {K: 0, N: 3},
		"more than there are":       {K: 4, N: 3},
		"none":                      {K: 0, N: 0},
		"256":                       {K: 2, N: 256},
		"a number without a card":   {K: 2, N: 4},
		"a gap":                     {K: 2, N: 5, Cards: []keystore.Card{five}},
		"a number beyond n":         {K: 2, N: 2, Cards: []keystore.Card{three}},
		"one person twice":          {K: 2, N: 3, Cards: []keystore.Card{three, twice}},
		"two cards of one number":   {K: 2, N: 3, Cards: []keystore.Card{three, three}},
		"a card of another":         {K: 2, N: 3, Cards: []keystore.Card{elsewhere}},
		"half an approval key":      {K: 2, N: 3, Cards: []keystore.Card{short}},
		"a card without recipient":  {K: 2, N: 3, Cards: []keystore.Card{noRecipient}},
		"a number that is negative": {K: 2, N: 3, Cards: []keystore.Card{{Keystore: three.Keystore, Number: -1, Recipient: three.Recipient, Approval: three.Approval}}},
	} {
		err := operator.Reshare(t.Context(), w.path("custody.sock"), order, w.custodian(1), w.custodian(2))
		if !errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleCustodians}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range folderOf(t, w.path("keystore")) {
		if string(before[name]) != string(b) {
			t.Errorf("%s changed", name)
		}
	}
	// Fewer, and more.
	must(t, operator.Reshare(t.Context(), w.path("custody.sock"), wire.ReshareOrder{K: 1, N: 1}, w.custodian(1), w.custodian(2)))
	must(t, w.unsealedBy(w.custodian(1)))
	_, two := w.card("two", 2)
	must(t, operator.Reshare(t.Context(), w.path("custody.sock"), wire.ReshareOrder{K: 2, N: 2, Cards: []keystore.Card{two}}, w.custodian(1)))
	must(t, w.unsealedBy(w.custodian(1), w.path("two.key")))
}
