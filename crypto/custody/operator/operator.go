// Package operator is the custodians' side of custody.sock: it opens their
// shares and signs their orders, on their own machines, and sends keyholder
// nothing it could keep: a share goes sealed to one start of one process, a
// signature covers one order with one nonce.
//
// It trusts the keystore folder for where to send shares only as far as
// keyholder's socket agrees with it.
package operator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/hardware"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/frame"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

const callTimeout = 30 * time.Second

// Status asks keyholder how it is; sealed or not.
func Status(ctx context.Context, socket string) (wire.Status, error) {
	return call[wire.Status](ctx, socket, wire.OpStatus, keyholder.None{})
}

// Unseal gives the shares of the custodians whose key files are named, until
// keyholder is open. One that is open already is left alone.
func Unseal(ctx context.Context, socket, keystoreDir string, custodianFiles ...string) error {
	public, err := keystore.ReadPublic(keystoreDir)
	if err != nil {
		return err
	}
	status, err := Status(ctx, socket)
	if err != nil {
		return err
	}
	if !status.Sealed {
		return nil
	}
	if status.Keystore != public.ID {
		return fmt.Errorf("keyholder uses keystore %s, the folder is %s", status.Keystore, public.ID)
	}
	keys, err := readKeys(public.ID, custodianFiles)
	if err != nil {
		return err
	}
	for _, k := range keys {
		open, err := giveShare(ctx, socket, keystoreDir, public, status, k)
		if err != nil {
			return err
		}
		if open {
			return nil
		}
	}
	return fmt.Errorf("keyholder needs %d shares: %w", status.K, keystore.ErrNotEnoughShares)
}

func giveShare(ctx context.Context, socket, dir string, p keystore.Public, st wire.Status, k keystore.CustodianKey) (open bool, err error) {
	onDisk, err := keystore.ReadShare(dir, p, k.Number)
	if err != nil {
		return false, err
	}
	share, err := k.SealShare(p, onDisk, st.Start, st.Recipient)
	if err != nil {
		return false, fmt.Errorf("preparing share %d: %w", k.Number, err)
	}
	reply, err := call[wire.UnsealReply](ctx, socket, wire.OpUnseal, wire.UnsealArgs{Share: share})
	if err != nil {
		return false, fmt.Errorf("giving share %d: %w", k.Number, err)
	}
	return !reply.Sealed, nil
}

// Seal orders keyholder to replace itself by a sealed process.
func Seal(ctx context.Context, socket string) error {
	_, err := call[keyholder.None](ctx, socket, wire.OpSeal, keyholder.None{})
	return err
}

// SetRoster replaces the roster, with the signatures of the custodians whose key
// files are named. Every open session ends.
func SetRoster(ctx context.Context, socket string, roster wire.Roster, custodianFiles ...string) error {
	if err := roster.Valid(); err != nil {
		return err
	}
	return order(ctx, socket, wire.OpSetRoster, roster, custodianFiles, func(q wire.Quorum) any {
		return wire.SetRosterArgs{Roster: roster, Quorum: q}
	})
}

// SetBudget replaces the budgets.
func SetBudget(ctx context.Context, socket string, budgets wire.Budgets, custodianFiles ...string) error {
	return order(ctx, socket, wire.OpSetBudget, budgets, custodianFiles, func(q wire.Quorum) any {
		return wire.SetBudgetArgs{Budgets: budgets, Quorum: q}
	})
}

// Shred writes a tombstone: the dossier never opens again.
func Shred(ctx context.Context, socket, dossier, visa string, custodianFiles ...string) error {
	content := wire.ShredOrder{Dossier: dossier, Visa: visa}
	return order(ctx, socket, wire.OpShred, content, custodianFiles, func(q wire.Quorum) any {
		return wire.ShredArgs{Dossier: dossier, Visa: visa, Quorum: q}
	})
}

// Destroy ends an epoch.
func Destroy(ctx context.Context, socket, epoch string, custodianFiles ...string) error {
	return order(ctx, socket, wire.OpDestroy, wire.DestroyOrder{Epoch: epoch}, custodianFiles, func(q wire.Quorum) any {
		return wire.DestroyArgs{Epoch: epoch, Quorum: q}
	})
}

// NewEpoch makes an epoch the current one.
func NewEpoch(ctx context.Context, socket, epoch, recovery string, custodianFiles ...string) error {
	content := wire.NewEpochOrder{Epoch: epoch, Recovery: recovery}
	return order(ctx, socket, wire.OpNewEpoch, content, custodianFiles, func(q wire.Quorum) any {
		return wire.NewEpochArgs{Epoch: epoch, Recovery: recovery, Quorum: q}
	})
}

// order draws a nonce, has the custodians sign, and sends.
func order(ctx context.Context, socket, op string, content any, custodianFiles []string, args func(wire.Quorum) any) error {
	status, err := Status(ctx, socket)
	if err != nil {
		return err
	}
	keys, err := readKeys(status.Keystore, custodianFiles)
	if err != nil {
		return err
	}
	drawn, err := call[wire.DrawReply](ctx, socket, wire.OpDraw, keyholder.None{})
	if err != nil {
		return err
	}
	message, err := wire.Order(status.Keystore, op, content, drawn.Nonce)
	if err != nil {
		return err
	}
	q := wire.Quorum{Nonce: drawn.Nonce}
	for _, k := range keys {
		q.Signatures = append(q.Signatures, wire.Signature{Custodian: k.Number, Value: k.Sign(message)})
	}
	_, err = call[keyholder.None](ctx, socket, op, args(q))
	return err
}

func readKeys(keystoreID string, files []string) ([]keystore.CustodianKey, error) {
	if len(files) == 0 {
		return nil, errors.New("no custodian key file is named")
	}
	var keys []keystore.CustodianKey
	for _, path := range files {
		k, err := hardware.ReadKey(path)
		if err != nil {
			return nil, err
		}
		if k.Keystore != keystoreID {
			return nil, fmt.Errorf("custodian key %d is of another keystore", k.Number)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func call[Reply any](ctx context.Context, socket, op string, args any) (Reply, error) {
	var reply Reply
	raw, err := canonical.Marshal(args)
	if err != nil {
		return reply, err
	}
	resp, err := exchange(ctx, socket, keyholder.Request{Op: op, Args: raw})
	if err != nil {
		return reply, fmt.Errorf("calling keyholder %s: %w: %w", op, keyholder.ErrUnavailable, err)
	}
	if err := resp.Failure.Err(); err != nil {
		return reply, err
	}
	return reply, canonical.Unmarshal(resp.Reply, &reply)
}

func exchange(ctx context.Context, socket string, req keyholder.Request) (resp keyholder.Response, err error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return resp, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(clock.Deadline(callTimeout)); err != nil {
		return resp, err
	}
	if err := frame.Write(conn, req); err != nil {
		return resp, err
	}
	return resp, frame.Read(conn, &resp)
}
