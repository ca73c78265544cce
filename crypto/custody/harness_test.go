package custody_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
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
	pscIssuer = "https://psc.example"
	proIssuer = "https://proconnect.example"
	client    = "cloison-medical"
)

// standing is a clock that moves when told to.
type standing struct {
	mu  sync.Mutex
	now time.Time
}

func (c *standing) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *standing) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is one keyholder with its folders, its issuers and its custodians, run
// over real sockets.
type world struct {
	t     *testing.T
	dir   string
	clock *standing
	opts  custody.Options
	psc   *issuer
	pro   *issuer

	*keyholder.Client
	ended chan error
	stop  context.CancelFunc
}

// keys answers the folder of keys that worlds are copies of: the key of opinions alone takes a third of a second to make. A world that must have keys
// of its own makes them anew (initEpoch).
var keys = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kh")
	if err != nil {
		return "", err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	return dir, custody.Init(at("keystore"), keystore.Options{Environment: "test", Zone: "medical", Epoch: "2026", N: 3, K: 2,
		Custodians: at("custodians"), Recovery: at("recovery.key")})
})

// copyFolder keeps the modes, which os.CopyFS does not. It starts no program: between its fork and its exec one would hold the locks of every other world.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == from {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		there := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			return os.Mkdir(there, info.Mode().Perm())
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(there, content, info.Mode().Perm())
	})
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := keys(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	// Not t.TempDir: a unix socket's path is at most 107 bytes.
	dir, err := os.MkdirTemp("", "kh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	w := &world{t: t, dir: dir, clock: &standing{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	w.psc, w.pro = newIssuer(t, w, pscIssuer, "psc.json"), newIssuer(t, w, proIssuer, "pro.json")
	made, err := keys()
	if err != nil {
		t.Fatal(err)
	}
	if err := copyFolder(made, dir); err != nil {
		t.Fatalf("copying the keys: %v", err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	w.opts = custody.Options{
		Environment: "test", Zone: "medical", Keystore: w.path("keystore"), State: w.path("state"),
		Issuers: []custody.Issuer{
			{Issuer: pscIssuer, ClientID: client, JWKS: w.path("psc.json"), Classes: []string{keyholder.ClassPhysician}, ACR: []string{"eidas1", "eidas2"}},
			{Issuer: proIssuer, ClientID: client, JWKS: w.path("pro.json"), Classes: []string{keyholder.ClassSecretariat}, AMR: []string{"pwd", "mfa"}},
		},
		Budgets:   wire.Budgets{Civil: wire.Limits{PersonHour: 50, PersonDay: 50, ZoneDay: 50}, Medical: wire.Limits{PersonHour: 3, PersonDay: 5, ZoneDay: 7}},
		IndexRate: 3, Origin: "cloison.test.medical",
		UseUIDs: []uint32{uint32(os.Getuid())}, CustodyUIDs: []uint32{uint32(os.Getuid())},
		Clock: w.clock, Location: paris, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return w
}

// opened is a world with an open keyholder and the usual roster.
func opened(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	return w
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) startup() {
	w.t.Helper()
	service, err := custody.New(w.opts)
	if err != nil {
		w.t.Fatal(err)
	}
	use, operators := w.listen("use.sock"), w.listen("custody.sock")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := service.Serve(ctx, use, operators)
		ended <- errors.Join(err, service.Close())
		close(ended)
	}()
	w.Client, w.ended, w.stop = keyholder.Dial(w.path("use.sock")), ended, stop
	w.t.Cleanup(func() { stop(); <-ended })
}

func (w *world) listen(name string) net.Listener {
	w.t.Helper()
	l, err := custody.Listen(w.path(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

// shutdown ends the process, as a kill would: nothing is written on the way out.
func (w *world) shutdown() {
	w.t.Helper()
	w.stop()
	if err := <-w.ended; err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) restart() {
	w.t.Helper()
	w.shutdown()
	w.startup()
	w.unseal()
}

func (w *world) custodian(n int) string { return w.path("custodians/" + keystore.CustodianFile(n)) }

func (w *world) unseal() {
	w.t.Helper()
	err := operator.Unseal(w.t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(1), w.custodian(3))
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) setRoster(r wire.Roster) {
	w.t.Helper()
	err := operator.SetRoster(w.t.Context(), w.path("custody.sock"), r, w.custodian(2), w.custodian(3))
	if err != nil {
		w.t.Fatal(err)
	}
}

func physician(name, rpps string) wire.Line {
	return wire.Line{
		Issuer: pscIssuer, Subject: name, NationalID: rpps, Class: keyholder.ClassPhysician,
		Compartments: []string{envelope.Civil, envelope.Medical}, From: "2026-01-01",
	}
}

func secretary(name string) wire.Line {
	return wire.Line{
		Issuer: proIssuer, Subject: name, Class: keyholder.ClassSecretariat,
		Compartments: []string{envelope.Civil}, From: "2026-01-01", To: "2026-12-31",
	}
}

// Two published decisions: the college's, and that of the single physician.
const (
	college       = "DEC-2026-01"
	collegeDigest = "aa11223344556677889900aabbccddeeff00112233445566778899aabbccddee"
	single        = "DES-2026-01"
	singleDigest  = "bb11223344556677889900aabbccddeeff00112233445566778899aabbccddee"
)

// listed puts a physician on a line of the college's decision.
func listed(l wire.Line, number int) wire.Line {
	l.Listings = append(l.Listings, wire.Listing{Decision: college, Digest: collegeDigest, Kind: wire.KindCollege, Line: number, From: "2026-01-01"})
	return l
}

// alone puts a physician on a line of the other decision.
func alone(l wire.Line, number int) wire.Line {
	l.Listings = append(l.Listings, wire.Listing{Decision: single, Digest: singleDigest, Kind: wire.KindSingle, Line: number, From: "2026-01-01"})
	return l
}

func usualRoster() wire.Roster {
	return wire.Roster{Lines: []wire.Line{
		listed(physician("med-a", "99790000001"), 2), listed(physician("med-b", "99790000002"), 5),
		listed(physician("med-c", "99790000003"), 9), listed(physician("med-d", "99790000004"), 11), secretary("sec-a"),
	}}
}

// issuer signs ID tokens.
type issuer struct {
	w    *world
	name string
	file string
	key  *ecdsa.PrivateKey
	kid  string
}

func newIssuer(t *testing.T, w *world, name, file string) *issuer {
	t.Helper()
	i := &issuer{w: w, name: name, file: file}
	i.rotate(t, "k1")
	return i
}

// rotate makes a new key and publishes it alone.
func (i *issuer) rotate(t *testing.T, kid string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i.key, i.kid = key, kid
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: key.Public(), KeyID: kid, Use: "sig", Algorithm: "ES256"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(i.w.path(i.file), set, 0o600); err != nil {
		t.Fatal(err)
	}
}

type tokenClaims map[string]any

// token signs one for subject and nonce; edit changes claims.
func (i *issuer) token(subject, nonce string, edit ...func(tokenClaims)) string {
	t, now := i.w.t, i.w.clock.Now()
	t.Helper()
	c := tokenClaims{
		"iss": i.name, "sub": subject, "aud": client, "azp": client, "nonce": nonce,
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "auth_time": now.Unix(),
		"acr": "eidas1", "amr": []string{"pwd", "totp", "mfa"},
	}
	for _, e := range edit {
		e(c)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: i.key, KeyID: i.kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// forged is a token that says itself how it is to be verified: by nothing, with the issuer's public key as a secret, or with a key that it holds.
func (i *issuer) forged(subject, nonce, how string) string {
	t := i.w.t
	t.Helper()
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(i.token(subject, nonce), ".")[1])
	must(t, err)
	if how == "none" {
		text := base64.RawURLEncoding.EncodeToString
		return text([]byte(`{"alg":"none"}`)) + "." + text(body) + "."
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	key, options := jose.SigningKey{Algorithm: jose.ES256, Key: own}, &jose.SignerOptions{EmbedJWK: true}
	if how == "HS256" {
		public, err := jose.JSONWebKey{Key: i.key.Public(), KeyID: i.kid, Use: "sig", Algorithm: "ES256"}.MarshalJSON()
		must(t, err)
		key, options = jose.SigningKey{Algorithm: jose.HS256, Key: public}, (&jose.SignerOptions{}).WithHeader("kid", i.kid)
	}
	if how == "RS256" {
		private, err := rsa.GenerateKey(rand.Reader, 2048)
		must(t, err)
		key, options = jose.SigningKey{Algorithm: jose.RS256, Key: private}, (&jose.SignerOptions{}).WithHeader("kid", i.kid)
	}
	return signedBy(t, key, options, body)
}

func signedBy(t *testing.T, key jose.SigningKey, options *jose.SignerOptions, body []byte) string {
	t.Helper()
	signer, err := jose.NewSigner(key, options)
	must(t, err)
	jws, err := signer.Sign(body)
	must(t, err)
	raw, err := jws.CompactSerialize()
	must(t, err)
	return raw
}

// sharing puts a secret beside the issuer's keys, and signs with it.
func (i *issuer) sharing(subject, nonce string) string {
	t := i.w.t
	t.Helper()
	shared := jose.JSONWebKey{Key: bytes.Repeat([]byte("s"), 64), KeyID: "shared", Use: "sig"}
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: i.kid, Use: "sig", Algorithm: "ES256"}, shared}})
	must(t, err)
	must(t, os.WriteFile(i.w.path(i.file), set, 0o600))
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(i.token(subject, nonce), ".")[1])
	must(t, err)
	return signedBy(t, jose.SigningKey{Algorithm: jose.HS256, Key: shared.Key}, (&jose.SignerOptions{}).WithHeader("kid", shared.KeyID), body)
}

func (w *world) sessionNonce() string {
	w.t.Helper()
	n, err := w.Nonce(w.t.Context(), keyholder.ActSession, "", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// signIn opens a session of a physician or, for sec-*, of a secretary.
func (w *world) signIn(subject string) string {
	w.t.Helper()
	handle, err := w.trySignIn(subject)
	if err != nil {
		w.t.Fatalf("signing %s in: %v", subject, err)
	}
	return handle
}

func (w *world) trySignIn(subject string) (string, error) {
	w.t.Helper()
	from := w.psc
	if subject[:3] == "sec" {
		from = w.pro
	}
	handle, _, err := w.OpenSession(w.t.Context(), from.token(subject, w.sessionNonce()))
	return handle, err
}

func want(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("got %v, want %v", err, target)
	}
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	want(t, err, keyholder.ErrRefused{Rule: rule})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
