package vaulttest

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cloison/crypto/custody"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
)

const (
	physicians  = "https://psc.example"
	secretaries = "https://proconnect.example"
	clientID    = "cloison-medical"
)

// MedicalBudget is how many dossiers one person may open in the medical compartment in an hour: small, so that a test can reach it.
const MedicalBudget = 4

// Keyholder is the client of a service of its own.
type Keyholder struct {
	*keyholder.Client
	Public ed25519.PublicKey // for recipients

	dir   string
	clock *Clock
	key   *ecdsa.PrivateKey
	opts  custody.Options
	stop  context.CancelFunc
	ended chan error
}

// keys are the files of a keystore, of its custodian and of its recovery key, made once: the key of opinions alone takes a third of a second.
var keys = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "kh")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	at := func(name string) string { return filepath.Join(dir, name) }
	err = custody.Init(at("keystore"), keystore.Options{Environment: "test", Zone: Zone, Epoch: "2026", N: 1, K: 1,
		Custodians: at("custodians"), Recovery: at("recovery.key")})
	if err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	return made, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		made[strings.TrimPrefix(path, dir)], err = os.ReadFile(path)
		return err
	})
})

func newKeyholder(t testing.TB, clock *Clock, paris *time.Location) *Keyholder {
	t.Helper()
	dir, err := os.MkdirTemp("", "kh") // not t.TempDir: the path of a unix socket is at most 107 bytes
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	k := &Keyholder{dir: dir, clock: clock}
	made, err := keys()
	check(t, err)
	for name, content := range made {
		check(t, os.MkdirAll(filepath.Dir(k.path(name)), 0o700))
		check(t, os.WriteFile(k.path(name), content, 0o600))
	}
	public, err := keystore.ReadPublic(k.path("keystore"))
	check(t, err)
	k.Public = ed25519.PublicKey(public.Recipients)
	k.publishIssuer(t)
	large := wire.Limits{PersonHour: 100, PersonDay: 100, ZoneDay: 100}
	k.opts = custody.Options{
		Environment: "test", Zone: Zone, Keystore: k.path("keystore"), State: k.path("state"), Origin: "test", IndexRate: 6000,
		Issuers: []custody.Issuer{
			{Issuer: physicians, ClientID: clientID, JWKS: k.path("jwks.json"), Classes: []string{keyholder.ClassPhysician}},
			{Issuer: secretaries, ClientID: clientID, JWKS: k.path("jwks.json"), Classes: []string{keyholder.ClassSecretariat}},
		},
		Budgets: wire.Budgets{Civil: large, Medical: wire.Limits{PersonHour: MedicalBudget, PersonDay: 100, ZoneDay: 100}},
		UseUIDs: []uint32{uint32(os.Getuid())}, CustodyUIDs: []uint32{uint32(os.Getuid())},
		Clock: clock, Location: paris, Log: slog.New(slog.DiscardHandler), ClockGoesBack: true,
	}
	k.Start(t)
	k.Unseal(t)
	check(t, operator.SetRoster(t.Context(), k.path("custody.sock"), roster(), k.custodian()))
	t.Cleanup(func() { k.stop(); <-k.ended })
	return k
}

func (k *Keyholder) path(name string) string { return filepath.Join(k.dir, name) }

func (k *Keyholder) custodian() string { return k.path("custodians/" + keystore.CustodianFile(1)) }

func roster() wire.Roster {
	var r wire.Roster
	for i := 1; i <= 14; i++ {
		r.Lines = append(r.Lines, wire.Line{Issuer: physicians, Subject: fmt.Sprintf("med-%02d", i), NationalID: fmt.Sprintf("997900%05d", i),
			Class: keyholder.ClassPhysician, Compartments: []string{envelope.Civil, envelope.Medical}, From: "2026-01-01"})
	}
	r.Lines = append(r.Lines, wire.Line{Issuer: secretaries, Subject: "sec-01", Class: keyholder.ClassSecretariat, Compartments: []string{envelope.Civil}, From: "2026-01-01"})
	return r
}

