package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/medical/vault/vaulttest"
)

// cut sends the bytes of a document from an offset to an offset, and breaks there.
func cut(from, to int64) io.Reader {
	return io.MultiReader(&pattern{at: from, n: to}, iotest.ErrReader(io.ErrUnexpectedEOF))
}

func (d *desk) progress(t testing.TB, dossier, document string) vault.Progress {
	t.Helper()
	p, err := d.Vault.Progress(t.Context(), dossier, document)
	must(t, err)
	return p
}

// same reads the document back whole.
func (d *desk) same(t testing.TB, dossier, document string, size int64) {
	t.Helper()
	got, err := d.download(t, dossier, document, 0, size)
	if err != nil || !bytes.Equal(got, patternAt(0, size)) {
		t.Errorf("read %d bytes of %d: %v", len(got), size, err)
	}
}

// objects counts the stored parts; a mark counts too.
func (d *desk) objects(t testing.TB, want int, when string) {
	t.Helper()
	if n := d.files(t); n != want {
		t.Errorf("%s: %d files in the store, want %d", when, n, want)
	}
}

func TestAnUploadGoesOnWhereItWasCut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = 3*envelope.PartSize + 1000
	document := d.begin(t, dossier, size)
	call := func(offset int64, complete bool) vault.Upload {
		return vault.Upload{Dossier: dossier, Document: document, Offset: offset, Complete: complete}
	}
	if err := d.send(t, call(0, true), cut(0, envelope.PartSize+77)); !errors.Is(err, vault.ErrCut) || !act.IsKind(err, act.Malformed) {
		t.Fatalf("cut: %v", err)
	}
	if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: envelope.PartSize}) {
		t.Errorf("after a cut: %+v", p)
	}
	d.objects(t, 1, "after a cut")
	must(t, d.send(t, call(envelope.PartSize, false), &pattern{at: envelope.PartSize, n: 2*envelope.PartSize + 5}))
	if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: 2 * envelope.PartSize}) {
		t.Errorf("after a call that ends in a part: %+v", p)
	}
	d.objects(t, 2, "after a call that ends in a part")
	if _, err := d.download(t, dossier, document, 0, 1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unfinished document shows something: %v", err)
	}
	must(t, d.send(t, call(2*envelope.PartSize, true), &pattern{at: 2 * envelope.PartSize, n: size}))
	if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: size, Complete: true}) {
		t.Errorf("complete: %+v", p)
	}
	d.objects(t, 4, "complete")
	d.same(t, dossier, document, size)
	if n := d.count(t, "SELECT count(*) FROM medical.received_parts") + d.count(t, "SELECT count(*) FROM medical.upload_calls"); n != 0 {
		t.Errorf("%d rows of a finished upload are left", n)
	}
}

func (d *desk) count(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	must(t, d.owner.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// A document that ends where a part ends may be completed by a call without a byte.
func TestWholePartsAreCompletedByAnEmptyCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	document := d.begin(t, dossier, 2*envelope.PartSize)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: 2 * envelope.PartSize}))
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: 2 * envelope.PartSize, Complete: true}, strings.NewReader("")))
	d.same(t, dossier, document, 2*envelope.PartSize)
}

// TestWrongOffset: a call that begins elsewhere is refused with the place where it should, and changes nothing.
func TestWrongOffset(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
	for _, offset := range []int64{0, 1, envelope.PartSize - 1, envelope.PartSize + 1, 2 * envelope.PartSize, size} { // 0 is the call replayed
		err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: offset, Complete: true}, &pattern{at: offset, n: size})
		var said *act.Error
		var elsewhere *vault.OffsetError
		if !act.IsKind(err, act.Conflict) || !errors.As(err, &said) || !strings.Contains(said.Sentence, "offset=16777216") || !errors.As(err, &elsewhere) {
			t.Errorf("offset %d: %v", offset, err)
		}
	}
	d.objects(t, 1, "after wrong offsets")
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
	d.same(t, dossier, document, size)
	err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size})
	if !errors.Is(err, vault.ErrComplete) || !act.IsKind(err, act.Conflict) {
		t.Errorf("the last call replayed: %v", err)
	}
	d.same(t, dossier, document, size)
}

// TestALaterCallThatLiesDestroysWhatCameBefore: nothing of a document whose size or digest is not as declared is kept; where a digest is
// that of one call, what came before it stays.
func TestALaterCallThatLiesDestroysWhatCameBefore(t *testing.T) {
	t.Parallel()
	const size = 2*envelope.PartSize + 100
	wrong := bytes.Repeat([]byte{7}, 32)
	for name, c := range map[string]struct {
		content io.Reader
		sum     []byte
		sha256  string
		err     error
		offset  int64 // afterwards
	}{
		"shorter":                 {content: &pattern{at: envelope.PartSize, n: size - 1}, err: vault.ErrShort},
		"longer":                  {content: &pattern{at: envelope.PartSize, n: size + 1}, err: vault.ErrLong},
		"nothing more":            {content: strings.NewReader(""), err: vault.ErrShort},
		"digest of the call":      {content: &pattern{at: envelope.PartSize, n: size}, sum: wrong, err: vault.ErrDigest, offset: envelope.PartSize},
		"digest of the whole one": {content: &pattern{at: envelope.PartSize, n: size}, sha256: strings.Repeat("ab", 32), err: vault.ErrDigest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dossier := d.open(t)
			document := d.beginAs(t, dossier, size, c.sha256)
			must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
			err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true, SHA256: c.sum}, c.content)
			if !errors.Is(err, c.err) || !act.IsKind(err, act.Invalid) {
				t.Errorf("%v", err)
			}
			if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: c.offset}) {
				t.Errorf("afterwards: %+v", p)
			}
			d.objects(t, int(c.offset/envelope.PartSize), "afterwards")
		})
	}
}

