package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"cloison/act"
	"cloison/audit"
	"cloison/crypto/envelope"
	"cloison/medical"
	"cloison/medical/vault"
)

// begin announces a document of a size.
func (d *desk) begin(t testing.TB, dossier string, size int64) (id string) {
	t.Helper()
	return d.beginAs(t, dossier, size, "")
}

// beginAs declares a digest too.
func (d *desk) beginAs(t testing.TB, dossier string, size int64, sha256 string) (id string) {
	t.Helper()
	var declared *string
	if sha256 != "" {
		declared = &sha256
	}
	d.do(t, d.Secretary(t, "sec-01"), on("document.create", dossier, ""), func(ctx context.Context, tx *act.Tx) (err error) {
		id, err = d.Vault.BeginDocument(ctx, tx, vault.NewDocument{Dossier: dossier, Author: "sec-01",
			Input: medical.DocumentInput{Kind: "ANALYSE", Medical: true, Label: "bilan", DeclaredName: "bilan.pdf", MediaType: "application/pdf", Size: size, SHA256: declared, ReceivedOn: medical.Date{Year: 2026, Month: 1, Day: 26}, Stage: "CERTIFICAT"}})
		return err
	})
	return id
}

func (d *desk) upload(t testing.TB, dossier, document string, content io.Reader, sum []byte) error {
	t.Helper()
	return d.send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true, SHA256: sum}, content)
}

// send is one call of an upload.
func (d *desk) send(t testing.TB, u vault.Upload, content io.Reader) error {
	t.Helper()
	return d.sendAs(t, d.Vault, d.Secretary(t, "sec-01"), u, content)
}

func (d *desk) sendAs(t testing.TB, v *vault.Vault, who act.Subject, u vault.Upload, content io.Reader) error {
	t.Helper()
	u.Act = d.recorder(who, u)
	received, err := v.Receive(t.Context(), u, content)
	if err != nil {
		return err
	}
	_, err = d.Gate.Do(t.Context(), who, on("document.upload", u.Dossier, u.Document), func(ctx context.Context, tx *act.Tx) error {
		return received.Complete(ctx, tx, "sec-01")
	})
	return errors.Join(err, received.Close(t.Context()))
}

// recorder does the acts of an upload.
func (d *desk) recorder(who act.Subject, u vault.Upload) func(context.Context, func(context.Context, *act.Tx) error) error {
	return func(ctx context.Context, fn func(context.Context, *act.Tx) error) error {
		_, err := d.Gate.Do(ctx, who, on("document.upload", u.Dossier, u.Document), fn)
		return err
	}
}

// download streams a range as the rapporteur.
func (d *desk) download(t testing.TB, dossier, document string, offset, length int64) ([]byte, error) {
	t.Helper()
	permit := d.permit(t, d.Physician(t, rapporteur), on("document.read", dossier, document))
	return d.downloadFrom(t, d.Vault, permit, document, offset, length)
}

// downloadFrom inspects first what was not inspected when it came.
func (d *desk) downloadFrom(t testing.TB, v *vault.Vault, permit *act.Permit, document string, offset, length int64) ([]byte, error) {
	t.Helper()
	doc, err := v.OpenDocument(t.Context(), permit, document)
	if err != nil {
		return nil, err
	}
	if doc.Pending() {
		if err := doc.InspectFirst(t.Context(), func(found vault.Verdict) error { return d.recordInspection(t, permit, document, found) }); err != nil {
			return nil, errors.Join(err, doc.Close())
		}
	}
	r, err := doc.Range(offset, length)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(r)
	return content, errors.Join(err, r.Close())
}

func (d *desk) recordInspection(t testing.TB, permit *act.Permit, document string, found vault.Verdict) error {
	t.Helper()
	dossier := permit.Object().ID
	_, err := d.Gate.Do(t.Context(), permit.Subject(), on("document.inspect", dossier, document), func(ctx context.Context, tx *act.Tx) error {
		_, err := d.Vault.RecordInspection(ctx, tx, dossier, document, permit.Subject().ID, found)
		return err
	})
	return err
}

// pattern is n bytes that differ everywhere, without holding them.
type pattern struct{ at, n int64 }

func (p *pattern) Read(b []byte) (int, error) {
	if p.at == p.n {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), p.n-p.at))
	for i := range n {
		at := p.at + int64(i)
		b[i] = byte(at) ^ byte(at>>8) ^ byte(at>>16)
	}
	p.at += int64(n)
	return n, nil
}

