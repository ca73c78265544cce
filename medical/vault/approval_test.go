package vault_test

import (
	"bytes"
	"context"
	"testing"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/internal/secret"
	"cloison/medical/store"
	"cloison/medical/vault"
)

func TestApprovalRestsSealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	given := keyholder.Approval{ID: "approval_1-2", Act: "opinion.sign", Dossier: dossier, Digest: bytes.Repeat([]byte{0xd1}, 32),
		Draw: bytes.Repeat([]byte{0xd2}, 32), Token: secret.NewString("header.payload.signature"), IssuerKey: []byte(`{}`), At: start}
	rests, err := d.Vault.SealApproval(t.Context(), given)
	must(t, err)
	for _, part := range [][]byte{given.Digest, given.Draw, []byte("header.payload")} {
		if bytes.Contains(rests, part) || bytes.Contains(rests, []byte("0dHR0d")) { // base64 of the digest
			t.Error("a part of the approval rests in clear")
		}
	}
	kept, err := vault.ParseApproval(rests)
	must(t, err)
	if kept.ID != given.ID || !kept.At.Equal(given.At) {
		t.Errorf("kept %s at %v", kept.ID, kept.At)
	}
	d.do(t, act.System("relay"), act.Act{Action: "referral.receive", Object: act.Object{Kind: "dossier", ID: dossier}}, func(ctx context.Context, tx *act.Tx) error {
		return d.Vault.KeepApproval(ctx, tx, dossier, "med-12", kept)
	})
	r, err := store.GetRecord(t.Context(), d.Pool, dossier, store.KindApproval, given.ID, 0)
	must(t, err)
	if !bytes.Equal(r.HeaderDigest, kept.HeaderDigest) || !bytes.Equal(r.Sealed, kept.Sealed) {
		t.Error("the record is not what was sealed")
	}
}
