package custody_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"cloison/crypto/custody"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
)

func (w *world) newEpoch(name string) {
	w.t.Helper()
	recovery, err := keystore.NewRecovery(w.path("recovery-" + name + ".key"))
	must(w.t, err)
	must(w.t, operator.NewEpoch(w.t.Context(), w.path("custody.sock"), name, recovery, w.custodian(1), w.custodian(2)))
}

// ended waits for a keyholder that ended itself, and starts it again.
func (w *world) again() {
	w.t.Helper()
	if err := <-w.ended; !errors.Is(err, custody.ErrSeal) {
		w.t.Fatalf("keyholder ended with %v", err)
	}
	w.startup()
	w.unseal()
}

func rewrapItem(d sealedDossier) keyholder.RewrapItem {
	return keyholder.RewrapItem{Dossier: d.id, Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped}
}

// A new epoch: old identities open, are wrapped to the new one, and once the old one is destroyed only those do, in this process, in the
// next, and with the keystore's file.
func TestADestroyedEpochOpensNothing(t *testing.T) {
	t.Parallel()
	w := opened(t)
	socket := w.path("custody.sock")
	moved, left := w.dossier("d1"), w.dossier("d2")
	w.newEpoch("2027")
	a := w.signIn("med-a")
	for _, d := range []sealedDossier{moved, left} {
		_, err := w.openMedical(a, d)
		must(t, err)
	}
	rows, err := w.Rewrap(t.Context(), []keyholder.RewrapItem{rewrapItem(moved)})
	must(t, err)
	if rows[0].Epoch != "2027" || rows[0].Recipient != moved.keys.Medical.Recipient {
		t.Fatalf("wrapped to %s, recipient kept: %v", rows[0].Epoch, rows[0].Recipient == moved.keys.Medical.Recipient)
	}
	moved.keys.Medical = rows[0]
	recipients, err := w.Check(t.Context(), []keyholder.RewrapItem{rewrapItem(moved)})
	must(t, err)
	if recipients[0] != moved.keys.Medical.Recipient {
		t.Error("another recipient is read back")
	}

	wantRule(t, operator.Destroy(t.Context(), socket, "2026", w.custodian(1)), wire.RuleQuorum)
	wantRule(t, operator.Destroy(t.Context(), socket, "2027", w.custodian(1), w.custodian(2)), wire.RuleEpochInUse)
	must(t, operator.Destroy(t.Context(), socket, "2026", w.custodian(1), w.custodian(2)))
	w.again()
	for range 2 {
		a = w.signIn("med-a")
		_, err = w.openMedical(a, moved)
		must(t, err)
		_, err = w.openMedical(a, left)
		wantRule(t, err, keyholder.RuleWrapped)
		_, err = w.Rewrap(t.Context(), []keyholder.RewrapItem{rewrapItem(left)})
		wantRule(t, err, keyholder.RuleWrapped)
		_, err = w.Check(t.Context(), []keyholder.RewrapItem{rewrapItem(left)})
		wantRule(t, err, keyholder.RuleWrapped)
		w.restart()
	}
	// Said again, as after a kill, it is done; its name never serves again.
	must(t, operator.Destroy(t.Context(), socket, "2026", w.custodian(1), w.custodian(2)))
	recovery, err := keystore.NewRecovery(w.path("recovery-again.key"))
	must(t, err)
	for _, name := range []string{"2026", "2027", "an epoch", ""} {
		wantRule(t, operator.NewEpoch(t.Context(), socket, name, recovery, w.custodian(1), w.custodian(2)), wire.RuleEpochExists)
	}
	wantRule(t, operator.NewEpoch(t.Context(), socket, "2028", "age1notarecipient", w.custodian(1), w.custodian(2)), wire.RuleEpochExists)
	wantRule(t, operator.NewEpoch(t.Context(), socket, "2028", recovery, w.custodian(1)), wire.RuleQuorum)
}

