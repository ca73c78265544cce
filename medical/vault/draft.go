package vault

import (
	"context"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/medical/store"
)

// SealDraft seals what was typed into a form over the author's draft before. s.ID is the form. The digest of its header is in the entry of the
// act, as for any record: keyholder's file keys are asked for nothing else.
func (v *Vault) SealDraft(ctx context.Context, tx *act.Tx, s Sealing) error {
	recipient, err := v.recipient(ctx, tx, s.Dossier, store.Medical)
	if err != nil {
		return err
	}
	version := 1
	before, err := store.GetDraft(ctx, tx, s.Dossier, s.ID, s.Author)
	switch {
	case err == nil:
		version = before.Version + 1
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	sealed, digest, err := recipient.Record(v.context(s.Dossier, store.Medical, store.KindDraft, draftID(s.ID, s.Author), version), s.Plain)
	if err != nil {
		return fmt.Errorf("sealing a draft: %w", err)
	}
	tx.Digest(digest[:])
	return store.SaveDraft(ctx, tx, store.Record{Dossier: s.Dossier, ID: s.ID, Version: version, Author: s.Author,
		WrittenAt: tx.Now, HeaderDigest: digest[:], Sealed: sealed})
}

// OpenDraft opens the permit's own subject's draft of a form: nobody asks for another's (TestADraftIsItsAuthorsAlone). It redeems and closes
// the permit as OpenRecords does.
func (v *Vault) OpenDraft(ctx context.Context, permit *act.Permit, form string, read func(plain []byte) error) error {
	if err := permit.Redeem(); err != nil {
		return err
	}
	n, err := v.openDraft(ctx, permit, form, read)
	return errors.Join(err, permit.Close(ctx, err == nil, n))
}

func (v *Vault) openDraft(ctx context.Context, permit *act.Permit, form string, read func(plain []byte) error) (int64, error) {
	if permit.Object().Kind != "dossier" || permit.Compartment() != store.Medical {
		return 0, errors.New("opening a draft: the permit is for something else")
	}
	author := permit.Subject().ID
	r, err := store.GetDraft(ctx, v.o.Pool, permit.Object().ID, form, author)
	if err != nil {
		return 0, err
	}
	r.ID = draftID(form, author)
	return v.openAll(ctx, permit, []store.Record{r}, func(_ int, plain []byte) error { return read(plain) })
}

// draftID binds a draft to its form and author.
func draftID(form, author string) string { return form + "-" + author }
