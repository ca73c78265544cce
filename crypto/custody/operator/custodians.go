package operator

import (
	"context"
	"crypto/ed25519"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
)

// Reshare deals new shares to n custodians, k of whom open from then on.
func Reshare(ctx context.Context, socket string, content wire.ReshareOrder, custodianFiles ...string) error {
	return order(ctx, socket, wire.OpReshare, content, custodianFiles, func(q wire.Quorum) any {
		return wire.ReshareArgs{ReshareOrder: content, Quorum: q}
	})
}

// Adopt gives keyholder the recovery identity of an epoch of a lost keystore, sealed to this start of it.
func Adopt(ctx context.Context, socket, epoch, recoveryFile string, signer ed25519.PublicKey, custodianFiles ...string) error {
	status, err := Status(ctx, socket)
	if err != nil {
		return err
	}
	sealed, recipient, err := keystore.SealRecovery(recoveryFile, status.Keystore, status.Start, epoch, status.Recipient)
	if err != nil {
		return err
	}
	content := wire.AdoptOrder{Epoch: epoch, Recipient: recipient, Signer: signer}
	return order(ctx, socket, wire.OpAdopt, content, custodianFiles, func(q wire.Quorum) any {
		return wire.AdoptArgs{AdoptOrder: content, Sealed: sealed, Quorum: q}
	})
}