// Killed between any two files of a change of epochs, the keystore is the old one or the new one, whole.
func TestAChangeOfEpochsIsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d := w.dossier("d1")
	before := folderOf(t, w.path("keystore"))
	w.newEpoch("2027")
	w.shutdown()
	after := folderOf(t, w.path("keystore"))
	for name, c := range map[string]struct {
		files map[string][]byte
		epoch string
	}{
		"the sealed file stands beside": {with(before, "sealed-next.age", after["sealed.age"]), "2026"},
		"the description is changed":    {with(with(before, "sealed-next.age", after["sealed.age"]), "keystore.json", after["keystore.json"]), "2027"},
		"all is done":                   {after, "2027"},
	} {
		restore(t, w.path("keystore"), c.files)
		w.startup()
		w.unseal()
		st, err := w.Status(t.Context())
		must(t, err)
		if st.Epoch != c.epoch {
			t.Errorf("%s: epoch %s, want %s", name, st.Epoch, c.epoch)
		}
		if _, err := w.openMedical(w.signIn("med-a"), d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		w.shutdown()
	}
	// A description without the sealed file that it belongs to is no keystore.
	restore(t, w.path("keystore"), with(before, "keystore.json", after["keystore.json"]))
	w.startup()
	wantRule(t, operator.Unseal(t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(1), w.custodian(2)), wire.RuleKeystore)
}

func folderOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	files := map[string][]byte{}
	for _, e := range entries {
		files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
	}
	return files
}

func with(files map[string][]byte, name string, content []byte) map[string][]byte {
	out := map[string][]byte{name: content}
	for n, b := range files {
		if n != name {
			out[n] = b
		}
	}
	return out
}

func restore(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	must(t, os.RemoveAll(dir))
	must(t, os.Mkdir(dir, 0o700))
	for name, b := range files {
		must(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
}

// keyholder's own folder too is restored from before a shredding: the copy of the tombstones, kept elsewhere, says what was destroyed.
func TestARestoredKeyholderIsToldWhatWasDestroyed(t *testing.T) {
	t.Parallel()
	w := opened(t)
	socket := w.path("custody.sock")
	d, other := w.dossier("d1"), w.dossier("d2")
	backup := folderOf(t, w.path("state"))
	must(t, operator.Shred(t.Context(), socket, "d1", "visa-7", w.custodian(1), w.custodian(2)))
	kept, err := operator.Tombstones(t.Context(), socket)
	must(t, err)
	if len(kept) != 1 || kept[0].Dossier != "d1" {
		t.Fatalf("kept %+v", kept)
	}
	w.shutdown()
	restore(t, w.path("state"), backup)
	w.startup()
	w.unseal()
	if _, err := w.openMedical(w.signIn("med-a"), d); err != nil {
		t.Fatalf("the backup is not from before: %v", err)
	}
	forged := kept[0]
	forged.Dossier = "d2"
	_, err = operator.Replay(t.Context(), socket, []wire.Tombstone{kept[0], forged})
	wantRule(t, err, wire.RuleQuorum) // all or none
	alone := kept[0]
	alone.Quorum.Signatures, alone.Mark = alone.Quorum.Signatures[:1], nil
	_, err = operator.Replay(t.Context(), socket, []wire.Tombstone{alone})
	wantRule(t, err, wire.RuleQuorum)
	for _, fresh := range []int{1, 0} {
		got, err := operator.Replay(t.Context(), socket, kept)
		must(t, err)
		if got != fresh {
			t.Errorf("%d were new, want %d", got, fresh)
		}
	}
	for range 2 {
		a := w.signIn("med-a")
		_, err = w.openMedical(a, d)
		wantRule(t, err, keyholder.RuleShredded)
		_, err = w.openMedical(a, other)
		must(t, err)
		w.restart()
	}
	again, err := operator.Tombstones(t.Context(), socket)
	must(t, err)
	if len(again) != 1 {
		t.Errorf("%d tombstones after it", len(again))
	}
}
