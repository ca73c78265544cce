package hardware_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/crypto/custody"
	"cloison/crypto/custody/hardware"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

// token is a SoftHSM token of its own, with the plugin on the PATH.
type token struct {
	t   *testing.T
	dir string
}

func module(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib*/softhsm/libsofthsm2.so")
	if more, _ := filepath.Glob("/usr/lib/*/softhsm/libsofthsm2.so"); len(found) == 0 {
		found = more
	}
	if err != nil || len(found) == 0 {
		t.Fatal("SoftHSM is not installed: tools/setup.sh test installs it")
	}
	return found[0]
}

func newToken(t *testing.T) *token {
	t.Helper()
	// Not t.TempDir: a unix socket's path is at most 107 bytes.
	dir, err := os.MkdirTemp("", "hw")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	k := &token{t, dir}
	build := exec.Command("go", "build", "-tags", "hsm", "-o", k.at("bin/age-plugin-cloisonhsm"), "cloison/cmd/age-plugin-cloisonhsm")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	run(t, build)
	must(t, os.Mkdir(k.at("tokens"), 0o700))
	k.write("softhsm2.conf", "directories.tokendir = "+k.at("tokens")+"\nobjectstore.backend = file\nlog.level = ERROR\n")
	k.write("pin", "4711\n")
	t.Setenv("PATH", k.at("bin")+":"+os.Getenv("PATH"))
	t.Setenv("SOFTHSM2_CONF", k.at("softhsm2.conf"))
	t.Setenv("CLOISON_PKCS11_MODULE", module(t))
	t.Setenv("CLOISON_HSM_PIN_FILE", k.at("pin"))
	run(t, exec.Command("softhsm2-util", "--init-token", "--free", "--label", "depositaire-1", "--pin", "4711", "--so-pin", "47110815"))
	return k
}

func (k *token) at(name string) string { return filepath.Join(k.dir, name) }

func (k *token) write(name, content string) {
	k.t.Helper()
	must(k.t, os.WriteFile(k.at(name), []byte(content), 0o600))
}

func (k *token) identity() string {
	k.t.Helper()
	return run(k.t, exec.Command("age-plugin-cloisonhsm", "-generate", "depositaire-1"))
}

func run(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, exit.Stderr)
		}
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return string(out)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serve runs a keyholder upon a keystore of this test, until the test ends.
func (k *token) serve() {
	t := k.t
	t.Helper()
	must(t, custody.Init(k.at("ks"), keystore.Options{Environment: "test", Zone: "medical", Epoch: "2026", N: 3, K: 2, Custodians: k.at("custodians"), Recovery: k.at("recovery.key")}))
	paris, err := time.LoadLocation("Europe/Paris")
	must(t, err)
	limits := wire.Limits{PersonHour: 1, PersonDay: 1, ZoneDay: 1}
	service, err := custody.New(custody.Options{Environment: "test", Zone: "medical", Keystore: k.at("ks"), State: k.at("state"), Budgets: wire.Budgets{Civil: limits, Medical: limits},
		Issuers:   []custody.Issuer{{Issuer: "https://psc.example", ClientID: "c", JWKS: k.at("jwks.json"), Classes: []string{keyholder.ClassPhysician}}},
		IndexRate: 1, Origin: "test", UseUIDs: []uint32{uint32(os.Getuid())}, CustodyUIDs: []uint32{uint32(os.Getuid())}, Clock: clock.Machine{}, Location: paris,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	must(t, err)
	use, err := custody.Listen(k.at("use.sock"))
	must(t, err)
	orders, err := custody.Listen(k.at("custody.sock"))
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(service.Serve(ctx, use, orders), service.Close()) }()
	t.Cleanup(func() { stop(); <-ended })
}

// A custodian's key under a real token opens keyholder and signs its orders, as the one in the clear does. With a wrong PIN, without the token, with another
// token of the same name, without the plugin, and damaged, it opens nothing, says why, and keyholder is given nothing.
func TestACustodiansKeyRestsUnderAToken(t *testing.T) {
	k := newToken(t)
	k.serve()
	clear, under := k.at("custodians/custodian-1.key"), k.at("custodian-1.token.key")
	must(t, hardware.Rest(clear, k.identity(), under))
	content, err := os.ReadFile(under)
	must(t, err)
	plain, err := os.ReadFile(clear)
	must(t, err)
	if strings.Contains(string(content), "AGE-SECRET-KEY") || len(content) < len(plain) {
		t.Errorf("what rests under the token:\n%s", content)
	}
	must(t, os.Remove(clear))

	for _, c := range []struct {
		name, says string
		spoil      func() (mend func())
	}{
		{"a wrong PIN", "le jeton refuse ce code", func() func() {
			k.write("pin", "0000\n")
			return func() { k.write("pin", "4711\n") }
		}},
		{"without the token", "le jeton n'est pas là", func() func() {
			must(t, os.Rename(k.at("tokens"), k.at("pocket")))
			must(t, os.Mkdir(k.at("tokens"), 0o700))
			return func() { must(t, os.Remove(k.at("tokens"))); must(t, os.Rename(k.at("pocket"), k.at("tokens"))) }
		}},
		{"another token of that name", "ce jeton n'a pas cette clé", func() func() {
			must(t, os.Rename(k.at("tokens"), k.at("pocket")))
			must(t, os.Mkdir(k.at("tokens"), 0o700))
			run(t, exec.Command("softhsm2-util", "--init-token", "--free", "--label", "depositaire-1", "--pin", "4711", "--so-pin", "47110815"))
			return func() { must(t, os.RemoveAll(k.at("tokens"))); must(t, os.Rename(k.at("pocket"), k.at("tokens"))) }
		}},
		{"without the module", "le module PKCS #11 ne se charge pas", func() func() {
			t.Setenv("CLOISON_PKCS11_MODULE", k.at("none.so"))
			return func() { t.Setenv("CLOISON_PKCS11_MODULE", module(t)) }
		}},
		{"without the plugin", "plugin not found", func() func() {
			must(t, os.Rename(k.at("bin"), k.at("away")))
			return func() { must(t, os.Rename(k.at("away"), k.at("bin"))) }
		}},
	} {
		mend := c.spoil()
		err := operator.Unseal(t.Context(), k.at("custody.sock"), k.at("ks"), under)
		mend()
		if !errors.Is(err, hardware.ErrToken) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	k.write("cut.key", string(content[:len(content)/2]))
	if _, err := hardware.ReadKey(k.at("cut.key")); err == nil {
		t.Error("a cut file opened")
	}
	if st, err := operator.Status(t.Context(), k.at("custody.sock")); err != nil || len(st.Given) != 0 || st.Wrong != 0 {
		t.Errorf("keyholder was given %v, wrong %d, %v", st.Given, st.Wrong, err)
	}

	must(t, operator.Unseal(t.Context(), k.at("custody.sock"), k.at("ks"), under, k.at("custodians/custodian-2.key")))
	must(t, operator.NextKey(t.Context(), k.at("custody.sock"), keystore.KeyCheckpoints, under, k.at("custodians/custodian-3.key")))
}
