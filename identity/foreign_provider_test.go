package identity

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/internal/clock"
	"cloison/internal/secret"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const foreignPassword = "verysecure"

// foreign is a provider that others wrote (zitadel/oidc, certified by the OpenID Foundation), with what Pro Santé Connect adds to it: an acr,
// and the practices of a health professional in its userinfo. Its time is the machine's.
type foreign struct {
	*storage.Storage
	t      *testing.T
	server *httptest.Server

	mu       sync.Mutex
	keys     []*foreignKey // the last one signs
	practice map[string]any
	acr      string
	asked    []*oidc.AuthRequest
	secretly bool // the key that signs is not published
	bend     func(*foreignRequest)
	kind     IssuerKind
	answers  func(w http.ResponseWriter, claims map[string]any) // of userinfo, in place of its own JSON
	back     string                                             // where it sends back who signed out
	ended    []string                                           // whose session, at which client
	bearer   string                                             // the last access token that it was shown
}

// foreignRequest is an authorization request, which the provider may be told to answer otherwise.
type foreignRequest struct {
	op.AuthRequest
	acr, nonce string
	amr        []string
}

func (r *foreignRequest) GetAMR() []string { return r.amr }

func (r *foreignRequest) GetACR() string { return r.acr }
func (r *foreignRequest) GetNonce() string {
	if r.nonce != "" {
		return r.nonce
	}
	return r.AuthRequest.GetNonce()
}

type foreignKey struct {
	id  string
	key *rsa.PrivateKey
}

func (k *foreignKey) ID() string                                  { return k.id }
func (k *foreignKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k *foreignKey) Algorithm() jose.SignatureAlgorithm          { return jose.RS256 }
func (k *foreignKey) Use() string                                 { return "sig" }
func (k *foreignKey) Key() any                                    { return k.key }

// published is the public half.
type published struct{ *foreignKey }

func (k published) Key() any { return &k.key.PublicKey }

func newForeign(t *testing.T, redirect string) *foreign {
	t.Helper()
	users := map[string]*storage.User{}
	for login, subject := range map[string]string{"o.testard": doctor, "stranger": "sub-med-unknown", "l.feint": clerk} {
		users[subject] = &storage.User{ID: subject, Username: login, Password: foreignPassword}
	}
	raw, err := json.Marshal(users)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "users.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := storage.StoreFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := &foreign{t: t, back: strings.TrimSuffix(redirect, "/callback") + "/logout", practice: practices("10", "C"), acr: "eidas1", kind: PSC,
		Storage: storage.NewStorageWithClients(store, map[string]*storage.Client{"cloison": storage.WebClient("cloison", "s3cret", redirect)})}
	f.roll()
	f.server = httptest.NewUnstartedServer(nil)
	f.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	issuer := "http://" + f.server.Listener.Addr().String()
	f.server.Config.Handler = f.speaking(exampleop.SetupServer(issuer, f, nil, false, op.WithAllowInsecure()))
	f.server.Start()
	t.Cleanup(f.server.Close)
	return f
}

// speaking answers userinfo as f is told to.
func (f *foreign) speaking(provider http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		answers := f.answers
		if r.URL.Path == "/userinfo" {
			f.bearer = r.Header.Get("Authorization")
		}
		f.mu.Unlock()
		if r.URL.Path != "/userinfo" || answers == nil {
			provider.ServeHTTP(w, r)
			return
		}
		recorded := httptest.NewRecorder()
		provider.ServeHTTP(recorded, r)
		var claims map[string]any
		if recorded.Code != http.StatusOK || json.Unmarshal(recorded.Body.Bytes(), &claims) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answers(w, claims)
	})
}

// leavable is a client that registered where it sends who signed out.
type leavable struct {
	op.Client
	back string
}

func (c leavable) PostLogoutRedirectURIs() []string { return []string{c.back} }

func (f *foreign) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := f.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return leavable{found, f.back}, nil
}

func (f *foreign) TerminateSession(ctx context.Context, subject, client string) error {
	f.set(func() { f.ended = append(f.ended, subject+" at "+client) })
	return f.Storage.TerminateSession(ctx, subject, client)
}

// CreateAccessToken gives its storage the request that it knows, by which it finds whose token it is.
func (f *foreign) CreateAccessToken(ctx context.Context, request op.TokenRequest) (string, time.Time, error) {
	if bent, ok := request.(*foreignRequest); ok {
		request = bent.AuthRequest
	}
	return f.Storage.CreateAccessToken(ctx, request)
}

// knows says whether an access token still opens anything there: it does as long as the session that it was given in.
func (f *foreign) knows(bearer string) bool {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, f.server.URL+"/userinfo", nil)
	if err != nil {
		f.t.Fatal(err)
	}
	request.Header.Set("Authorization", bearer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		f.t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// roll makes a new signing key; those before it stay published.
func (f *foreign) roll() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys = append(f.keys, &foreignKey{rand.Text(), key})
}

func (f *foreign) SigningKey(context.Context) (op.SigningKey, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.keys[len(f.keys)-1], nil
}

func (f *foreign) KeySet(context.Context) ([]op.Key, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []op.Key
	for i, key := range f.keys {
		if f.secretly && i == len(f.keys)-1 {
			continue
		}
		all = append(all, published{key})
	}
	return all, nil
}

func (f *foreign) CreateAuthRequest(ctx context.Context, asked *oidc.AuthRequest, user string) (op.AuthRequest, error) {
	f.mu.Lock()
	f.asked = append(f.asked, asked)
	f.mu.Unlock()
	return f.answering(f.Storage.CreateAuthRequest(ctx, asked, user))
}

