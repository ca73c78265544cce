package vault_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"testing"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/vault"

	"pgregory.net/rapid"
)

// uploadModel is what a document's content should be after any calls: whole parts, or nothing, or all of it.
type uploadModel struct {
	size, kept int64
	complete   bool
}

// expect says what a call that sends n bytes from offset does, and changes the model.
func (m *uploadModel) expect(offset, n int64, complete, broken bool) (refused string) {
	switch {
	case m.complete:
		return "complete"
	case offset != m.kept:
		return "offset"
	}
	end := offset + n
	if end > m.size {
		m.kept = 0
		return "long"
	}
	whole := end / envelope.PartSize * envelope.PartSize
	switch {
	case broken:
		m.kept = whole
		return "cut"
	case complete && end < m.size:
		m.kept = 0
		return "short"
	case complete:
		m.kept, m.complete = m.size, true
	default:
		m.kept = whole
	}
	return ""
}

func refusedAs(err error) string {
	var offset *vault.OffsetError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &offset):
		return "offset"
	case errors.Is(err, vault.ErrComplete):
		return "complete"
	case errors.Is(err, vault.ErrLong):
		return "long"
	case errors.Is(err, vault.ErrShort):
		return "short"
	case errors.Is(err, vault.ErrCut):
		return "cut"
	}
	return err.Error()
}

// fewer runs the model a few times, for each run moves tens of megabytes; -rapid.checks asks for more.
func fewer(t *testing.T) {
	t.Helper()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		must(t, flag.Set("rapid.checks", "12"))
	}
}

// TestUploadsFollowTheirModel: any calls, in any order, from any place, cut or whole, with restarts and sweeps in between, leave what the
// model says: never a byte that is not whole parts, never an object that no part bears, and at the end the bytes that were sent.
func TestUploadsFollowTheirModel(t *testing.T) {
	t.Parallel()
	fewer(t)
	d := newDesk(t)
	dossier := d.open(t)
	who := d.Secretary(t, "sec-01")
	rapid.Check(t, func(rt *rapid.T) {
		m := uploadModel{size: rapid.SampledFrom([]int64{1, envelope.PartSize, envelope.PartSize + 1, 2 * envelope.PartSize, 2*envelope.PartSize + 7}).Draw(rt, "size")}
		document, v := d.begin(t, dossier, m.size), d.Vault
		before := d.files(t)
		near := func(label string) int64 {
			at := rapid.SampledFrom([]int64{0, envelope.PartSize, 2 * envelope.PartSize, m.size, m.kept}).Draw(rt, label)
			return max(0, at+rapid.SampledFrom([]int64{0, 0, 0, -1, 1}).Draw(rt, label+" about"))
		}
		for range rapid.IntRange(1, 6).Draw(rt, "calls") {
			switch rapid.IntRange(0, 5).Draw(rt, "between") {
			case 0: // the process dies and comes back: nothing is in its memory
				v = d.NewVault(t, d.Keys.Public)
			case 1:
				if swept, err := v.Sweep(t.Context()); err != nil || swept != (vault.Swept{}) {
					rt.Fatalf("a sweep with nothing to do: %+v, %v", swept, err)
				}
			}
			offset, complete, broken := near("offset"), rapid.Bool().Draw(rt, "complete"), rapid.IntRange(0, 3).Draw(rt, "broken") == 0
			end := max(offset, near("end"))
			var content io.Reader = &pattern{at: offset, n: end}
			if broken {
				content = cut(offset, end)
			}
			want := m.expect(offset, end-offset, complete, broken)
			err := d.sendAs(t, v, who, vault.Upload{Dossier: dossier, Document: document, Offset: offset, Complete: complete}, content)
			if got := refusedAs(err); got != want {
				rt.Fatalf("from %d to %d of %d, complete %v, broken %v: %q, want %q", offset, end, m.size, complete, broken, got, want)
			}
			if kind := new(act.Error); err != nil && !errors.As(err, &kind) {
				rt.Fatalf("no sentence for a person: %v", err)
			}
			if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: m.kept, Complete: m.complete}) {
				rt.Fatalf("%+v, want %+v", p, m)
			}
			objects := (m.kept + envelope.PartSize - 1) / envelope.PartSize
			if n := d.files(t) - before; int64(n) != objects {
				rt.Fatalf("%d objects for %d bytes", n, m.kept)
			}
		}
		if !m.complete {
			must(t, d.sendAs(t, v, who, vault.Upload{Dossier: dossier, Document: document, Offset: m.kept, Complete: true}, &pattern{at: m.kept, n: m.size}))
		}
		got, err := d.download(t, dossier, document, 0, m.size)
		if err != nil || !bytes.Equal(got, patternAt(0, m.size)) {
			rt.Fatalf("read back %d bytes of %d: %v", len(got), m.size, err)
		}
	})
}
