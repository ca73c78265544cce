package vault_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/vault"
)

// inspector remembers what it was shown, and answers the verdict it was given.
type inspector struct {
	verdict vault.Verdict
	fails   bool

	mu     sync.Mutex
	began  []vault.Inspected
	shown  [][]byte // digest of what each inspection saw, in the order they were asked
	closed int
}

type inspection struct {
	of  *inspector
	sum bytes.Buffer
}

func (i *inspector) Begin(about vault.Inspected) vault.Inspection {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.began = append(i.began, about)
	return &inspection{of: i}
}

func (n *inspection) Write(p []byte) (int, error) { return n.sum.Write(p) }

func (n *inspection) Verdict() (vault.Verdict, error) {
	n.of.mu.Lock()
	defer n.of.mu.Unlock()
	sum := sha256.Sum256(n.sum.Bytes())
	n.of.shown = append(n.of.shown, sum[:])
	if n.of.fails {
		return vault.Verdict{}, errors.New("the inspector is down")
	}
	return n.of.verdict, nil
}

func (n *inspection) Close() error {
	n.of.mu.Lock()
	defer n.of.mu.Unlock()
	n.of.closed++
	return nil
}

func accepting() *inspector { return &inspector{verdict: vault.Verdict{Outcome: vault.Accept}} }

// refusing answers with a code that policy has a sentence for.
func refusing() *inspector {
	return &inspector{verdict: vault.Verdict{Outcome: vault.Reject, Reason: vault.ReasonContentMismatch}}
}

func digestOf(size int64) []byte {
	sum := sha256.Sum256(patternAt(0, size))
	return sum[:]
}

// check says how many contents were asked about, that each was seen whole, and that every inspection was closed.
func (i *inspector) check(t *testing.T, asked int, size int64) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.shown) != asked || i.closed != len(i.began) {
		t.Errorf("asked %d times, want %d; began %d, closed %d", len(i.shown), asked, len(i.began), i.closed)
	}
	for _, sum := range i.shown {
		if !bytes.Equal(sum, digestOf(size)) {
			t.Error("an inspection was asked about bytes that are not the content")
		}
	}
	for _, about := range i.began {
		if about.Input.MediaType != "application/pdf" || about.Input.DeclaredName != "bilan.pdf" || about.Input.Label != "" {
			t.Errorf("told of %q %q, label %q", about.Input.MediaType, about.Input.DeclaredName, about.Input.Label)
		}
	}
}

// with makes the desk's vault one that inspects.
func (d *desk) with(t *testing.T, i vault.Inspector) *desk {
	t.Helper()
	world := *d.World
	world.Vault = d.NewVaultWith(t, i)
	return &desk{&world, d.owner}
}

func TestAContentIsInspectedWhileItIsSealed(t *testing.T) {
	t.Parallel()
	i := accepting()
	d := newDesk(t).with(t, i)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
	i.check(t, 1, size)
	if n := d.count(t, "SELECT count(*) FROM medical.inspections WHERE verdict = 'ACCEPT' AND document = $1", document); n != 1 {
		t.Errorf("%d rows", n)
	}
	d.same(t, dossier, document, size)
	i.check(t, 1, size) // its first opening asks nothing more
}

func TestARefusedContentIsDestroyed(t *testing.T) {
	t.Parallel()
	i := refusing()
	d := newDesk(t).with(t, i)
	dossier := d.open(t)
	const size = 2*envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
	err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size})
	var said *act.Error
	if !errors.As(err, &said) || said.Rule != vault.ReasonContentMismatch || said.Sentence == "" {
		t.Errorf("%v", err)
	}
	d.objects(t, 0, "afterwards")
	if p := d.progress(t, dossier, document); p != (vault.Progress{}) {
		t.Errorf("afterwards: %+v", p)
	}
	i.check(t, 1, size)
}

