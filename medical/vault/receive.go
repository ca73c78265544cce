package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/crypto/seal"
	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
)

// KindPart is the kind that a part of a document is sealed as.
const KindPart = "part"

// documentVersion: a document's content has one version; another content is another document.
const documentVersion = 1

// NewDocument is a document that is announced.
type NewDocument struct {
	Dossier, Author string
	Input           medical.DocumentInput
}

// BeginDocument records a document before its content, with its sealed description (label, declared name, media type, kind): the first of
// its two entries. All documents are in the medical compartment: a label or a file name alone can say what the illness is.
func (v *Vault) BeginDocument(ctx context.Context, tx *act.Tx, n NewDocument) (id string, err error) {
	description, err := json.Marshal(n.Input)
	if err != nil {
		return "", fmt.Errorf("encoding the description of a document of dossier %s: %w", n.Dossier, err)
	}
	id = store.NewID()
	err = store.InsertDocument(ctx, tx, store.Document{
		ID: id, Dossier: n.Dossier, Compartment: store.Medical, Author: n.Author, Size: n.Input.Size, BegunAt: tx.Now})
	if err != nil {
		return "", err
	}
	tx.SetItem(id)
	_, err = v.SealRecord(ctx, tx, Sealing{
		Dossier: n.Dossier, Compartment: store.Medical, Kind: store.KindDocument, ID: id, Author: n.Author, Plain: description})
	return id, err
}

// Upload is the content of a document that was begun, as declared. SHA256 may be empty.
type Upload struct {
	Dossier, Document string
	SHA256            []byte
}

// Received is content that rests in the store, sealed, and that no row names yet. Either Complete records it inside an act, or Close
// destroys it.
type Received struct {
	vault     *Vault
	document  store.Document
	upload    string
	parts     []store.Part
	sum       []byte
	completed bool // rows were written: only the commit's outcome, or the next start, decides
}

// Receive reads the content of a document to its declared size, seals it part by part, and writes the parts durably. It takes no
// transaction and holds no connection while it reads: a slow sender locks nothing. Memory is one chunk of 64 KiB and its buffers.
// The caller has had the act decided; nothing is visible before Complete. On error, and on any lie about size or digest, the parts are
// destroyed and the error says so in French.
func (v *Vault) Receive(ctx context.Context, u Upload, content io.Reader) (_ *Received, err error) {
	d, err := store.GetDocument(ctx, v.o.Pool, u.Dossier, u.Document)
	if err != nil {
		return nil, err
	}
	if d.Complete() {
		return nil, uploadError(ErrComplete)
	}
	recipient, err := v.recipient(ctx, v.o.Pool, d.Dossier, d.Compartment)
	if err != nil {
		return nil, err
	}
	r := &Received{vault: v, document: d, upload: newUpload()}
	if err := v.o.Objects.Begin(ctx, r.upload); err != nil {
		return nil, act.Wrap(act.Unavailable, "", err)
	}
	defer func() {
		if err != nil {
			err = uploadError(errors.Join(err, r.Close(ctx)))
		}
	}()
	return r, r.read(ctx, recipient, content, u.SHA256)
}

