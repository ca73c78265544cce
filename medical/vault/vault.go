// Package vault puts sealed bytes into a dossier and takes them out against a permit. It is the only importer of crypto/open.
//
// It protects what medical secrecy covers (L. 1110-4 CSP) from whoever reaches the database or the store: only ciphertext rests there,
// a record goes only to a recipient that keyholder signed for that very dossier, and nothing is opened
//
//   - without a permit, whose intent package act has committed, and which opens once (TestPermitOpensOnce);
//   - whose age header no act has recorded: a file freshly sealed by a database administrator has none (TestStoredBytesAreNotTrusted);
//   - that was sealed for another dossier, kind, id, version or part (TestStoredBytesAreNotTrusted).
//
// It trusts keyholder for who may have a file key, and act for who was allowed. It keeps no key and writes no plaintext anywhere.
package vault

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/crypto/seal"
	"cloison/internal/db"
	"cloison/medical/store"
)

// Keyholder is what the vault asks of it; *keyholder.Client is one.
type Keyholder interface {
	CreateDossier(ctx context.Context, id string) (keyholder.Keys, error)
	Open(ctx context.Context, req keyholder.OpenRequest) (keyholder.OpenReply, error)
}

// Options of a vault; all but Inspector are required.
type Options struct {
	Keys         Keyholder
	RecipientKey ed25519.PublicKey // keyholder's public key for recipients, pinned by configuration
	Objects      Objects           // where the parts of documents rest
	Pool         *pgxpool.Pool
	Zone         string
	Inspector    Inspector // of contents; nil accepts all
}

// Vault is safe for concurrent use.
type Vault struct {
	o       Options
	live    live
	watched watch
}

// New checks the options: a vault without its pinned key would seal to anybody.
func New(o Options) (*Vault, error) {
	if o.Keys == nil || o.Objects == nil || o.Pool == nil || o.Zone == "" || len(o.RecipientKey) != ed25519.PublicKeySize {
		return nil, errors.New("making the vault: an option is missing")
	}
	if o.Inspector == nil {
		o.Inspector = acceptAll{}
	}
	return &Vault{o: o}, nil
}

// CreateKeys has keyholder make the two identities of a new dossier and records them. What is not committed is nothing.
func (v *Vault) CreateKeys(ctx context.Context, tx *act.Tx, dossier string) error {
	keys, err := v.o.Keys.CreateDossier(ctx, dossier)
	if err != nil {
		return openError(fmt.Errorf("making the identities of dossier %s: %w", dossier, err))
	}
	rows := []store.Key{row(store.Civil, keys.Civil), row(store.Medical, keys.Medical)}
	for _, k := range rows {
		if _, err := v.check(dossier, k); err != nil {
			return err
		}
	}
	return store.InsertKeys(ctx, tx, dossier, rows, tx.Now)
}

func row(compartment string, c keyholder.Compartment) store.Key {
	return store.Key{Compartment: compartment, Epoch: c.Epoch, Recipient: c.Recipient, Signature: c.Signature, Wrapped: c.Wrapped}
}

// recipient is a compartment's, checked against the pinned key: a row that a database administrator replaced is refused
// (TestSwappedRecipientIsRefused).
func (v *Vault) recipient(ctx context.Context, q db.Querier, dossier, compartment string) (seal.Recipient, error) {
	k, err := store.GetKey(ctx, q, dossier, compartment)
	if err != nil {
		return seal.Recipient{}, err
	}
	return v.check(dossier, k)
}

func (v *Vault) check(dossier string, k store.Key) (seal.Recipient, error) {
	r, err := seal.CheckRecipient(v.o.RecipientKey, v.o.Zone, dossier, k.Compartment,
		seal.Compartment{Recipient: k.Recipient, Signature: k.Signature, Wrapped: k.Wrapped, Epoch: k.Epoch})
	if err != nil {
		return seal.Recipient{}, notWhole(err)
	}
	return r, nil
}

// Sealing is one thing to seal: the next version of a record.
type Sealing struct {
	Dossier, Compartment, Kind, ID string
	Author                         string // opaque person id, or a system subject
	Plain                          []byte
}

func (v *Vault) context(dossier, compartment, kind, id string, version int) envelope.Context {
	return envelope.Context{Zone: v.o.Zone, Dossier: dossier, Compartment: compartment, Kind: kind, ID: id, Version: version}
}

// SealRecord seals the next version of a record for its dossier, adds the digest of its header to the entry of the act, and inserts the
// row: all or nothing. It answers that digest, which the approval of a report is bound to. The dossier is locked by the act, so versions
// follow one another; two writers without that lock break constraint records_pkey.
func (v *Vault) SealRecord(ctx context.Context, tx *act.Tx, s Sealing) (headerDigest []byte, err error) {
	recipient, err := v.recipient(ctx, tx, s.Dossier, s.Compartment)
	if err != nil {
		return nil, err
	}
	version, err := store.NextVersion(ctx, tx, s.Dossier, s.Kind, s.ID)
	if err != nil {
		return nil, err
	}
	sealed, digest, err := recipient.Record(v.context(s.Dossier, s.Compartment, s.Kind, s.ID, version), s.Plain)
	if err != nil {
		return nil, fmt.Errorf("sealing %s %s: %w", s.Kind, s.ID, err)
	}
	tx.Digest(digest[:])
	return digest[:], store.InsertRecord(ctx, tx, store.Record{
		Dossier: s.Dossier, Compartment: s.Compartment, Kind: s.Kind, ID: s.ID, Version: version, Author: s.Author,
		WrittenAt: tx.Now, HeaderDigest: digest[:], Sealed: sealed,
	})
}
