package custody_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/crypto/checkpoint"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// mortal is the real keyholder, built to die where it is told, and brought back by the test as systemd does, sealed.
type mortal struct {
	*world
	binary string
	died   chan struct{} // closed when the process that runs has ended
}

func newMortal(t *testing.T) *mortal {
	t.Helper()
	w := newWorld(t)
	m := &mortal{world: w, binary: w.path("keyholder")}
	must(t, os.WriteFile(w.path("k.toml"), fmt.Appendf(nil, `
environment = "test"
zone = "medical"
keystore = %q
state = %q
use_socket = %q
custody_socket = %q
use_uids = [%d]
custody_uids = [%[5]d]
[[issuer]]
issuer = "https://psc.example"
client_id = "c"
jwks = %q
classes = ["physician"]
`, w.path("keystore"), w.path("state"), w.path("use.sock"), w.path("custody.sock"), os.Getuid(), w.path("psc.json")), 0o600))
	must(t, os.Mkdir(w.path("crash"), 0o700))
	out, err := exec.Command("go", "build", "-tags", "crashpoints", "-o", m.binary, "cloison/cmd/keyholder").CombinedOutput()
	if err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	w.Client = keyholder.Dial(w.path("use.sock"))
	t.Cleanup(func() { w.Client.Close() })
	return m
}

