package custody_test

import (
	"os"
	"testing"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// The keystore's folder and every custodian are gone. A new keystore, with the recovery identity from the safe, opens and moves what the lost one
// wrapped; once the adopted epoch is destroyed, only what was moved opens.
func TestALostKeystoreIsRecoveredFromTheSafe(t *testing.T) {
	t.Parallel()
	lost, w := opened(t), newWorld(t)
	moved, left := lost.dossier("d1"), lost.dossier("d2")
	public, err := keystore.ReadPublic(lost.path("keystore"))
	must(t, err)
	recovery := lost.path("recovery.key")
	w.initEpoch("2026b")
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	socket := w.path("custody.sock")
	_, err = w.openMedical(w.signIn("med-a"), moved)
	wantRule(t, err, keyholder.RuleWrapped)

	wantRule(t, operator.Adopt(t.Context(), socket, "2026", recovery, public.Recipients, w.custodian(1)), wire.RuleQuorum)
	wantRule(t, operator.Adopt(t.Context(), socket, "2026b", recovery, public.Recipients, w.custodian(1), w.custodian(2)), wire.RuleEpochExists)
	own, err := keystore.ReadPublic(w.path("keystore"))
	must(t, err)
	wantRule(t, operator.Adopt(t.Context(), socket, "2026", recovery, own.Recipients, w.custodian(1), w.custodian(2)), wire.RuleEpochExists)
	w.adoptWrongly(recovery, public)
	must(t, operator.Adopt(t.Context(), socket, "2026", recovery, public.Recipients, w.custodian(1), w.custodian(2)))

	for range 2 {
		_, err = w.openMedical(w.signIn("med-a"), moved)
		must(t, err)
		w.restart()
	}
	rows, err := w.Rewrap(t.Context(), []keyholder.RewrapItem{rewrapItem(moved)})
	must(t, err)
	if rows[0].Epoch != "2026b" || rows[0].Recipient != moved.keys.Medical.Recipient {
		t.Fatalf("wrapped to %s", rows[0].Epoch)
	}
	moved.keys.Medical = rows[0]
	must(t, operator.Destroy(t.Context(), socket, "2026", w.custodian(1), w.custodian(2)))
	w.again()
	_, err = w.openMedical(w.signIn("med-a"), moved)
	must(t, err)
	_, err = w.openMedical(w.signIn("med-a"), left)
	wantRule(t, err, keyholder.RuleWrapped)
}

// adoptWrongly: what k custodians signed is for one recipient, one signing key and one start; a forged row of that epoch opens nothing.
func (w *world) adoptWrongly(recovery string, lost keystore.Public) {
	t := w.t
	t.Helper()
	socket := w.path("custody.sock")
	st, err := operator.Status(t.Context(), socket)
	must(t, err)
	sealed, recipient, err := keystore.SealRecovery(recovery, st.Keystore, "another start", "2026", st.Recipient)
	must(t, err)
	other, err := keystore.NewRecovery(w.path("other.key"))
	must(t, err)
	right, _, err := keystore.SealRecovery(recovery, st.Keystore, st.Start, "2026", st.Recipient)
	must(t, err)
	for name, a := range map[string]wire.AdoptArgs{
		"of another start":   {AdoptOrder: wire.AdoptOrder{Epoch: "2026", Recipient: recipient, Signer: lost.Recipients}, Sealed: sealed},
		"another identity":   {AdoptOrder: wire.AdoptOrder{Epoch: "2026", Recipient: other, Signer: lost.Recipients}, Sealed: right},
		"for another epoch":  {AdoptOrder: wire.AdoptOrder{Epoch: "2025", Recipient: recipient, Signer: lost.Recipients}, Sealed: right},
		"nothing in it":      {AdoptOrder: wire.AdoptOrder{Epoch: "2026", Recipient: recipient, Signer: lost.Recipients}},
		"sealed to no start": {AdoptOrder: wire.AdoptOrder{Epoch: "2026", Recipient: recipient, Signer: lost.Recipients}, Sealed: []byte("age")},
	} {
		t.Run(name, func(t *testing.T) {
			var none keyholder.None
			a.Quorum = w.quorum(wire.OpAdopt, a.AdoptOrder)
			wantRule(t, raw(t, socket, wire.OpAdopt, a, &none), wire.RuleRecovery)
		})
	}
}

// quorum signs an order as custodians 1 and 2.
func (w *world) quorum(op string, content any) wire.Quorum {
	t := w.t
	t.Helper()
	socket := w.path("custody.sock")
	st, err := operator.Status(t.Context(), socket)
	must(t, err)
	var drawn wire.DrawReply
	must(t, raw(t, socket, wire.OpDraw, keyholder.None{}, &drawn))
	message, err := wire.Order(st.Keystore, op, content, drawn.Nonce)
	must(t, err)
	q := wire.Quorum{Nonce: drawn.Nonce}
	for n := 1; n <= 2; n++ {
		key, err := keystore.ReadCustodianKey(w.custodian(n))
		must(t, err)
		q.Signatures = append(q.Signatures, wire.Signature{Custodian: n, Value: key.Sign(message)})
	}
	return q
}

// initEpoch makes the world's keystore anew, with another first epoch.
func (w *world) initEpoch(name string) {
	w.t.Helper()
	for _, old := range []string{"keystore", "custodians", "recovery.key"} {
		must(w.t, os.RemoveAll(w.path(old)))
	}
	must(w.t, keystore.Init(w.path("keystore"), keystore.Options{Environment: "test", Zone: "medical", Epoch: name, N: 3, K: 2,
		Custodians: w.path("custodians"), Recovery: w.path("recovery.key")}))
}
