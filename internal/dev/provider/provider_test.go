package provider

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

const redirect = "http://127.0.0.1:1/callback"

type stillClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stillClock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *stillClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var people = []Person{
	{ID: "med-1", Role: "MEDECIN", Login: "h.medecin", Subject: "f:1:8999", IDP: "PSC", GivenName: "Hélène", FamilyName: "ESSAI",
		Claims: map[string]any{"preferred_username": "8999", "SubjectNameID": "8999", "SubjectRefPro": map[string]any{"exercices": []any{map[string]any{"codeProfession": "10"}}}}},
	{ID: "pref-1", Role: "PREFECTURE", Login: "g.agent", Subject: "abc", IDP: "PROCONNECT", GivenName: "Gilles", FamilyName: "ESSAI", Prefecture: "75",
		Claims: map[string]any{"uid": "g.agent", "acr": "eidas1", "amr": []any{"pwd", "totp", "mfa"}}},
}

type fixture struct {
	*Provider
	clock  *stillClock
	server *httptest.Server
	web    *http.Client // follows nothing
}

func setUp(t *testing.T, quick bool) fixture {
	t.Helper()
	c := &stillClock{now: time.Date(2026, 1, 12, 8, 0, 0, 0, time.UTC)}
	var p *Provider
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	p, err := New(Options{
		BaseURL: server.URL, Clock: c, People: people, KeyDir: t.TempDir(), QuickLogin: quick,
		Clients: []Client{
			{ID: "medical", Secret: "s3cret/é", Issuer: PSC, Redirects: []string{redirect}, LogoutTo: []string{"http://127.0.0.1:1/"}},
			{ID: "neighbour", Secret: "third", Issuer: PSC, Redirects: []string{redirect}},
			{ID: "medical", Secret: "fourth", Issuer: ProConnect, Redirects: []string{redirect}}, // one name at both
			{ID: "server", Secret: "other", Issuer: ProConnect, Redirects: []string{redirect}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return fixture{p, c, server, web}
}

func (f fixture) relying(t *testing.T, issuer, client, secret string) (*oidc.Provider, *oauth2.Config) {
	t.Helper()
	op, err := oidc.NewProvider(t.Context(), f.Issuer(issuer))
	if err != nil {
		t.Fatal(err)
	}
	return op, &oauth2.Config{ClientID: client, ClientSecret: secret, RedirectURL: redirect, Endpoint: op.Endpoint(), Scopes: []string{"openid"}}
}

func (f fixture) get(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	return f.do(t, http.MethodGet, address, nil)
}

func (f fixture) do(t *testing.T, method, address string, form url.Values) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := f.web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func location(t *testing.T, resp *http.Response) url.Values {
	t.Helper()
	u, err := resp.Location()
	if err != nil {
		t.Fatalf("status %d: %v", resp.StatusCode, err)
	}
	if !strings.HasPrefix(u.String(), redirect+"?") {
		t.Fatalf("sent to %s", u)
	}
	return u.Query()
}

func TestCodeFlowAtBothIssuers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		issuer, client, secret, hint, subject string
		style                                 oauth2.AuthStyle
	}{
		{PSC, "medical", "s3cret/é", "h.medecin", "f:1:8999", oauth2.AuthStyleInHeader},
		{PSC, "medical", "s3cret/é", "med-1", "f:1:8999", oauth2.AuthStyleInParams},
		{ProConnect, "server", "other", "g.agent", "abc", oauth2.AuthStyleInHeader},
	} {
		t.Run(tc.issuer+" "+tc.hint, func(t *testing.T) {
			t.Parallel()
			f := setUp(t, true)
			op, conf := f.relying(t, tc.issuer, tc.client, tc.secret)
			conf.Endpoint.AuthStyle = tc.style
			verifier := oauth2.GenerateVerifier()
			resp, _ := f.get(t, conf.AuthCodeURL("st", oidc.Nonce("nn"), oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("login_hint", tc.hint)))
			back := location(t, resp)
			if back.Get("state") != "st" || back.Get("iss") != f.Issuer(tc.issuer) {
				t.Errorf("answered %v", back)
			}
			token, err := conf.Exchange(t.Context(), back.Get("code"), oauth2.VerifierOption(verifier))
			if err != nil {
				t.Fatal(err)
			}
			f.checkIDToken(t, op, conf, token, tc.subject)
			f.checkUserinfo(t, op, token, tc.issuer, tc.subject)
		})
	}
}

func (f fixture) checkIDToken(t *testing.T, op *oidc.Provider, conf *oauth2.Config, token *oauth2.Token, subject string) {
	t.Helper()
	raw, _ := token.Extra("id_token").(string)
	id, err := op.Verifier(&oidc.Config{ClientID: conf.ClientID, Now: f.clock.Now}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		t.Error(err)
	}
	var c struct {
		ACR      string   `json:"acr"`
		AMR      []string `json:"amr"`
		AuthTime int64    `json:"auth_time"`
		Username string   `json:"preferred_username"`
	}
	if err := id.Claims(&c); err != nil {
		t.Fatal(err)
	}
	now := f.clock.Now()
	if id.Subject != subject || id.Nonce != "nn" || !id.IssuedAt.Equal(now) || !id.Expiry.Equal(now.Add(10*time.Minute)) || c.AuthTime != now.Unix() || c.ACR != "eidas1" {
		t.Errorf("id token %+v %+v", id, c)
	}
	if psc := subject == "f:1:8999"; psc != (c.Username == "8999") || psc == (len(c.AMR) == 3) {
		t.Errorf("strength and name: %+v", c)
	}
	if _, err := op.Verifier(&oidc.Config{ClientID: conf.ClientID, Now: func() time.Time { return now.Add(11 * time.Minute) }}).Verify(t.Context(), raw); err == nil {
		t.Error("good after eleven minutes")
	}
}

func (f fixture) checkUserinfo(t *testing.T, op *oidc.Provider, token *oauth2.Token, issuer, subject string) {
	t.Helper()
	info, err := op.UserInfo(t.Context(), oauth2.StaticTokenSource(token)) // reads JSON and signed JWT alike
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := info.Claims(&c); err != nil {
		t.Fatal(err)
	}
	if info.Subject != subject || c["acr"] != nil || c["amr"] != nil {
		t.Errorf("userinfo %v", c)
	}
	if issuer == PSC {
		if c["SubjectRefPro"] == nil || c["iss"] != nil {
			t.Errorf("Pro Santé Connect answers its claims as JSON: %v", c)
		}
		return
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, op.UserInfoEndpoint(), nil)
	token.SetAuthHeader(req)
	resp, err := f.web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	parsed, err := jwt.ParseSigned(string(raw), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || resp.Header.Get("Content-Type") != "application/jwt" {
		t.Fatalf("%s: %v", resp.Header.Get("Content-Type"), err)
	}
	set, _ := f.JWKS(ProConnect)
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(set, &keys); err != nil {
		t.Fatal(err)
	}
	var signed jwt.Claims
	if err := parsed.Claims(keys, &signed); err != nil || !signed.Audience.Contains("server") || signed.Issuer != f.Issuer(ProConnect) {
		t.Errorf("%v %+v", err, signed)
	}
}

func (f fixture) code(t *testing.T) (*oauth2.Config, string, string) {
	t.Helper()
	_, conf := f.relying(t, PSC, "medical", "s3cret/é")
	verifier := oauth2.GenerateVerifier()
	resp, _ := f.get(t, conf.AuthCodeURL("st", oidc.Nonce("nn"), oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("login_hint", "h.medecin")))
	return conf, location(t, resp).Get("code"), verifier
}

func TestACodeIsSpentOnceByItsOwnerInTime(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(f fixture, conf *oauth2.Config, code, verifier *string){
		"wrong verifier":     func(_ fixture, _ *oauth2.Config, _, v *string) { *v = oauth2.GenerateVerifier() },
		"wrong secret":       func(_ fixture, c *oauth2.Config, _, _ *string) { c.ClientSecret = "other" },
		"no secret":          func(_ fixture, c *oauth2.Config, _, _ *string) { c.ClientSecret = "" },
		"wrong redirect":     func(_ fixture, c *oauth2.Config, _, _ *string) { c.RedirectURL += "x" },
		"neighbour's client": func(_ fixture, c *oauth2.Config, _, _ *string) { c.ClientID, c.ClientSecret = "neighbour", "third" },
		"other issuer's client": func(f fixture, c *oauth2.Config, _, _ *string) {
			c.ClientSecret = "fourth"
			c.Endpoint.TokenURL = f.Issuer(ProConnect) + "/token"
		},
		"made-up code": func(_ fixture, _ *oauth2.Config, c, _ *string) { *c = "x" },
		"too late":     func(f fixture, _ *oauth2.Config, _, _ *string) { f.clock.move(codeLife + time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setUp(t, true)
			conf, code, verifier := f.code(t)
			spoil(f, conf, &code, &verifier)
			if token, err := conf.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
				t.Errorf("gave %v", token)
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		t.Parallel()
		f := setUp(t, true)
		conf, code, verifier := f.code(t)
		token, err := conf.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conf.Exchange(t.Context(), code, oauth2.VerifierOption(verifier)); err == nil {
			t.Error("the code was good twice")
		}
		op, _ := f.relying(t, PSC, "medical", "s3cret/é")
		if _, err := op.UserInfo(t.Context(), oauth2.StaticTokenSource(token)); err == nil {
			t.Error("the first token still lives")
		}
	})
}

func TestUserinfoIsForItsOwnTokenInTime(t *testing.T) {
	t.Parallel()
	f := setUp(t, true)
	conf, code, verifier := f.code(t)
	token, err := conf.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(issuer, bearer string) int {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, f.Issuer(issuer)+"/userinfo", nil)
		req.Header.Set("Authorization", "Bearer "+bearer)
		resp, err := f.web.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, tc := range []struct {
		name, issuer, bearer string
		wait                 time.Duration
		want                 int
	}{
		{"its own", PSC, token.AccessToken, 0, 200},
		{"the other issuer", ProConnect, token.AccessToken, 0, 401},
		{"no token", PSC, "", 0, 401},
		{"made up", PSC, random(), 0, 401},
		{"too late", PSC, token.AccessToken, tokenLife + time.Second, 401},
	} {
		f.clock.move(tc.wait)
		if got := ask(tc.issuer, tc.bearer); got != tc.want {
			t.Errorf("%s: %d", tc.name, got)
		}
	}
}

func TestABadRequestIsRefused(t *testing.T) {
	t.Parallel()
	f := setUp(t, true)
	good := func() url.Values {
		return url.Values{"client_id": {"medical"}, "redirect_uri": {redirect}, "response_type": {"code"}, "scope": {"openid scope_all"},
			"state": {"s"}, "nonce": {"n"}, "code_challenge": {challenge("v")}, "code_challenge_method": {"S256"}, "login_hint": {"h.medecin"}}
	}
	ask := func(t *testing.T, q url.Values) *http.Response {
		resp, _ := f.get(t, f.Issuer(PSC)+"/authorize?"+q.Encode())
		return resp
	}
	if location(t, ask(t, good())).Get("code") == "" {
		t.Fatal("the good request is refused")
	}
	for name, tc := range map[string]struct {
		change func(url.Values)
		want   string
	}{
		"no PKCE":        {func(q url.Values) { q.Del("code_challenge") }, "invalid_request"},
		"plain PKCE":     {func(q url.Values) { q.Set("code_challenge_method", "plain") }, "invalid_request"},
		"no state":       {func(q url.Values) { q.Del("state") }, "invalid_request"},
		"no nonce":       {func(q url.Values) { q.Del("nonce") }, "invalid_request"},
		"nonce twice":    {func(q url.Values) { q.Add("nonce", "m") }, "invalid_request"},
		"implicit":       {func(q url.Values) { q.Set("response_type", "id_token") }, "unsupported_response_type"},
		"no openid":      {func(q url.Values) { q.Set("scope", "email") }, "invalid_scope"},
		"prompt=none":    {func(q url.Values) { q.Set("prompt", "none") }, "login_required"},
		"fragment reply": {func(q url.Values) { q.Set("response_mode", "fragment") }, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			q := good()
			tc.change(q)
			if got := location(t, ask(t, q)); got.Get("error") != tc.want || got.Get("code") != "" {
				t.Errorf("answered %v", got)
			}
		})
	}
	for name, change := range map[string]func(url.Values){
		"unknown client":         func(q url.Values) { q.Set("client_id", "x") },
		"client of the other":    func(q url.Values) { q.Set("client_id", "server") },
		"unregistered redirect":  func(q url.Values) { q.Set("redirect_uri", "http://evil.example/") },
		"redirect with a suffix": func(q url.Values) { q.Set("redirect_uri", redirect+"/..") },
	} {
		t.Run(name, func(t *testing.T) {
			q := good()
			change(q)
			if resp := ask(t, q); resp.StatusCode != http.StatusBadRequest || resp.Header.Get("Location") != "" {
				t.Errorf("answered %d %s", resp.StatusCode, resp.Header.Get("Location"))
			}
		})
	}
}

func TestWithoutQuickLoginThePersonIsChosenOnAPage(t *testing.T) {
	t.Parallel()
	f := setUp(t, false)
	_, conf := f.relying(t, PSC, "medical", "s3cret/é")
	verifier := oauth2.GenerateVerifier()
	address := conf.AuthCodeURL("st", oidc.Nonce("nn"), oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("login_hint", "h.medecin"))
	resp, body := f.get(t, address)
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "Hélène ESSAI") || strings.Contains(body, "Gilles") {
		t.Fatalf("%d\n%s", resp.StatusCode, body)
	}
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "http://127.0.0.1:1") {
		t.Errorf("policy %q", policy)
	}
	resp, _ = f.do(t, http.MethodPost, address, url.Values{"person": {"h.medecin"}})
	if _, err := conf.Exchange(context.WithoutCancel(t.Context()), location(t, resp).Get("code"), oauth2.VerifierOption(verifier)); err != nil {
		t.Error(err)
	}
	// A person of the other issuer is nobody here.
	resp, _ = f.do(t, http.MethodPost, address, url.Values{"person": {"g.agent"}})
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("answered %d", resp.StatusCode)
	}
}

