package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/crypto/open"
	"cloison/medical/store"
)

// Document is the content of one document, against one permit. Its parts are opened one by one when a read reaches them: the first byte
// of a range costs its part's header and three chunks, whatever the size of the document. It is for one goroutine.
type Document struct {
	vault    *Vault
	ctx      context.Context //nolint:containedctx // reads outlive the handler: the response is streamed after it returned
	permit   *act.Permit
	document store.Document
	manifest envelope.Manifest
	parts    []store.Part
	wrapped  []byte

	at      int // index of the part that is open, -1 for none
	object  Object
	content *io.SectionReader

	sent   int64
	failed bool
}

// OpenDocument redeems the permit and opens the manifest, not yet any part. Close must be called: it records the outcome.
// A document without content, or none at all, is store.ErrNotFound.
func (v *Vault) OpenDocument(ctx context.Context, permit *act.Permit, document string) (_ *Document, err error) {
	if err := permit.Redeem(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, permit.Close(ctx, false, 0))
		}
	}()
	if permit.Object().Kind != "dossier" {
		return nil, errors.New("opening a document: the permit is for no dossier")
	}
	d := &Document{vault: v, ctx: context.WithoutCancel(ctx), permit: permit, at: -1}
	if err := d.load(ctx, permit.Object().ID, document); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Document) load(ctx context.Context, dossier, document string) (err error) {
	v := d.vault
	if d.document, err = store.GetDocument(ctx, v.o.Pool, dossier, document); err != nil {
		return err
	}
	if d.document.Compartment != d.permit.Compartment() {
		return act.Wrap(act.Forbidden, "", fmt.Errorf("opening document %s: the permit is for the other compartment", document))
	}
	if d.document.Excluded.Reason != "" { // policy says it first; this holds where policy was not told
		return act.Wrap(act.Forbidden, "", fmt.Errorf("opening document %s: %w", document, ErrExcluded))
	}
	sealed, err := store.GetRecord(ctx, v.o.Pool, dossier, store.KindManifest, document, documentVersion)
	if err != nil {
		return err
	}
	if d.parts, err = store.FindParts(ctx, v.o.Pool, document); err != nil {
		return err
	}
	key, err := store.GetKey(ctx, v.o.Pool, dossier, d.document.Compartment)
	if err != nil {
		return err
	}
	d.wrapped = key.Wrapped
	_, err = v.openAll(ctx, d.permit, []store.Record{sealed}, func(_ int, plain []byte) (err error) {
		if d.manifest, err = envelope.DecodeManifest(plain); err != nil {
			return notWhole(fmt.Errorf("decoding the manifest of document %s: %w", document, err))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.compare()
}

// compare holds the rows against the manifest, which alone is authentic: a part that was added, removed, replaced or moved in the
// database is found before any part is opened (TestPartsAreThoseOfTheManifest).
func (d *Document) compare() error {
	if len(d.parts) != len(d.manifest.Parts) {
		return notWhole(fmt.Errorf("document %s has another number of parts than its manifest", d.document.ID))
	}
	for i, p := range d.parts {
		m := d.manifest.Parts[i]
		if p.Index != m.Index || p.Size != m.Size || !bytes.Equal(p.HeaderDigest, m.HeaderDigest) {
			return notWhole(fmt.Errorf("part %d of document %s is not its manifest's", i, d.document.ID))
		}
	}
	return nil
}

// Size is the length of the content.
func (d *Document) Size() int64 { return d.manifest.Size }

// ReadAt reads the content at an offset, through as many parts as it takes. An error after some bytes is what ends a response short.
func (d *Document) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("reading a document before its start")
	}
	defer func() {
		if err != nil && !errors.Is(err, io.EOF) {
			d.failed = true
		}
	}()
	for n < len(p) {
		if off >= d.Size() {
			return n, io.EOF
		}
		if err := d.reach(int(off / envelope.PartSize)); err != nil {
			return n, err
		}
		k, err := d.content.ReadAt(p[n:], off%envelope.PartSize)
		n, off = n+k, off+int64(k)
		if err != nil && !errors.Is(err, io.EOF) {
			return n, notWhole(fmt.Errorf("reading part %d of document %s: %w", d.at, d.document.ID, err))
		}
		if k == 0 {
			return n, notWhole(fmt.Errorf("part %d of document %s ends early", d.at, d.document.ID))
		}
	}
	return n, nil
}

// reach opens part i and lets go of the one before.
func (d *Document) reach(i int) error {
	if i == d.at {
		return nil
	}
	d.release()
	object, err := d.vault.o.Objects.Open(d.ctx, d.parts[i].Object)
	if errors.Is(err, ErrNoObject) {
		return notWhole(err)
	}
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	content, err := d.openPart(i, object)
	if err != nil {
		return errors.Join(err, object.Close())
	}
	d.at, d.object, d.content = i, object, content
	return nil
}

func (d *Document) openPart(i int, object Object) (*io.SectionReader, error) {
	header, err := envelope.ReadHeader(io.NewSectionReader(object, 0, object.Size()))
	if err != nil {
		return nil, notWhole(fmt.Errorf("reading part %d of document %s: %w", i, d.document.ID, err))
	}
	digest := envelope.HeaderDigest(header)
	if !bytes.Equal(digest[:], d.manifest.Parts[i].HeaderDigest) {
		return nil, notWhole(fmt.Errorf("part %d of document %s: the header is not its manifest's", i, d.document.ID))
	}
	opened, err := d.vault.openKeys(d.ctx, d.permit, keyholder.OpenRequest{Handle: d.permit.Subject().Handle.Reveal(), Entry: d.permit.Entry(),
		Items: []keyholder.OpenItem{{Dossier: d.document.Dossier, Compartment: d.document.Compartment, Wrapped: d.wrapped, Headers: [][]byte{header}}}})
	if err != nil {
		return nil, openError(fmt.Errorf("opening part %d of document %s: %w", i, d.document.ID, err))
	}
	key, err := fileKey(opened.FileKeys, place{})
	if err != nil {
		return nil, err
	}
	bound := d.vault.context(d.document.Dossier, d.document.Compartment, KindPart, d.document.ID, documentVersion)
	bound.Part, bound.Last = i, i == len(d.parts)-1
	content, err := open.Part(key, bound, object, object.Size())
	if err != nil {
		return nil, notWhole(fmt.Errorf("opening part %d of document %s: %w", i, d.document.ID, err))
	}
	if content.Size() != d.manifest.Parts[i].Size {
		return nil, notWhole(fmt.Errorf("part %d of document %s has another size than in its manifest", i, d.document.ID))
	}
	return content, nil
}

func (d *Document) release() {
	if d.object != nil {
		_ = d.object.Close() // opened for reading: nothing can be lost
	}
	d.at, d.object, d.content = -1, nil, nil
}

// Range streams length bytes from offset. The first part is opened here, so that what is wrong with it is known before a status is sent.
// Closing the reader ends the permit: SERVED when all of it was read, BROKEN otherwise.
func (d *Document) Range(offset, length int64) (io.ReadCloser, error) {
	if err := d.servable(); err != nil {
		return nil, errors.Join(err, d.end(false))
	}
	if offset < 0 || length < 0 || offset+length > d.Size() {
		return nil, errors.Join(errors.New("reading a document outside its size"), d.end(false))
	}
	if length > 0 {
		if err := d.reach(int(offset / envelope.PartSize)); err != nil {
			return nil, errors.Join(err, d.end(false))
		}
	}
	return &rangeReader{d, offset, length}, nil
}

type rangeReader struct {
	d          *Document
	at, remain int64
}

func (r *rangeReader) Read(p []byte) (int, error) {
	if r.remain == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > r.remain {
		p = p[:r.remain]
	}
	n, err := r.d.ReadAt(p, r.at)
	r.at, r.remain, r.d.sent = r.at+int64(n), r.remain-int64(n), r.d.sent+int64(n)
	if n > 0 && r.remain == 0 {
		return n, nil
	}
	return n, err
}

func (r *rangeReader) Close() error { return r.d.end(r.remain == 0 && !r.d.failed) }

// Close ends the permit of a document that was not streamed to its end; after a range's own Close it does nothing.
func (d *Document) Close() error { return d.end(false) }

func (d *Document) end(served bool) error {
	d.release()
	return d.permit.Close(d.ctx, served, d.sent)
}
