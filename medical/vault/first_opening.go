package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
)

// ErrNotInspected: no byte of a content is given before its inspection has said that it may be.
var ErrNotInspected = errors.New("content was not inspected")

// ReasonContentMismatch: the content is not the one whose digest createDocument announced.
const ReasonContentMismatch = "CONTENT_MISMATCH"

// Pending says that no process saw the content whole when it was received: InspectFirst must come before any byte is given.
func (d *Document) Pending() bool { return d.document.Verdict == "" }

// Verdict is what the inspection said.
func (d *Document) Verdict() Verdict {
	return Verdict{Outcome: Outcome(d.document.Verdict), Reason: d.document.Reason}
}

// InspectFirst gives the opened content to the inspector, as the upload would have, and has the caller record in an act what it said. The
// handle that opens is the reader's: no job ever opens a dossier. Until record has succeeded the document gives nothing, and a refused one
// gives nothing ever (TestNothingIsServedBeforeItsFirstInspection).
func (d *Document) InspectFirst(ctx context.Context, record func(Verdict) error) error {
	verdict, err := d.inspect(ctx)
	if err != nil {
		return err
	}
	if err := record(verdict); err != nil {
		return err
	}
	d.document.Verdict, d.document.Reason = string(verdict.Outcome), verdict.Reason
	return d.servable()
}

func (d *Document) servable() error {
	switch Outcome(d.document.Verdict) {
	case Accept, Sanitised:
		return nil
	case Reject:
		return act.Deny(d.document.Reason)
	}
	return act.Wrap(act.Unavailable, "", fmt.Errorf("document %s: %w", d.document.ID, ErrNotInspected))
}

func (d *Document) inspect(ctx context.Context) (Verdict, error) {
	about, err := d.describe(ctx)
	if err != nil {
		return Verdict{}, err
	}
	inspection, sum := d.vault.o.Inspector.Begin(about), sha256.New()
	defer func() { _ = inspection.Close() }()
	if _, err := io.Copy(io.MultiWriter(sum, inspection), io.NewSectionReader(d, 0, d.Size())); err != nil {
		return Verdict{}, unfinishedInspection(d, err)
	}
	if !d.announced(about, sum) {
		return Verdict{Outcome: Reject, Reason: ReasonContentMismatch}, nil
	}
	verdict, err := inspection.Verdict()
	if err != nil || !verdict.valid() {
		return Verdict{}, unfinishedInspection(d, err)
	}
	return verdict, nil
}

// announced compares with both digests that may stand in sealed records: the one declared at first, and the one of the manifest.
func (d *Document) announced(about Inspected, sum hash.Hash) bool {
	if declared := about.Input.SHA256; declared != nil && *declared != hex.EncodeToString(sum.Sum(nil)) {
		return false
	}
	return len(d.manifest.SHA256) == 0 || bytes.Equal(d.manifest.SHA256, sum.Sum(nil))
}

func unfinishedInspection(d *Document, cause error) error {
	var known *act.Error // what is stored is not whole, or keyholder said no
	if errors.As(cause, &known) {
		return cause
	}
	return act.Wrap(act.Unavailable, "Cette pièce doit être contrôlée avant sa première ouverture, et ne peut pas l’être pour le moment. Recommencez dans un instant.",
		errors.Join(fmt.Errorf("inspecting document %s: %w", d.document.ID, ErrNotInspected), cause))
}

// describe is what an inspection is told of the document: the label serves none.
func (d *Document) describe(ctx context.Context) (Inspected, error) {
	input, err := d.Description(ctx)
	input.Label = ""
	return Inspected{Dossier: d.document.Dossier, Document: d.document.ID, Input: input}, err
}

// Description opens what createDocument sealed of the document, within the same reading.
func (d *Document) Description(ctx context.Context) (medical.DocumentInput, error) {
	var input medical.DocumentInput
	sealed, err := store.GetRecord(ctx, d.vault.o.Pool, d.document.Dossier, store.KindDocument, d.document.ID, 0)
	if err != nil {
		return input, err
	}
	_, err = d.vault.openAll(ctx, d.permit, []store.Record{sealed}, func(_ int, plain []byte) error {
		if err := json.Unmarshal(plain, &input); err != nil {
			return notWhole(fmt.Errorf("decoding the description of document %s: not of its shape", d.document.ID))
		}
		return nil
	})
	return input, err
}

// RecordInspection records in the transaction of an act what a first opening found. Two physicians may open at once: the first to come
// here is recorded. A refused content is set aside.
func (v *Vault) RecordInspection(ctx context.Context, tx *act.Tx, dossier, document, author string, found Verdict) (first bool, err error) {
	d, err := store.GetDocument(ctx, tx, dossier, document)
	if err != nil {
		return false, err
	}
	if d.Verdict != "" {
		return false, nil
	}
	if err := store.InsertInspection(ctx, tx, d, tx.Now, string(found.Outcome), found.Reason); err != nil {
		return false, err
	}
	if found.Outcome != Reject || d.Excluded.Reason != "" {
		return true, nil
	}
	return true, store.InsertExclusion(ctx, tx, d, store.Exclusion{At: tx.Now, Author: author, Reason: found.Reason})
}