func patternAt(offset, length int64) []byte {
	p := &pattern{at: offset, n: offset + length}
	b, _ := io.ReadAll(p)
	return b
}

func TestDocumentThereAndBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 12345
	document := d.begin(t, dossier, size)
	sum := sha256.New()
	_, _ = io.Copy(sum, &pattern{n: size})
	must(t, d.upload(t, dossier, document, iotest.HalfReader(&pattern{n: size}), sum.Sum(nil)))
	for _, r := range []struct{ offset, length int64 }{
		{0, 10}, {0, 100_000}, {envelope.PartSize - 5, 10}, {envelope.PartSize, 1}, {2*envelope.PartSize - 1, 12346}, {size - 1, 1}, {size, 0}, {65536 * 3, 65536},
	} {
		got, err := d.download(t, dossier, document, r.offset, r.length)
		if err != nil || !bytes.Equal(got, patternAt(r.offset, r.length)) {
			t.Errorf("range %+v: %d bytes, %v", r, len(got), err)
		}
	}
	got, err := d.download(t, dossier, document, 0, size)
	if again := sha256.Sum256(got); err != nil || !bytes.Equal(again[:], sum.Sum(nil)) {
		t.Errorf("whole: %d bytes, %v", len(got), err)
	}
	if list := d.outcomes(t, dossier, "document.upload"); strings.Join(list, " ") != "DONE DONE DONE" { // two whole parts, and the document
		t.Errorf("entries: %v", list)
	}
	if unfinished, err := d.Objects.Unfinished(t.Context()); err != nil || len(unfinished) != 0 {
		t.Errorf("unfinished: %v %v", unfinished, err)
	}
	if err := d.upload(t, dossier, document, &pattern{n: size}, nil); !act.IsKind(err, act.Conflict) {
		t.Errorf("uploaded again: %v", err)
	}
}

// TestUploadLies: a body that is not what was declared leaves nothing behind.
func TestUploadLies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = envelope.PartSize + 100
	wrong := sha256.Sum256([]byte("autre"))
	for name, c := range map[string]struct {
		content io.Reader
		sum     []byte
		kind    act.Kind
		err     error
	}{
		"shorter":             {&pattern{n: size - 1}, nil, act.Invalid, vault.ErrShort},
		"shorter by a part":   {&pattern{n: 50}, nil, act.Invalid, vault.ErrShort},
		"longer":              {&pattern{n: size + 1}, nil, act.Invalid, vault.ErrLong},
		"endless":             {&pattern{n: 1 << 60}, nil, act.Invalid, vault.ErrLong},
		"another digest":      {&pattern{n: size}, wrong[:], act.Invalid, vault.ErrDigest},
		"the sender goes off": {io.MultiReader(&pattern{n: 1000}, iotest.ErrReader(io.ErrUnexpectedEOF)), nil, "", io.ErrUnexpectedEOF},
	} {
		document := d.begin(t, dossier, size)
		err := d.upload(t, dossier, document, c.content, c.sum)
		if !errors.Is(err, c.err) || (c.kind != "" && !act.IsKind(err, c.kind)) {
			t.Errorf("%s: %v", name, err)
		}
		if n := d.files(t); n != 0 {
			t.Errorf("%s: %d files are left", name, n)
		}
		must(t, d.upload(t, dossier, document, &pattern{n: size}, nil)) // the document can still be sent
		must(t, os.RemoveAll(filepath.Join(d.Folder, "parts")))
	}
}

func (d *desk) files(t testing.TB) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(d.Folder, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}))
	return n
}

