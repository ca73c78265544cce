package main

import (
	"context"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/crypto/passkey"
	"cloison/identity"
	"cloison/medical/vault"
)

// door asks keyholder how a person approves. Who has no handle approves nothing.
func (p parts) door(ctx context.Context, who act.Subject) (identity.Door, error) {
	if who.Handle.Reveal() == "" {
		return identity.Door{}, nil
	}
	door, err := p.keys.Passkeys(ctx, who.Handle.Reveal())
	return identity.Door{Asked: door.Asked, Keys: door.Keys}, vault.KeyError(err)
}

func (p parts) approvePasskey(ctx context.Context, nonce string, of identity.Account, a passkey.Assertion) ([]byte, error) {
	approval, err := p.keys.ApprovePasskey(ctx, keyholder.ApprovePasskeyArgs{Nonce: nonce, Issuer: of.Issuer, Subject: of.Subject, Assertion: a})
	if err != nil {
		return nil, vault.PasskeyError(err)
	}
	return p.vault.SealApproval(ctx, approval)
}