// open has a keyholder that is there and open: it starts one where the last one died.
func (m *mortal) open() error {
	m.t.Helper()
	select {
	case <-m.died:
		m.died = nil
	default:
	}
	if m.died == nil {
		cmd := exec.Command(m.binary, "-config", m.path("k.toml"), "-crash-dir", m.path("crash"))
		must(m.t, cmd.Start())
		died := make(chan struct{})
		go func() { _ = cmd.Wait(); close(died) }()
		m.died = died
		m.t.Cleanup(func() { _ = cmd.Process.Kill(); <-died })
	}
	ctx, stop := context.WithTimeout(m.t.Context(), 30*time.Second)
	defer stop()
	for {
		if _, err := operator.Status(ctx, m.path("custody.sock")); err == nil {
			return operator.Unseal(ctx, m.path("custody.sock"), m.path("keystore"), m.custodian(1), m.custodian(2))
		}
		select {
		case <-m.died:
			return keyholder.ErrUnavailable
		case <-ctx.Done():
			m.t.Fatal("keyholder does not come back")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// order is given again, the same, until keyholder says that it is done, or by one of these rules that it was.
func (m *mortal) order(give func() error, done ...string) (deaths int) {
	m.t.Helper()
	for range 30 {
		err := m.open()
		if err == nil {
			err = give()
		}
		switch {
		case err == nil, slices.ContainsFunc(done, func(rule string) bool { return errors.Is(err, keyholder.ErrRefused{Rule: rule}) }):
			return deaths
		case errors.Is(err, keyholder.ErrUnavailable), errors.Is(err, keyholder.ErrSealed):
			deaths++
		default:
			m.t.Fatalf("after %d deaths: %v", deaths, err)
		}
	}
	m.t.Fatal("the order is never done")
	return 0
}

func (m *mortal) dieAt(points ...string) {
	m.t.Helper()
	must(m.t, os.RemoveAll(m.path("crash/struck")))
	must(m.t, os.WriteFile(m.path("crash/wanted"), []byte(strings.Join(points, "\n")+"\n"), 0o600))
}

func (m *mortal) struck() []string {
	m.t.Helper()
	b, err := os.ReadFile(m.path("crash/struck"))
	must(m.t, err)
	return slices.Sorted(slices.Values(strings.Fields(string(b))))
}

// SIGKILL just before and just after each durable step of each order of a rotation and of a destruction: the same order, given again, is done once, and
// everything opens that did and nothing that was destroyed.
func TestAKeyholderThatIsKilledFinishesItsOrders(t *testing.T) {
	t.Parallel()
	m := newMortal(t)
	socket, ctx := m.path("custody.sock"), t.Context()
	recovery, err := keystore.NewRecovery(m.path("recovery-2027.key"))
	must(t, err)
	m.dieAt("none")
	must(t, m.open())
	kept, gone := m.dossier("d1"), m.dossier("d2")
	m.head(7)
	next := func(key string) []byte { public, _ := m.described().NextKey(key); return public }
	statistics := m.described().Statistics
	epoch := []string{"keystore/description.before", "keystore/description.after"}
	both := func(op string, more ...string) []string {
		return slices.Concat(more, []string{"keyholder/" + op + ".before", "keyholder/" + op + ".after"})
	}
	for _, o := range []struct {
		name   string
		points []string
		give   func() error
		done   []string
		is     func() bool
	}{
		{"a new epoch", both("NewEpoch", epoch...), func() error { return operator.NewEpoch(ctx, socket, "2027", recovery, m.custodian(1), m.custodian(2)) },
			[]string{wire.RuleEpochExists}, func() bool { return m.described().Current == "2027" }},
		{"a dossier to the new epoch", both("Rewrap"), func() error {
			rows, err := m.Rewrap(ctx, []keyholder.RewrapItem{rewrapItem(kept)})
			if err == nil {
				kept.keys.Medical = rows[0]
			}
			return err
		}, nil, func() bool { return kept.keys.Medical.Epoch == "2027" }},
		{"a destruction", both("Shred"), func() error { return operator.Shred(ctx, socket, "d2", "visa-7", m.custodian(1), m.custodian(2)) },
			[]string{wire.RuleAlreadyShred}, func() bool {
				list, err := operator.Tombstones(ctx, socket)
				return err == nil && len(list) == 1 && list[0].Dossier == "d2"
			}},
		{"the end of an epoch", both("Destroy", epoch...), func() error { return operator.Destroy(ctx, socket, "2026", m.custodian(1), m.custodian(2)) },
			nil, func() bool { return slices.Equal(m.described().Destroyed, []string{"2026"}) }},
		{"the next key of the log", both("NextKey", epoch...), func() error {
			return operator.NextKey(ctx, socket, keystore.KeyCheckpoints, m.custodian(1), m.custodian(2))
		},
			nil, func() bool { return next(keystore.KeyCheckpoints) != nil }},
		{"it is taken", both("TakeKey", "keystore/settle.before"), func() error {
			return operator.TakeKey(ctx, socket, keystore.KeyCheckpoints, or(next(keystore.KeyCheckpoints), m.described().Checkpoints), m.custodian(1), m.custodian(2))
		}, nil, func() bool { return len(m.described().FormerCheckpoints) == 1 && next(keystore.KeyCheckpoints) == nil }},
		{"another key of the statistics", both("TakeKey", append(epoch, "keystore/settle.before")...), func() error {
			return operator.TakeKey(ctx, socket, keystore.KeyStatistics, nil, m.custodian(1), m.custodian(2))
		}, nil, func() bool { return m.described().Statistics != statistics }},
		{"new shares", both("Reshare", slices.Concat(epoch, []string{"keystore/shares.after"})...), func() error {
			return operator.Reshare(ctx, socket, wire.ReshareOrder{K: 2, N: 3}, m.custodian(1), m.custodian(2))
		}, nil, func() bool { return m.described().Deal >= 1 }},
	} {
		m.dieAt(o.points...)
		deaths := m.order(o.give, o.done...)
		if m.order(func() error { return nil }); !o.is() {
			t.Errorf("%s is not done", o.name)
		}
		if struck := m.struck(); deaths == 0 || !slices.Equal(struck, slices.Sorted(slices.Values(o.points))) {
			t.Errorf("%s: died %d times, at %v, want %v", o.name, deaths, struck, o.points)
		}
	}
	m.dieAt("none")
	must(t, m.open())
	if recipients, err := m.Check(ctx, []keyholder.RewrapItem{rewrapItem(kept)}); err != nil || recipients[0] != kept.keys.Medical.Recipient {
		t.Errorf("a dossier of the new epoch: %v", err)
	}
	_, err = m.Check(ctx, []keyholder.RewrapItem{rewrapItem(gone)})
	wantRule(t, err, keyholder.RuleShredded)
	if _, err := checkpoint.Open(m.head(8), m.logAsShown()); err != nil {
		t.Errorf("the log: %v", err)
	}
}

func or(a, b []byte) []byte {
	if a != nil {
		return a
	}
	return b
}