// TestTwoWritersOneWins: of two calls that send the same document at once one is refused, and what is read back is whole.
func TestTwoWritersOneWins(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document, who := d.begin(t, dossier, size), d.Secretary(t, "sec-01")
	// Both have begun before either has recorded a part: each waits for the other's first byte.
	gate := make(chan struct{}, 2)
	both := make(chan struct{})
	go func() { <-gate; <-gate; close(both) }()
	results := make(chan error, 2)
	for range 2 {
		go func() {
			content := io.MultiReader(&pattern{n: 10}, readerFunc(func([]byte) (int, error) { gate <- struct{}{}; <-both; return 0, io.EOF }), &pattern{at: 10, n: size})
			results <- d.sendAs(t, d.Vault, who, vault.Upload{Dossier: dossier, Document: document, Complete: true}, content)
		}()
	}
	first, second := <-results, <-results
	if (first == nil) == (second == nil) {
		t.Fatalf("%v and %v", first, second)
	}
	if lost := errors.Join(first, second); !errors.Is(lost, store.ErrOvertaken) || !act.IsKind(lost, act.Conflict) {
		t.Errorf("the one who lost: %v", lost)
	}
	d.objects(t, 3, "afterwards")
	d.same(t, dossier, document, size)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestSweepTakesNothingThatIsAcknowledged walks the crash states of an upload: whatever the process had done when it died, a sweep leaves the
// recorded parts and nothing else, and a second one finds nothing to do.
func TestSweepTakesNothingThatIsAcknowledged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document := d.begin(t, dossier, size)

	// The process that dies: a vault of its own, whose call is never closed.
	dying := d.NewVault(t, d.Keys.Public)
	_, err := dying.Receive(t.Context(), d.acting(t, vault.Upload{Dossier: dossier, Document: document}), &pattern{n: envelope.PartSize})
	must(t, err)
	upload := d.onlyUpload(t)
	must(t, os.WriteFile(filepath.Join(d.Folder, "parts", upload[:2], upload, "0000000000000001"), []byte("written, never recorded"), 0o600))
	must(t, os.WriteFile(filepath.Join(d.Folder, "parts", upload[:2], upload, "0000000000000002.new"), []byte("half written"), 0o600))
	swept, err := d.Vault.Sweep(t.Context())
	if err != nil || swept != (vault.Swept{Settled: 1, Removed: 1}) {
		t.Errorf("swept %+v, %v", swept, err)
	}
	d.objects(t, 1, "after the sweep")
	if swept, err := d.Vault.Sweep(t.Context()); err != nil || swept != (vault.Swept{}) {
		t.Errorf("swept again %+v, %v", swept, err)
	}
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
	d.same(t, dossier, document, size)

	// Killed after the commit that completes a document, before its call was settled.
	done := d.begin(t, dossier, 10)
	received, err := dying.Receive(t.Context(), d.acting(t, vault.Upload{Dossier: dossier, Document: done, Complete: true}), &pattern{n: 10})
	must(t, err)
	d.do(t, d.Secretary(t, "sec-01"), on("document.upload", dossier, done), func(ctx context.Context, tx *act.Tx) error {
		return received.Complete(ctx, tx, "sec-01")
	})
	if swept, err := d.Vault.Sweep(t.Context()); err != nil || swept != (vault.Swept{Settled: 1}) {
		t.Errorf("swept a complete one %+v, %v", swept, err)
	}
	d.same(t, dossier, done, 10)

	// Killed before anything was marked.
	d.admin(t, "INSERT INTO medical.upload_calls (upload, document, dossier) SELECT repeat('a', 48), id, dossier FROM medical.documents WHERE id = $1", done)
	_, err = d.Vault.Sweep(t.Context())
	must(t, err)
	if n := d.count(t, "SELECT count(*) FROM medical.upload_calls"); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}

// acting gives an upload its acts, as a secretary's.
func (d *desk) acting(t testing.TB, u vault.Upload) vault.Upload {
	t.Helper()
	u.Act = d.recorder(d.Secretary(t, "sec-01"), u)
	return u
}

func (d *desk) onlyUpload(t testing.TB) string {
	t.Helper()
	uploads, err := d.Objects.Unfinished(t.Context())
	if err != nil || len(uploads) != 1 {
		t.Fatalf("unfinished: %v, %v", uploads, err)
	}
	return uploads[0]
}

