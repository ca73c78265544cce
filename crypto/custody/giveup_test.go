package custody

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

// What can't be recorded is not answered, and ends the service.
func TestNothingIsAnsweredWithoutItsLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := Init(filepath.Join(dir, "ks"), keystore.Options{
		Environment: "test", Zone: "medical", Epoch: "2026", N: 1, K: 1, Custodians: dir, Recovery: filepath.Join(dir, "recovery"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "jwks"), []byte(`{"keys":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	limits := wire.Limits{PersonHour: 1, PersonDay: 1, ZoneDay: 1}
	s, err := New(Options{
		Environment: "test", Zone: "medical", Keystore: filepath.Join(dir, "ks"), State: dir,
		Issuers: []Issuer{{Issuer: "i", ClientID: "c", JWKS: filepath.Join(dir, "jwks"), Classes: []string{keyholder.ClassPhysician}}},
		Budgets: wire.Budgets{Civil: limits, Medical: limits}, IndexRate: 1,
		Clock: clock.Machine{}, Location: time.UTC, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.chain.Close()
	resp := s.call(custodyOperations(), 0, keyholder.Request{Op: wire.OpUnseal, Args: []byte(`{"share":""}`)})
	if !errors.Is(resp.Failure.Err(), keyholder.ErrUnavailable) || resp.Reply != nil {
		t.Errorf("answered %+v", resp)
	}
	select {
	case <-s.failed:
	default:
		t.Error("the service goes on")
	}
}

func listenAt(t *testing.T, dir, name string) net.Listener {
	t.Helper()
	l, err := Listen(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return l
}
