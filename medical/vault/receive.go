package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/crypto/envelope"
	"cloison/crypto/seal"
	"cloison/medical/store"
)

// KindPart is the kind that a part of a document is sealed as.
const KindPart = "part"

// documentVersion: a document's content has one version; another content is another document.
const documentVersion = 1

// Upload is one call that sends content of a document: from Offset on, which must be where the recorded parts end.
type Upload struct {
	Dossier, Document string
	Offset            int64
	Complete          bool   // the content ends with this call
	SHA256            []byte // of the bytes of this call; may be empty

	// Act does fn in an act of whoever sends, decided anew: each whole part is recorded in one, with the digest of its header in the entry.
	Act func(ctx context.Context, fn func(context.Context, *act.Tx) error) error
}

// Progress is how far the content of a document has come.
type Progress struct {
	Offset   int64 // bytes that rest sealed: where the next call begins
	Complete bool
}

// Progress says it: a multiple of envelope.PartSize, or the whole size.
func (v *Vault) Progress(ctx context.Context, dossier, document string) (Progress, error) {
	d, err := store.GetDocument(ctx, v.o.Pool, dossier, document)
	if err != nil {
		return Progress{}, err
	}
	if d.Complete() {
		return Progress{Offset: d.Size, Complete: true}, nil
	}
	parts, err := store.FindReceivedParts(ctx, v.o.Pool, document)
	return Progress{Offset: int64(len(parts)) * envelope.PartSize}, err
}

// Received is what one call brought: its whole parts are recorded, one by one; where the call completes the document, Complete records that
// inside an act. Close must be called: it removes from the store what no row bears.
type Received struct {
	vault    *Vault
	document store.Document
	upload   string
	complete bool
	parts    []store.Part // all of the document so far; recorded but for a last one that is not whole
	recorded int          // how many of them are
	first    int          // index of the first part of this call
	look     *look
	buffers  buffers
	verdict  *Verdict // nil when the content was not inspected
	whole    bool     // Complete has recorded it; whether that was committed, the rows say
}

type recorder = func(ctx context.Context, fn func(context.Context, *act.Tx) error) error

// Receive reads content, seals it part by part and records each whole part as soon as it rests in the store: object written and fsynced,
// then row committed with its entry, then the next one read. It holds no connection while it reads: a slow sender locks nothing. Memory is what is read
// ahead of the sealing (ahead) and one chunk of 64 KiB.
//
// A call that is cut, or that ends without complete, keeps its whole parts and no more. One that lies (about the size, or the digest) has
// them destroyed, and the error says so in French. The caller has had the act decided; the document shows nothing before Complete.
func (v *Vault) Receive(ctx context.Context, u Upload, content io.Reader) (_ *Received, err error) {
	r, err := v.begin(ctx, u)
	if err != nil {
		return nil, uploadError(err)
	}
	recipient, err := v.recipient(ctx, v.o.Pool, r.document.Dossier, r.document.Compartment)
	if err == nil {
		err = r.read(ctx, recipient, u, content)
	}
	if err == nil {
		return r, nil
	}
	switch {
	case errors.Is(err, ErrDigest) && !errors.Is(err, errWhole):
		err = errors.Join(err, r.destroy(ctx, r.first))
	case errors.Is(err, ErrShort), errors.Is(err, ErrLong), errors.Is(err, ErrDigest), errors.Is(err, errRejected):
		err = errors.Join(err, r.destroy(ctx, 0))
	}
	return nil, uploadError(errors.Join(err, r.Close(ctx)))
}

// begin checks where the document stands, and records and marks the call before anything is written: whatever becomes of the process, a
// sweep finds what it left.
func (v *Vault) begin(ctx context.Context, u Upload) (*Received, error) {
	d, err := store.GetDocument(ctx, v.o.Pool, u.Dossier, u.Document)
	if err != nil {
		return nil, err
	}
	switch {
	case d.Complete():
		return nil, ErrComplete
	case d.Excluded.Reason != "":
		return nil, ErrExcluded
	}
	parts, err := store.FindReceivedParts(ctx, v.o.Pool, d.ID)
	if err != nil {
		return nil, err
	}
	r := &Received{vault: v, document: d, upload: newUpload(), complete: u.Complete, parts: parts, recorded: len(parts), first: len(parts)}
	if u.Offset != r.Offset() {
		return nil, &OffsetError{Offset: r.Offset()}
	}
	if err := v.open(ctx, r); err != nil {
		return nil, act.Wrap(act.Unavailable, "", err)
	}
	seen := v.watched.take(d.ID, r.Offset(), r.lastObject())
	if u.Offset == 0 {
		seen.begin(v.o.Inspector)
	}
	r.look = newLook(seen, len(u.SHA256) > 0)
	return r, nil
}