// TestSweepBesideARunningUpload: this process' own upload is left alone; that of another process is taken away, keeps what it had
// acknowledged, and can record nothing more.
func TestSweepBesideARunningUpload(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]bool{"own": true, "another process'": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dossier := d.open(t)
			const size = 2*envelope.PartSize + 10
			document := d.begin(t, dossier, size)
			sweeper := d.Vault
			if !own {
				sweeper = d.NewVault(t, d.Keys.Public)
			}
			swept := vault.Swept{}
			content := io.MultiReader(&pattern{n: envelope.PartSize + 100}, readerFunc(func([]byte) (int, error) {
				var err error
				if swept, err = sweeper.Sweep(t.Context()); err != nil {
					return 0, err
				}
				return 0, io.EOF
			}), &pattern{at: envelope.PartSize + 100, n: size})
			err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true}, content)
			if own {
				must(t, err)
			} else {
				if swept.Settled != 1 || !errors.Is(err, store.ErrOvertaken) && !act.IsKind(err, act.Unavailable) {
					t.Errorf("swept %+v: %v", swept, err)
				}
				if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: envelope.PartSize}) {
					t.Errorf("afterwards: %+v", p)
				}
				must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
			}
			d.objects(t, 3, "afterwards")
			d.same(t, dossier, document, size)
		})
	}
}

// TestAForgedPartDoesNotEnterTheManifest: between two calls, a database administrator puts a part of his own in place of one that was
// received, row and object: it is right in everything but that no act has recorded it.
func TestAForgedPartDoesNotEnterTheManifest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
	var object string
	must(t, d.owner.QueryRow(t.Context(), "SELECT object FROM medical.received_parts WHERE document = $1", document).Scan(&object))
	var sealed bytes.Buffer
	_, digest, err := d.recipient(t, dossier).Part(&sealed, envelope.Context{Zone: vaulttest.Zone, Dossier: dossier, Compartment: store.Medical, Kind: vault.KindPart, ID: document, Version: 1},
		&pattern{n: envelope.PartSize})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(d.Folder, "parts", object[:2], object[:48], object[48:]), sealed.Bytes(), 0o600))
	d.admin(t, "UPDATE medical.received_parts SET header_digest = $2 WHERE document = $1", document, digest[:])
	err = d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size})
	if !errors.Is(err, vault.ErrNotWhole) {
		t.Errorf("completed: %v", err)
	}
	if p := d.progress(t, dossier, document); p.Complete {
		t.Error("the document is complete")
	}
}

// TestACrashWhileDestroyingLeavesNoOrphan: the uploads of parts that are to go are marked before their rows are deleted.
func TestACrashWhileDestroyingLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
	// The store dies as the second call, which is too short, destroys: its marks are made, and nothing more is removed.
	dying := d.NewVaultOn(t, &deaf{Directory: d.Objects})
	_, err := dying.Receive(t.Context(), d.acting(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}),
		&pattern{at: envelope.PartSize, n: 2 * envelope.PartSize})
	if !errors.Is(err, vault.ErrShort) {
		t.Fatal(err)
	}
	if p := d.progress(t, dossier, document); p.Offset != 0 {
		t.Errorf("afterwards: %+v", p)
	}
	swept, err := d.Vault.Sweep(t.Context())
	if err != nil || swept != (vault.Swept{Settled: 2, Removed: 2}) {
		t.Errorf("swept %+v, %v", swept, err)
	}
	d.objects(t, 0, "after the sweep")
}

// deaf is a store that removes nothing.
type deaf struct{ *vault.Directory }

func (deaf) Settle(context.Context, string, map[string]bool) error {
	return errors.New("the store is gone")
}

// A call that breaks right after the last declared byte is cut, and no lie about the size: what rested before it stays.
func TestACutAfterTheLastByteIsNoLie(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier, size := d.open(t), int64(envelope.PartSize+1)
	document, who := d.begin(t, dossier, size), d.Secretary(t, "sec-01")
	must(t, d.sendAs(t, d.Vault, who, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
	err := d.sendAs(t, d.Vault, who, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize}, cut(envelope.PartSize, size))
	if !errors.Is(err, vault.ErrCut) || errors.Is(err, vault.ErrLong) {
		t.Errorf("a cut after the last byte: %v", err)
	}
	if p := d.progress(t, dossier, document); p.Offset != envelope.PartSize {
		t.Errorf("what rested is at %d", p.Offset)
	}
}

// TestAPanicWhileReadingIsTheRequests: content is read in a goroutine of its own, whose panic must not be the end of the program.
func TestAPanicWhileReadingIsTheRequests(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	content := io.MultiReader(&pattern{n: envelope.PartSize + 10}, readerFunc(func([]byte) (int, error) { panic("a defect") }))
	func() {
		defer func() {
			if value := recover(); value != "a defect" {
				t.Errorf("recovered %v", value)
			}
		}()
		err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true}, content)
		t.Errorf("no panic: %v", err)
	}()
	if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: envelope.PartSize}) {
		t.Errorf("afterwards: %+v", p)
	}
}