// Start runs the service, sealed.
func (k *Keyholder) Start(t testing.TB) {
	t.Helper()
	service, err := custody.New(k.opts)
	check(t, err)
	use, err := custody.Listen(k.path("use.sock"))
	check(t, err)
	operators, err := custody.Listen(k.path("custody.sock"))
	check(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- errors.Join(service.Serve(ctx, use, operators), service.Close())
		close(ended)
	}()
	k.stop, k.ended = stop, ended
	k.Client = keyholder.Dial(k.path("use.sock"))
}

// Restart ends the service as a kill would, and runs it again: sealed, every handle dead.
func (k *Keyholder) Restart(t testing.TB) {
	t.Helper()
	k.stop()
	check(t, <-k.ended)
	k.Start(t)
}

// Unseal plays the custodian.
func (k *Keyholder) Unseal(t testing.TB) {
	t.Helper()
	check(t, operator.Unseal(t.Context(), k.path("custody.sock"), k.path("keystore"), k.custodian()))
}

func (k *Keyholder) publishIssuer(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	k.key = key
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Use: "sig", Algorithm: "ES256"}}})
	check(t, err)
	check(t, os.WriteFile(k.path("jwks.json"), set, 0o600))
}

// SignIn opens a session at keyholder and answers its handle.
func (k *Keyholder) SignIn(t testing.TB, person string) string {
	t.Helper()
	nonce, err := k.Nonce(t.Context(), keyholder.ActSession, "", nil)
	check(t, err)
	handle, _, err := k.OpenSession(t.Context(), k.token(t, person, nonce))
	check(t, err)
	return handle
}

func (k *Keyholder) token(t testing.TB, person, nonce string) string {
	t.Helper()
	issuer, now := physicians, k.clock.Now()
	if strings.HasPrefix(person, "sec") {
		issuer = secretaries
	}
	body, err := json.Marshal(map[string]any{"iss": issuer, "sub": person, "aud": clientID, "azp": clientID, "nonce": nonce,
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "auth_time": now.Unix()})
	check(t, err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.key, KeyID: "k1"}}, nil)
	check(t, err)
	signed, err := signer.Sign(body)
	check(t, err)
	raw, err := signed.CompactSerialize()
	check(t, err)
	return raw
}

// Shred plays the custodian and the archives: the dossier opens nothing from now on.
func (k *Keyholder) Shred(t testing.TB, dossier string) {
	t.Helper()
	check(t, operator.Shred(t.Context(), k.path("custody.sock"), dossier, "visa-1", k.custodian()))
}

// UseSocket is where programs ask, CustodySocket where custodians order; Keystore is the folder.
func (k *Keyholder) UseSocket() string { return k.path("use.sock") }

func (k *Keyholder) CustodySocket() string { return k.path("custody.sock") }

func (k *Keyholder) Keystore() string { return k.path("keystore") }

// Custodian is the custodian's key file.
func (k *Keyholder) Custodian() string { return k.custodian() }

// NewEpoch plays the custodian and whoever keeps the safe: everything is wrapped to that epoch from now on.
func (k *Keyholder) NewEpoch(t testing.TB, name string) {
	t.Helper()
	recovery, err := keystore.NewRecovery(k.path("recovery-" + name + ".key"))
	check(t, err)
	check(t, operator.NewEpoch(t.Context(), k.path("custody.sock"), name, recovery, k.custodian()))
}

// Destroy plays the custodian: an epoch opens nothing any more, and keyholder is sealed and unsealed.
func (k *Keyholder) Destroy(t testing.TB, epoch string) {
	t.Helper()
	check(t, operator.Destroy(t.Context(), k.path("custody.sock"), epoch, k.custodian()))
	if err := <-k.ended; !errors.Is(err, custody.ErrSeal) {
		t.Fatalf("keyholder ended with %v", err)
	}
	k.Start(t)
	k.Unseal(t)
}

// TakeSearchKey plays the custodian: search tags are made under another key from now on.
func (k *Keyholder) TakeSearchKey(t testing.TB) {
	t.Helper()
	check(t, operator.TakeKey(t.Context(), k.path("custody.sock"), keystore.KeySearch, nil, k.custodian()))
}