// TestNothingIsServedBeforeItsFirstInspection: what no process saw whole (a restart, a cut within a part, an inspector that was down) gives
// no byte before an inspection by the handle of its first reader; refused there, it is set aside and gives none ever.
func TestNothingIsServedBeforeItsFirstInspection(t *testing.T) {
	t.Parallel()
	const size = envelope.PartSize + 10
	for name, receive := range map[string]func(t *testing.T, d *desk, dossier string) (document string){
		"a restart between two calls": func(t *testing.T, d *desk, dossier string) string {
			document := d.begin(t, dossier, size)
			must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
			must(t, d.with(t, accepting()).send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
			return document
		},
		"a restart before the first call": func(t *testing.T, d *desk, dossier string) string {
			document := d.begin(t, dossier, size)
			must(t, d.with(t, accepting()).send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true}, &pattern{n: size}))
			return document
		},
		"a cut within a part": func(t *testing.T, d *desk, dossier string) string {
			d = d.with(t, accepting())
			document := d.begin(t, dossier, size)
			if err := d.send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true}, cut(0, envelope.PartSize+5)); !errors.Is(err, vault.ErrCut) {
				t.Fatal(err)
			}
			must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
			return document
		},
		"an inspector that was down": func(t *testing.T, d *desk, dossier string) string {
			d = d.with(t, &inspector{fails: true})
			document := d.begin(t, dossier, size)
			must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document, Complete: true}, &pattern{n: size}))
			return document
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dossier := d.open(t)
			document := receive(t, d, dossier)
			opening := func(d *desk) ([]byte, error) {
				permit := d.permit(t, d.Physician(t, rapporteur), on("document.read", dossier, document))
				return d.downloadFrom(t, d.Vault, permit, document, 0, size)
			}

			doc, err := d.Vault.OpenDocument(t.Context(), d.permit(t, d.Physician(t, rapporteur), on("document.read", dossier, document)), document)
			must(t, err)
			if _, err := doc.Range(0, 1); !doc.Pending() || !errors.Is(err, vault.ErrNotInspected) {
				t.Errorf("a content that nobody inspected: pending %v, %v", doc.Pending(), err)
			}
			down := &inspector{fails: true}
			if _, err := opening(d.with(t, down)); !errors.Is(err, vault.ErrNotInspected) || !act.IsKind(err, act.Unavailable) {
				t.Errorf("while the inspector is down: %v", err)
			}
			down.check(t, 1, size)
			bad := refusing()
			if got, err := opening(d.with(t, bad)); !act.IsKind(err, act.Conflict) || len(got) != 0 {
				t.Errorf("refused at its first opening: %d bytes, %v", len(got), err)
			}
			bad.check(t, 1, size)
			if n := d.count(t, "SELECT count(*) FROM medical.exclusions WHERE document = $1 AND reason = $2", document, vault.ReasonContentMismatch); n != 1 {
				t.Errorf("%d exclusions", n)
			}
			d.excludedStays(t, dossier, document)
		})
	}
}

// excludedStays: policy refuses a document that was set aside; the vault does too, were policy not told.
func (d *desk) excludedStays(t *testing.T, dossier, document string) {
	t.Helper()
	_, err := d.Gate.Read(t.Context(), d.Physician(t, rapporteur), on("document.read", dossier, document))
	var said *act.Error
	if !errors.As(err, &said) || said.Rule != "DOCUMENT_EXCLUDED" {
		t.Errorf("policy says %v", err)
	}
	permit := d.permit(t, d.Physician(t, rapporteur), on("dossier.open", dossier, ""))
	if _, err := d.Vault.OpenDocument(t.Context(), permit, document); !errors.Is(err, vault.ErrExcluded) {
		t.Errorf("the vault says %v", err)
	}
}

// TestADeclaredDigestIsHeldAtTheFirstOpening: where no process could compare it at the upload, the reader's does.
func TestADeclaredDigestIsHeldAtTheFirstOpening(t *testing.T) {
	t.Parallel()
	const size = envelope.PartSize + 10
	for name, c := range map[string]struct {
		declared string
		whole    bool
	}{
		"the content's":  {hex.EncodeToString(digestOf(size)), true},
		"another's":      {strings.Repeat("ab", 32), false},
		"none was given": {"", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dossier := d.open(t)
			document := d.beginAs(t, dossier, size, c.declared)
			must(t, d.send(t, vault.Upload{Dossier: dossier, Document: document}, &pattern{n: envelope.PartSize}))
			restarted := d.with(t, nil)
			must(t, restarted.send(t, vault.Upload{Dossier: dossier, Document: document, Offset: envelope.PartSize, Complete: true}, &pattern{at: envelope.PartSize, n: size}))
			got, err := restarted.download(t, dossier, document, 0, size)
			if c.whole && (err != nil || !bytes.Equal(got, patternAt(0, size))) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if !c.whole {
				if !act.IsKind(err, act.Conflict) || len(got) != 0 {
					t.Errorf("%d bytes, %v", len(got), err)
				}
				d.excludedStays(t, dossier, document)
			}
		})
	}
}
