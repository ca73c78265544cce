package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/medical/store"
)

// Approval is an author's approval between his step-up and his signature. The whole of it (token, issuer's key, digest and draw) is sealed
// to the dossier at once: with the draw, the digest of an opinion could be guessed from the nonce (TestApprovalRestsSealed).
type Approval struct {
	ID           string    `json:"id"`
	At           time.Time `json:"at"`
	Sealed       []byte    `json:"sealed"`
	HeaderDigest []byte    `json:"header_digest"`
}

// SealApproval seals what keyholder answered. Nothing is recorded yet: an approval that no signature takes ends with its session.
func (v *Vault) SealApproval(ctx context.Context, a keyholder.Approval) ([]byte, error) {
	if a.Act == keyholder.ActBudget { // of no dossier: who approved what stands in keyholder's own record
		return json.Marshal(Approval{ID: a.ID, At: a.At})
	}
	archive, err := a.Archive()
	if err != nil {
		return nil, fmt.Errorf("encoding approval %s: %w", a.ID, err)
	}
	recipient, err := v.recipient(ctx, v.o.Pool, a.Dossier, store.Medical)
	if err != nil {
		return nil, err
	}
	sealed, digest, err := recipient.Record(v.context(a.Dossier, store.Medical, store.KindApproval, a.ID, approvalVersion), archive)
	if err != nil {
		return nil, fmt.Errorf("sealing approval %s: %w", a.ID, err)
	}
	return json.Marshal(Approval{ID: a.ID, At: a.At, Sealed: sealed, HeaderDigest: digest[:]})
}

// An approval is never written again.
const approvalVersion = 1

// ParseApproval reads what SealApproval wrote.
func ParseApproval(b []byte) (Approval, error) {
	var a Approval
	if err := json.Unmarshal(b, &a); err != nil || a.ID == "" {
		return Approval{}, fmt.Errorf("reading an approval: not of its shape")
	}
	return a, nil
}

// KeepApproval archives an approval with the act that it allowed: the row is insert-only, and its header stands in the entry.
func (v *Vault) KeepApproval(ctx context.Context, tx *act.Tx, dossier, author string, a Approval) error {
	header, err := envelope.Header(a.Sealed)
	if err != nil {
		return notWhole(fmt.Errorf("reading approval %s: %w", a.ID, err))
	}
	digest := envelope.HeaderDigest(header)
	tx.Digest(digest[:])
	return store.InsertRecord(ctx, tx, store.Record{
		Dossier: dossier, Compartment: store.Medical, Kind: store.KindApproval, ID: a.ID, Version: approvalVersion, Author: author,
		WrittenAt: tx.Now, HeaderDigest: digest[:], Sealed: a.Sealed,
	})
}