// TestPartsAreThoseOfTheManifest: rows and files that were moved, cut or changed by hand never show a byte that is not theirs.
func TestPartsAreThoseOfTheManifest(t *testing.T) {
	t.Parallel()
	const size = envelope.PartSize + 200_000
	for name, c := range map[string]struct {
		harm  func(t *testing.T, d *desk, document, other string)
		ahead bool // seen before the first byte
	}{
		"part removed": {func(t *testing.T, d *desk, document, _ string) {
			d.admin(t, "DELETE FROM medical.document_parts WHERE document = $1 AND part = 1", document)
		}, true},
		"digest of the row": {func(t *testing.T, d *desk, document, _ string) {
			d.admin(t, "UPDATE medical.document_parts SET header_digest = set_byte(header_digest, 0, get_byte(header_digest, 0) # 1) WHERE document = $1 AND part = 1", document)
		}, true},
		"parts exchanged": {func(t *testing.T, d *desk, document, _ string) {
			d.admin(t, "UPDATE medical.document_parts SET part = part + 10 WHERE document = $1", document)
			d.admin(t, "UPDATE medical.document_parts SET part = 11 - part WHERE document = $1", document)
		}, true},
		"object of another document": {func(t *testing.T, d *desk, document, other string) {
			d.admin(t, "WITH gone AS (DELETE FROM medical.document_parts WHERE document = $2 AND part = 0 RETURNING object) UPDATE medical.document_parts SET object = gone.object FROM gone WHERE document = $1 AND part = 0", document, other)
		}, true},
		"file cut at a chunk": {func(t *testing.T, d *desk, document, _ string) {
			path := d.object(t, document, 0)
			info, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, info.Size()-70_000))
		}, true},
		"freshly sealed part": {func(t *testing.T, d *desk, document, _ string) { d.forgePart(t, document) }, true},
		"file gone":           {func(t *testing.T, d *desk, document, _ string) { must(t, os.Remove(d.object(t, document, 0))) }, true},
		"byte changed in the middle": {func(t *testing.T, d *desk, document, _ string) {
			path := d.object(t, document, 0)
			b, err := os.ReadFile(path)
			must(t, err)
			b[5<<20] ^= 1
			must(t, os.WriteFile(path, b, 0o600))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dossier := d.open(t)
			document, other := d.begin(t, dossier, size), d.begin(t, dossier, size)
			must(t, d.upload(t, dossier, document, &pattern{n: size}, nil))
			must(t, d.upload(t, dossier, other, &pattern{n: size}, nil))
			c.harm(t, d, document, other)
			got, err := d.download(t, dossier, document, 0, size)
			if !errors.Is(err, vault.ErrNotWhole) {
				t.Errorf("got %v", err)
			}
			if c.ahead != (len(got) == 0) || !bytes.Equal(got, patternAt(0, int64(len(got)))) {
				t.Errorf("%d bytes were shown", len(got))
			}
			if list := d.outcomes(t, dossier, "document.read"); strings.Join(list, " ") != "INTENT BROKEN" {
				t.Errorf("entries: %v", list)
			}
		})
	}
}

func (d *desk) object(t testing.TB, document string, part int) string {
	t.Helper()
	var object string
	must(t, d.Pool.QueryRow(t.Context(), "SELECT p.object FROM medical.document_parts p WHERE p.document = $1 AND p.part = $2", document, part).Scan(&object))
	return filepath.Join(d.Folder, "parts", object[:2], object[:48], object[48:])
}

// TestReaderGoesAway: a range that is closed before its end is recorded BROKEN with what was sent.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	document := d.begin(t, dossier, 1000)
	must(t, d.upload(t, dossier, document, &pattern{n: 1000}, nil))
	doc, err := d.Vault.OpenDocument(t.Context(), d.permit(t, d.Physician(t, rapporteur), on("document.read", dossier, document)), document)
	must(t, err)
	r, err := doc.Range(0, 1000)
	must(t, err)
	_, err = io.ReadFull(r, make([]byte, 100))
	must(t, err)
	must(t, r.Close())
	entries, err := audit.Find(t.Context(), d.Pool, audit.Filter{Object: dossier, Action: "document.read"})
	must(t, err)
	if last := entries[len(entries)-1]; last.Outcome != "BROKEN" || last.Bytes != 100 || last.Intent != entries[0].ID {
		t.Errorf("entry: %+v", last)
	}
}

// TestUploadMemoryIsBounded: 48 MiB go through without being held. TotalAlloc counts everything ever allocated, so it bounds what was.
func TestUploadMemoryIsBounded(t *testing.T) {
	d := newDesk(t)
	dossier := d.open(t)
	const size = 3 * envelope.PartSize
	document, who := d.begin(t, dossier, size), d.Secretary(t, "sec-01")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	u := vault.Upload{Dossier: dossier, Document: document, Complete: true}
	u.Act = d.recorder(who, u)
	received, err := d.Vault.Receive(t.Context(), u, &pattern{n: size})
	must(t, err)
	runtime.ReadMemStats(&after)
	must(t, received.Close(t.Context()))
	if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 {
		t.Errorf("receiving %d bytes allocated %d", size, got)
	}
}
