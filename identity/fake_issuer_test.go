package identity

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// fakeIssuer is a provider that can be told to lie. What it signs is right unless bend changes it.
type fakeIssuer struct {
	t      *testing.T
	kind   IssuerKind
	server *httptest.Server
	signer jose.Signer
	public jose.JSONWebKey
	shared jose.JSONWebKey // a secret, which it publishes beside, without its algorithm: the library leaves out what names one that it does not know
	clock  *stillClock

	mu    sync.Mutex
	who   string // subject that signs in
	bend  func(claims map[string]any)
	info  func(claims map[string]any)
	plain bool // userinfo unsigned, whatever the kind
	codes map[string]url.Values
	down  bool
	names bool   // it says that its answers name it
	ends  string // where its document says that sessions end

	forge  func(claims map[string]any) string // the ID token, in place of what it signs
	vouch  func(claims map[string]any) string // the userinfo of ProConnect, likewise
	issuer string                             // its document names this one; "" is itself
	leads  string                             // where its token endpoint sends whoever asks
}

func newFakeIssuer(t *testing.T, kind IssuerKind, clock *stillClock) *fakeIssuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private := jose.JSONWebKey{Key: key, KeyID: "k-" + string(kind), Algorithm: "ES256", Use: "sig"}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeIssuer{t: t, kind: kind, signer: signer, public: private.Public(), clock: clock, codes: map[string]url.Values{},
		shared: jose.JSONWebKey{Key: bytes.Repeat([]byte("s"), 64), KeyID: "shared", Use: "sig"}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", f.discovery)
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, _ *http.Request) {
		f.json(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{f.public, f.shared}})
	})
	mux.HandleFunc("/authorize", f.authorize)
	mux.HandleFunc("/token", f.token)
	mux.HandleFunc("/userinfo", f.userinfo)
	f.server = httptest.NewServer(mux)
	t.Cleanup(f.server.Close)
	return f
}

func (f *fakeIssuer) json(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		f.t.Log(err)
	}
}

func (f *fakeIssuer) set(change func(*fakeIssuer)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fakeIssuer) discovery(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	u := f.server.URL
	f.json(w, map[string]any{"issuer": cmp.Or(f.issuer, u), "authorization_endpoint": u + "/authorize", "token_endpoint": u + "/token",
		"userinfo_endpoint": u + "/userinfo", "jwks_uri": u + "/jwks", "id_token_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": f.names,
		"end_session_endpoint": f.ends})
}

func (f *fakeIssuer) authorize(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	code := "code-" + rand.Text()
	f.codes[code] = r.URL.Query()
	back := url.Values{"code": {code}, "state": {r.URL.Query().Get("state")}, "iss": {f.server.URL}}
	http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (f *fakeIssuer) token(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.leads != "" {
		http.Redirect(w, r, f.leads, http.StatusTemporaryRedirect)
		return
	}
	asked, ok := f.codes[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || asked.Get("code_challenge_method") != "S256" || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") ||
		r.PostFormValue("client_secret") != "s3cret" {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	now := f.clock.Now()
	claims := map[string]any{"iss": f.server.URL, "sub": f.who, "aud": "cloison", "nonce": asked.Get("nonce"),
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "auth_time": now.Unix()}
	if f.kind == ProConnect {
		claims["amr"] = []string{"pwd", "totp", "mfa"}
	} else {
		claims["acr"] = "eidas1"
	}
	if f.bend != nil {
		f.bend(claims)
	}
	sign := f.sign
	if f.forge != nil {
		sign = f.forge
	}
	f.json(w, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": sign(claims)})
}

func (f *fakeIssuer) userinfo(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	claims := map[string]any{"sub": f.who}
	if f.kind == PSC {
		claims["SubjectRefPro"] = practices("10", "C")
	} else {
		claims["iss"], claims["aud"] = f.server.URL, "cloison"
	}
	if f.info != nil {
		f.info(claims)
	}
	if f.kind == PSC || f.plain {
		f.json(w, claims)
		return
	}
	w.Header().Set("Content-Type", "application/jwt")
	sign := f.sign
	if f.vouch != nil {
		sign = f.vouch
	}
	if _, err := w.Write([]byte(sign(claims))); err != nil {
		f.t.Log(err)
	}
}

func practices(profession, category string) map[string]any {
	return map[string]any{"exercices": []map[string]any{{"codeProfession": profession, "codeCategorieProfessionnelle": category}}}
}

func (f *fakeIssuer) sign(claims map[string]any) string {
	raw, err := json.Marshal(claims)
	if err != nil {
		f.t.Fatal(err)
	}
	signed, err := f.signer.Sign(raw)
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}
