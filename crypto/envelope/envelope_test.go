package envelope

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
)

func context() Context {
	return Context{Zone: "medical", Dossier: "d1", Compartment: Medical, Kind: "part", ID: "x", Version: 1, Part: 3, Last: true}
}

func TestPrefixRoundTrip(t *testing.T) {
	t.Parallel()
	p, err := context().Prefix()
	if err != nil {
		t.Fatal(err)
	}
	got, n, err := ParsePrefix(append(p, "content"...))
	if err != nil || n != len(p) || got != context() {
		t.Errorf("got %+v, %d, %v", got, n, err)
	}
}

func TestIncompleteContextsAreRefused(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*Context){
		"zone":             func(c *Context) { c.Zone = "" },
		"dossier":          func(c *Context) { c.Dossier = "" },
		"compartment":      func(c *Context) { c.Compartment = "" },
		"kind":             func(c *Context) { c.Kind = "" },
		"id":               func(c *Context) { c.ID = "" },
		"negative version": func(c *Context) { c.Version = -1 },
		"negative part":    func(c *Context) { c.Part = -1 },
		"endless":          func(c *Context) { c.ID = strings.Repeat("x", 5000) },
	} {
		c := context()
		edit(&c)
		if _, err := c.Prefix(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzParsePrefix(f *testing.F) {
	p, err := context().Prefix()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p)
	f.Add(p[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		c, n, err := ParsePrefix(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrUnknownVersion) {
				t.Errorf("error outside the closed list: %v", err)
			}
			return
		}
		again, err := c.Prefix()
		if err != nil || !bytes.Equal(again, b[:n]) {
			t.Errorf("accepted another form of %+v", c)
		}
	})
}

func TestManifest(t *testing.T) {
	t.Parallel()
	digest := make([]byte, sha256.Size)
	whole := Manifest{
		Parts:     []PartInfo{{0, PartSize, digest}, {1, 5, digest}},
		Size:      PartSize + 5,
		SHA256:    digest,
		MediaType: "application/pdf", Name: "scanner.pdf", Label: "Scanner", Kind: "PIECE",
	}
	b, err := whole.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeManifest(b); err != nil || got.Size != whole.Size || len(got.Parts) != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := DecodeManifest(append(b, ' ')); err == nil {
		t.Error("accepted another form")
	}
	for name, edit := range map[string]func(*Manifest){
		"no part":               func(m *Manifest) { m.Parts = nil },
		"parts out of order":    func(m *Manifest) { m.Parts[0], m.Parts[1] = m.Parts[1], m.Parts[0] },
		"a part misnumbered":    func(m *Manifest) { m.Parts[1].Index = 5 },
		"a part missing":        func(m *Manifest) { m.Parts = m.Parts[:1] },
		"a short middle part":   func(m *Manifest) { m.Parts[0].Size--; m.Size-- },
		"an oversized last":     func(m *Manifest) { m.Parts[1].Size = PartSize + 1; m.Size = 2*PartSize + 1 },
		"a sum that is off":     func(m *Manifest) { m.Size++ },
		"a part without digest": func(m *Manifest) { m.Parts[1].HeaderDigest = nil },
		"half a digest":         func(m *Manifest) { m.SHA256 = m.SHA256[:16] },
		"a negative size":       func(m *Manifest) { m.Parts[1].Size = -1; m.Size = PartSize - 1 },
	} {
		m := whole
		m.Parts = append([]PartInfo(nil), whole.Parts...)
		edit(&m)
		if _, err := m.Encode(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