func newUpload() string {
	b := make([]byte, uploadDigits/2)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

func (r *Received) read(ctx context.Context, recipient seal.Recipient, content io.Reader, declared []byte) error {
	whole := sha256.New()
	count := int(max(1, (r.document.Size+envelope.PartSize-1)/envelope.PartSize))
	for i := range count {
		want := min(r.document.Size-int64(i)*envelope.PartSize, envelope.PartSize)
		if err := r.part(ctx, recipient, i, i == count-1, io.TeeReader(io.LimitReader(content, want), whole), want); err != nil {
			return err
		}
	}
	if err := atEnd(content); err != nil {
		return err
	}
	return r.compare(whole, declared)
}

func (r *Received) part(ctx context.Context, recipient seal.Recipient, i int, last bool, content io.Reader, want int64) error {
	bound := r.vault.context(r.document.Dossier, r.document.Compartment, KindPart, r.document.ID, documentVersion)
	bound.Part, bound.Last = i, last
	p := store.Part{Index: i, Object: fmt.Sprintf("%s%016x", r.upload, i)}
	var digest [32]byte
	stored, err := r.vault.o.Objects.Create(ctx, p.Object, func(w io.Writer) (err error) {
		p.Size, digest, err = recipient.Part(w, bound, content)
		if err == nil && p.Size != want {
			err = ErrShort
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("receiving part %d of document %s: %w", i, r.document.ID, err)
	}
	p.Stored, p.HeaderDigest = stored, digest[:]
	r.parts = append(r.parts, p)
	return nil
}

// atEnd refuses one byte more than declared.
func atEnd(content io.Reader) error {
	n, err := io.ReadFull(content, make([]byte, 1))
	switch {
	case n > 0:
		return ErrLong
	case err != nil && !errors.Is(err, io.EOF):
		return fmt.Errorf("reading the end of the content: %w", err)
	}
	return nil
}

func (r *Received) compare(whole hash.Hash, declared []byte) error {
	r.sum = whole.Sum(nil)
	if len(declared) > 0 && !bytes.Equal(r.sum, declared) {
		return ErrDigest
	}
	return nil
}

// Complete records the parts, with the sealed manifest that commits them, in the transaction of the act: the second entry of a document.
// It must be the last thing of fn that can fail, and is called once.
func (r *Received) Complete(ctx context.Context, tx *act.Tx, author string) error {
	v, d := r.vault, r.document
	manifest := envelope.Manifest{Size: d.Size, SHA256: r.sum}
	for _, p := range r.parts {
		manifest.Parts = append(manifest.Parts, envelope.PartInfo{Index: p.Index, Size: p.Size, HeaderDigest: p.HeaderDigest})
	}
	content, err := manifest.Encode()
	if err != nil {
		return fmt.Errorf("encoding the manifest of document %s: %w", d.ID, err)
	}
	if err := store.CompleteDocument(ctx, tx, d, r.parts, author, tx.Now); err != nil {
		if name, ok := db.Constraint(err); ok && name == "uploads_pkey" {
			return uploadError(errors.Join(ErrComplete, err))
		}
		return err
	}
	_, err = v.SealRecord(ctx, tx, Sealing{
		Dossier: d.Dossier, Compartment: d.Compartment, Kind: store.KindManifest, ID: d.ID, Author: author, Plain: content})
	if err != nil {
		return err
	}
	tx.SetItem(d.ID)
	r.completed = true
	tx.AfterCommit(func() { _ = v.o.Objects.Finish(context.WithoutCancel(ctx), r.upload) }) // else the next start finds the rows and does it
	return nil
}

// discardTime bounds the cleaning of an upload, which goes on when the request is gone.
const discardTime = 10 * time.Second

// Close destroys what Complete did not record. After Complete it does nothing: a commit whose answer was lost may have happened, and
// the next start decides by the rows (Recover).
func (r *Received) Close(ctx context.Context) error {
	if r.completed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardTime)
	defer cancel()
	return r.vault.o.Objects.Discard(ctx, r.upload)
}

// Recover settles the uploads that a crash left unfinished: kept when their rows were committed, destroyed when they were not. It runs
// at start, before any upload is taken.
func (v *Vault) Recover(ctx context.Context) (kept, destroyed int, err error) {
	uploads, err := v.o.Objects.Unfinished(ctx)
	if err != nil {
		return 0, 0, err
	}
	for upload, names := range uploads {
		known, err := store.KnownObjects(ctx, v.o.Pool, names)
		if err != nil {
			return kept, destroyed, err
		}
		if len(known) > 0 {
			kept++
			err = v.o.Objects.Finish(ctx, upload)
		} else {
			destroyed++
			err = v.o.Objects.Discard(ctx, upload)
		}
		if err != nil {
			return kept, destroyed, err
		}
	}
	return kept, destroyed, nil
}
