package seal

import (
	"crypto/ed25519"
	"errors"
	"io"
	"runtime"
	"testing"

	"filippo.io/age"

	"cloison/crypto/envelope"
)

func recipient(t *testing.T) Recipient {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := Compartment{Recipient: id.Recipient().String(), Epoch: "2026"}
	c.Signature = ed25519.Sign(key, envelope.RecipientStatement("medical", "d1", envelope.Medical, c.Epoch, c.Recipient))
	r, err := CheckRecipient(pub, "medical", "d1", envelope.Medical, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func place() envelope.Context {
	return envelope.Context{Zone: "medical", Dossier: "d1", Compartment: envelope.Medical, Kind: "part", ID: "x"}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestPartIsBounded(t *testing.T) {
	t.Parallel()
	r := recipient(t)
	if n, _, err := r.Part(io.Discard, place(), io.LimitReader(zeros{}, envelope.PartSize)); err != nil || n != envelope.PartSize {
		t.Errorf("a full part: %d, %v", n, err)
	}
	if _, _, err := r.Part(io.Discard, place(), zeros{}); !errors.Is(err, ErrPartTooLarge) {
		t.Errorf("an endless part: %v", err)
	}
}

func TestPartKeepsLittleInMemory(t *testing.T) {
	r := recipient(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, _, err := r.Part(io.Discard, place(), io.LimitReader(zeros{}, envelope.PartSize)); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if total := after.TotalAlloc - before.TotalAlloc; total > 2<<20 {
		t.Errorf("sealing 16 MiB allocated %d bytes", total)
	}
}

func TestMisplacedContextIsRefused(t *testing.T) {
	t.Parallel()
	r := recipient(t)
	for _, edit := range []func(*envelope.Context){
		func(c *envelope.Context) { c.Zone = "server" },
		func(c *envelope.Context) { c.Dossier = "d2" },
		func(c *envelope.Context) { c.Compartment = envelope.Civil },
	} {
		c := place()
		edit(&c)
		if sealed, _, err := r.Record(c, []byte("x")); !errors.Is(err, ErrMisplaced) || sealed != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, _, err := (Recipient{}).Record(place(), nil); !errors.Is(err, ErrRecipient) {
		t.Errorf("the zero recipient: %v", err)
	}
}

func TestReadErrorsAreNotSealed(t *testing.T) {
	t.Parallel()
	broken := errors.New("client left")
	_, _, err := recipient(t).Part(io.Discard, place(), io.MultiReader(io.LimitReader(zeros{}, 100), failing{broken}))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