func TestEndSessionReturnsOnlyToTheClientsAddress(t *testing.T) {
	t.Parallel()
	f := setUp(t, true)
	conf, code, verifier := f.code(t)
	token, err := conf.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	hint, _ := token.Extra("id_token").(string)
	end := func(hint, to string) *http.Response {
		resp, _ := f.get(t, f.Issuer(PSC)+"/end_session?"+url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {to}, "state": {"z"}}.Encode())
		return resp
	}
	if got := end(hint, "http://127.0.0.1:1/").Header.Get("Location"); got != "http://127.0.0.1:1/?state=z" {
		t.Errorf("sent to %q", got)
	}
	for _, tc := range [][2]string{{hint, "http://evil.example/"}, {"x", "http://127.0.0.1:1/"}, {hint[:len(hint)-8] + "AAAAAAAA", "http://127.0.0.1:1/"}} {
		if resp := end(tc[0], tc[1]); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("answered %d to %s", resp.StatusCode, tc[1])
		}
	}
}

func TestKeysAreKeptAndDifferByIssuer(t *testing.T) {
	t.Parallel()
	o := Options{BaseURL: "http://127.0.0.1:1", Clock: &stillClock{}, KeyDir: t.TempDir()}
	first, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	second, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := first.JWKS(PSC)
	b, _ := second.JWKS(PSC)
	other, _ := first.JWKS(ProConnect)
	if string(a) != string(b) || string(a) == string(other) || strings.Contains(string(a), `"d"`) {
		t.Errorf("%s\n%s\n%s", a, b, other)
	}
}