func (f *foreign) AuthRequestByID(ctx context.Context, id string) (op.AuthRequest, error) {
	return f.answering(f.Storage.AuthRequestByID(ctx, id))
}

func (f *foreign) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	return f.answering(f.Storage.AuthRequestByCode(ctx, code))
}

func (f *foreign) answering(request op.AuthRequest, err error) (op.AuthRequest, error) {
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := &foreignRequest{AuthRequest: request, acr: f.acr}
	if f.bend != nil {
		f.bend(answer)
	}
	return answer, nil
}

func (f *foreign) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	if err := f.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	info.AppendClaims("SubjectRefPro", f.practice)
	return nil
}

func (f *foreign) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// withForeign is the medical portal whose Pro Santé Connect is the foreign provider.
func withForeign(t *testing.T) (*zone, *foreign) {
	t.Helper()
	z := newZone(t, Medical)
	z.clock.now = clock.Machine{}.Now()
	f := newForeign(t, z.url+"/callback")
	z.service.issuers = nil
	z.service.Issuers = []Issuer{{Kind: PSC, URL: f.server.URL, ClientID: "cloison", ClientSecret: secret.NewString("s3cret")}}
	if err := z.service.addIssuers(); err != nil {
		t.Fatal(err)
	}
	return z, f
}

// enter goes through the provider's own page with a password, and ends where the browser ends.
func (f *foreign) enter(b *browser, login string) answer {
	f.t.Helper()
	page := b.get("/login?issuer=" + string(f.kind) + "&login_hint=" + login)
	at := b.seen[len(b.seen)-1]
	if !strings.Contains(at.Path, "/login/username") {
		f.t.Fatalf("the provider shows no page to sign in at %s: %d %s", at.Path, page.status, page.body)
	}
	form := url.Values{"username": {login}, "password": {foreignPassword}, "id": {at.Query().Get("authRequestID")}}
	response, err := b.client.PostForm(f.server.URL+"/login/username", form)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	got := answer{status: response.StatusCode, header: response.Header, body: string(body)}
	_ = json.Unmarshal(body, &got.problem)
	return got
}

// A provider that is not ours signs a physician in: PKCE, state and nonce as it checks them, its key rolled over, and the session ended.
func TestAProviderWrittenByOthersSignsIn(t *testing.T) {
	t.Parallel()
	z, f := withForeign(t)
	b := z.browser()
	if got := f.enter(b, "o.testard"); got.status != 200 || got.body != "bonjour o.testard" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	asked := f.asked[0]
	if asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 || asked.CodeChallenge == "" || len(asked.State) < 32 || asked.Nonce != "session-0" {
		t.Errorf("what was asked: challenge %q (%s), state %q, nonce %q", asked.CodeChallenge, asked.CodeChallengeMethod, asked.State, asked.Nonce)
	}
	f.roll()
	if got := f.enter(z.browser(), "o.testard"); got.status != 200 || got.body != "bonjour o.testard" {
		t.Errorf("after its key rolled over: %d %s", got.status, got.body)
	}
	if f.asked[1].State == asked.State || f.asked[1].CodeChallenge == asked.CodeChallenge || f.asked[1].Nonce == asked.Nonce {
		t.Error("a secret serves twice")
	}
	b.do("POST", "/logout", "Origin", z.url)
	if b.signedIn() {
		t.Error("the session goes on after signing out")
	}
}

// What such a provider says of somebody who must not come in, or says wrongly, opens no session.
func TestAProviderWrittenByOthersIsHeldToItsWord(t *testing.T) {
	t.Parallel()
	z, f := withForeign(t)
	normal := z.clock.now
	unpublished, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	strange := &foreignKey{"strange", unpublished}
	for name, c := range map[string]struct {
		login  string
		change func()
		status int
		rule   string
	}{
		"a nurse":                          {"o.testard", func() { f.practice = practices("60", "C") }, 403, "PROFESSION_NOT_PHYSICIAN"},
		"an intern":                        {"o.testard", func() { f.practice = practices("10", "E") }, 403, "PROFESSION_NOT_PHYSICIAN"},
		"a hospital physician":             {"stranger", func() {}, 403, "NOT_HABILITATED"},
		"a weaker level":                   {"o.testard", func() { f.acr = "eidas0" }, 401, ""},
		"no level":                         {"o.testard", func() { f.acr = "" }, 401, ""},
		"another nonce":                    {"o.testard", func() { f.bend = func(r *foreignRequest) { r.nonce = "another" } }, 401, ""},
		"a key that is published nowhere":  {"o.testard", func() { f.keys, f.secretly = append(f.keys, strange), true }, 401, ""},
		"a clock that is two minutes late": {"o.testard", func() { z.clock.move(-2 * time.Minute) }, 401, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f.set(c.change)
			defer f.set(func() {
				f.practice, f.acr, f.bend, f.keys, f.secretly = practices("10", "C"), "eidas1", nil, f.keys[:1], false
				z.clock.move(normal.Sub(z.clock.Now()))
			})
			b := z.browser()
			got := f.enter(b, c.login)
			if got.status != c.status || got.problem.Rule != c.rule {
				t.Errorf("%d %s, want %d %s", got.status, got.body, c.status, c.rule)
			}
			if b.signedIn() {
				t.Error("there is a session")
			}
		})
	}
	t.Run("within a minute", func(t *testing.T) {
		z.clock.move(-30 * time.Second)
		if got := f.enter(z.browser(), "o.testard"); got.status != 200 {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}