func (v *Vault) open(ctx context.Context, r *Received) error {
	v.live.add(r.upload)
	err := store.InsertUploadCall(ctx, v.o.Pool, r.document, r.upload)
	if err == nil {
		err = v.o.Objects.Begin(ctx, r.upload)
	}
	if err != nil {
		v.live.remove(r.upload)
	}
	return err
}

func newUpload() string {
	b := make([]byte, uploadDigits/2)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// Offset is how far the recorded parts reach. They are whole.
func (r *Received) Offset() int64 { return int64(r.recorded) * envelope.PartSize }

func (r *Received) lastObject() string {
	if r.recorded == 0 {
		return ""
	}
	return r.parts[r.recorded-1].Object
}

func (r *Received) read(ctx context.Context, recipient seal.Recipient, u Upload, content io.Reader) error {
	content = &sender{content}
	for more := true; more; {
		var err error
		if more, err = r.next(ctx, recipient, u.Act, content); err != nil {
			return err
		}
	}
	if len(u.SHA256) > 0 && !bytes.Equal(r.look.digest(), u.SHA256) {
		return ErrDigest
	}
	if !r.complete {
		return nil
	}
	return r.compare()
}

// next reads one part. It answers false at the end of the content; more bytes than declared are refused when they come, and fewer where the
// call says that it completes the document.
func (r *Received) next(ctx context.Context, recipient seal.Recipient, do recorder, content io.Reader) (more bool, err error) {
	first, err := peek(content)
	if err != nil {
		return false, err
	}
	index := len(r.parts)
	want := min(r.document.Size-int64(index)*envelope.PartSize, envelope.PartSize)
	switch {
	case want <= 0 && first != nil:
		return false, ErrLong
	case first == nil && want > 0 && r.complete:
		return false, ErrShort
	case first == nil:
		return false, nil
	}
	p, err := r.seal(ctx, recipient, index, want, io.MultiReader(bytes.NewReader(first), content))
	if err != nil {
		return false, err
	}
	if p.Size < want && r.complete {
		return false, ErrShort
	}
	if p.Size == envelope.PartSize {
		return true, r.record(ctx, do, p)
	}
	if p.Size == want && r.complete {
		r.parts = append(r.parts, p)
		return true, nil // to see that nothing follows
	}
	return r.tail(content, p.Size == want)
}

// tail is the end of a call that does not complete the document: what is less than a part is not kept. Bytes past the declared size are a
// lie all the same.
func (r *Received) tail(content io.Reader, all bool) (more bool, err error) {
	if !all {
		return false, nil
	}
	after, err := peek(content)
	if after != nil {
		return false, ErrLong
	}
	return false, err
}

// seal writes one part as an object of its own. Which part is the last follows from the declared size, so every part knows it before it is
// sealed, and a document that ends elsewhere than declared never becomes whole (TestUploadLies).
func (r *Received) seal(ctx context.Context, recipient seal.Recipient, index int, want int64, content io.Reader) (store.Part, error) {
	bound := r.vault.context(r.document.Dossier, r.document.Compartment, KindPart, r.document.ID, documentVersion)
	bound.Part, bound.Last = index, int64(index)*envelope.PartSize+want == r.document.Size
	p := store.Part{Index: index, Object: fmt.Sprintf("%s%016x", r.upload, index)}
	if r.buffers == nil {
		r.buffers = newBuffers(want) // a first part that is not whole is the only one
	}
	var digest [32]byte
	stored, err := r.vault.o.Objects.Create(ctx, p.Object, func(w io.Writer) (err error) {
		plain := readAhead(io.TeeReader(io.LimitReader(content, want), r.look), r.buffers)
		defer plain.end() // nothing is seen of the next part before this one is recorded
		p.Size, digest, err = recipient.Part(w, bound, plain)
		return err
	})
	if err != nil {
		return store.Part{}, unavailable(fmt.Errorf("receiving part %d of document %s: %w", index, r.document.ID, err))
	}
	p.Stored, p.HeaderDigest = stored, digest[:]
	return p, nil
}

// record acknowledges a whole part. A crash before the commit leaves an object that a sweep removes; after it, a part that the next call
// goes on from.
func (r *Received) record(ctx context.Context, do recorder, p store.Part) error {
	err := do(ctx, func(ctx context.Context, tx *act.Tx) error {
		tx.Digest(p.HeaderDigest)
		return uploadError(store.InsertReceivedPart(ctx, tx, r.document.ID, r.upload, p))
	})
	if err != nil {
		return unavailable(err)
	}
	r.parts = append(r.parts, p)
	r.recorded = len(r.parts)
	r.look.recorded(p.Object, p.Size)
	return nil
}

// compare holds what was seen against what createDocument declared, and asks the inspection. Where this process did not see all of it, both
// wait for the first opening.
func (r *Received) compare() error {
	if declared := r.look.sight.declared(); r.look.sum != nil && declared != nil && !bytes.Equal(r.look.sum.Sum(nil), declared) {
		return errors.Join(ErrDigest, errWhole)
	}
	if r.look.sight.inspection == nil {
		return nil
	}
	verdict, err := r.look.sight.inspection.Verdict()
	r.look.sight.blind() // it is asked once
	if err != nil || !verdict.valid() {
		return nil
	}
	if verdict.Outcome == Reject {
		return errors.Join(errRejected, act.Deny(verdict.Reason))
	}
	r.verdict = &verdict
	return nil
}

// Complete records in the transaction of the act that the content is whole: the parts, the sealed manifest that commits them (the second
// entry of a document), and what the inspection said. Where the call does not complete the document it records nothing.
func (r *Received) Complete(ctx context.Context, tx *act.Tx, author string) error {
	if !r.complete {
		return nil
	}
	if err := r.commit(ctx, tx, author); err != nil {
		return uploadError(err)
	}
	tx.SetItem(r.document.ID)
	return nil
}

func (r *Received) commit(ctx context.Context, tx *act.Tx, author string) error {
	v, d := r.vault, r.document
	manifest := envelope.Manifest{Size: d.Size}
	if r.look.sum != nil {
		manifest.SHA256 = r.look.sum.Sum(nil)
	}
	for i, p := range r.parts {
		if err := r.recordedByAnAct(ctx, tx, i); err != nil {
			return err
		}
		manifest.Parts = append(manifest.Parts, envelope.PartInfo{Index: p.Index, Size: p.Size, HeaderDigest: p.HeaderDigest})
	}
	content, err := manifest.Encode()
	if err != nil {
		return fmt.Errorf("encoding the manifest of document %s: %w", d.ID, err)
	}
	if err := store.CompleteDocument(ctx, tx, d, r.parts, author, tx.Now); err != nil {
		return err
	}
	if r.verdict != nil {
		if err := store.InsertInspection(ctx, tx, d, tx.Now, string(r.verdict.Outcome), r.verdict.Reason); err != nil {
			return err
		}
	}
	_, err = v.SealRecord(ctx, tx, Sealing{
		Dossier: d.Dossier, Compartment: d.Compartment, Kind: store.KindManifest, ID: d.ID, Author: author, Plain: content})
	r.whole = err == nil
	return err
}

// recordedByAnAct: a part that came with an earlier call is known from its row alone, which a database administrator can write; the manifest
// takes it only if its header stands in the log (TestAForgedPartDoesNotEnterTheManifest).
func (r *Received) recordedByAnAct(ctx context.Context, tx *act.Tx, i int) error {
	if i >= r.first {
		return nil
	}
	known, err := audit.HasDigest(ctx, tx, r.document.Dossier, r.parts[i].HeaderDigest)
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	if !known {
		return notWhole(fmt.Errorf("part %d of document %s: no act has recorded this header", i, r.document.ID))
	}
	return nil
}

// settleTime bounds the end of a call, which goes on when the request is gone.
const settleTime = 10 * time.Second

// Close ends the call: what no committed row bears is removed from the store. Where the database does not answer, the mark stays and a sweep
// does it.
func (r *Received) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	r.look.end()
	defer r.vault.live.remove(r.upload)
	if r.whole {
		r.look.sight.drop()
		r.vault.watched.forget(r.document.ID)
	} else {
		r.vault.watched.put(r.document.ID, r.look.sight)
	}
	return r.vault.settle(ctx, r.upload)
}

// peek reads one byte; nil at the end of the content, and where it breaks.
func peek(content io.Reader) ([]byte, error) {
	b := make([]byte, 1)
	_, err := io.ReadFull(content, b)
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return b, nil
}

// sender marks the errors of the one who sends: they say nothing of the store.
type sender struct{ io.Reader }

func (s *sender) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errors.Join(ErrCut, err)
	}
	return n, err
}
