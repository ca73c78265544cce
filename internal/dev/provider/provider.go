// Package provider is the OpenID provider of development: a real one, small, for
// people who do not exist. It stands for Pro Santé Connect (/psc) and ProConnect
// (/proconnect), which differ in their userinfo, their keys and their people.
//
// What it does not do is authenticate: whoever reaches it chooses whom to be. It
// keeps no session, so every authorization is a fresh authentication: prompt=login
// and max_age are met by construction, and auth_time is always now. It belongs on
// loopback, and arch_test keeps it out of the programs.
package provider

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"cloison/internal/clock"
)

// The two issuers' kinds, also the first segment of their addresses.
const (
	PSC        = "psc"
	ProConnect = "proconnect"
)

const (
	codeLife  = time.Minute
	tokenLife = 10 * time.Minute // settled with keyholder, which takes no older token
)

// Client is a program that signs people in.
type Client struct {
	ID, Secret string
	Issuer     string   // PSC or ProConnect
	Redirects  []string // compared whole
	LogoutTo   []string // post_logout_redirect_uri, compared whole
}

// Portal is a place to sign in, for the page that says who can sign in where.
type Portal struct {
	Name, URL string
	Roles     []string
}

// Options of New. BaseURL has no final slash.
type Options struct {
	BaseURL    string
	Clock      clock.Clock
	People     []Person
	Clients    []Client
	Portals    []Portal
	KeyDir     string // signing keys, made if missing
	QuickLogin bool   // login_hint is believed
}

// Provider serves both issuers. Safe for concurrent use.
type Provider struct {
	o     Options
	keys  map[string]signingKey // by issuer
	mux   *http.ServeMux
	mu    sync.Mutex
	codes map[string]grant
	token map[string]grant
}

// grant is what a code, then an access token, stands for.
type grant struct {
	issuer, client, redirect, challenge, nonce string
	person                                     Person
	authTime, expires                          time.Time
	access                                     string // of a spent code: the token it gave
}

// New makes the provider, and its keys at the first start.
func New(o Options) (*Provider, error) {
	p := &Provider{o: o, keys: map[string]signingKey{}, mux: http.NewServeMux(), codes: map[string]grant{}, token: map[string]grant{}}
	for _, issuer := range []string{PSC, ProConnect} {
		key, err := loadKey(o.KeyDir, issuer)
		if err != nil {
			return nil, err
		}
		p.keys[issuer] = key
		p.routes(issuer)
	}
	p.mux.HandleFunc("GET /{$}", p.home)
	p.mux.HandleFunc("GET /style.css", style)
	return p, nil
}

func (p *Provider) routes(issuer string) {
	bind := func(h func(http.ResponseWriter, *http.Request, string)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { h(w, r, issuer) }
	}
	p.mux.HandleFunc("GET /"+issuer+"/.well-known/openid-configuration", bind(p.discovery))
	p.mux.HandleFunc("GET /"+issuer+"/jwks", bind(p.jwks))
	p.mux.HandleFunc("GET /"+issuer+"/authorize", bind(p.authorize))
	p.mux.HandleFunc("POST /"+issuer+"/authorize", bind(p.authorize))
	p.mux.HandleFunc("POST /"+issuer+"/token", bind(p.exchange))
	p.mux.HandleFunc("GET /"+issuer+"/userinfo", bind(p.userinfo))
	p.mux.HandleFunc("POST /"+issuer+"/userinfo", bind(p.userinfo))
	p.mux.HandleFunc("GET /"+issuer+"/end_session", bind(p.endSession))
	p.mux.HandleFunc("POST /"+issuer+"/end_session", bind(p.endSession))
}

func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	p.mux.ServeHTTP(w, r)
}

// Issuer is the address of one of the two.
func (p *Provider) Issuer(kind string) string { return p.o.BaseURL + "/" + kind }

func (p *Provider) client(issuer, id string) (Client, bool) {
	i := slices.IndexFunc(p.o.Clients, func(c Client) bool { return c.ID == id && c.Issuer == issuer })
	if i < 0 {
		return Client{}, false
	}
	return p.o.Clients[i], true
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request, issuer string) {
	at := p.Issuer(issuer)
	d := map[string]any{
		"issuer":                                         at,
		"authorization_endpoint":                         at + "/authorize",
		"token_endpoint":                                 at + "/token",
		"userinfo_endpoint":                              at + "/userinfo",
		"jwks_uri":                                       at + "/jwks",
		"end_session_endpoint":                           at + "/end_session",
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "client_secret_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"prompt_values_supported":                        []string{"none", "login"},
		"acr_values_supported":                           []string{"eidas1"},
		"authorization_response_iss_parameter_supported": true,
	}
	if issuer == ProConnect {
		d["userinfo_signing_alg_values_supported"] = []string{"RS256"}
		d["scopes_supported"] = []string{"openid", "given_name", "usual_name", "email", "uid", "siret", "siren", "organizational_unit", "belonging_population", "idp_id"}
	} else {
		d["scopes_supported"] = []string{"openid", "scope_all"}
	}
	writeJSON(w, http.StatusOK, d)
}

// redirectWith answers a redirect to a registered address with these parameters.
func redirectWith(w http.ResponseWriter, r *http.Request, to string, with url.Values) {
	u, err := url.Parse(to)
	if err != nil {
		http.Error(w, "adresse de retour illisible", http.StatusBadRequest)
		return
	}
	q := u.Query()
	for k, v := range with {
		q[k] = v
	}
	u.RawQuery = q.Encode()
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// random is a value nobody guesses.
func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// purge forgets what has expired. The caller holds mu.
func purge(grants map[string]grant, now time.Time) {
	for k, g := range grants {
		if now.After(g.expires) {
			delete(grants, k)
		}
	}
}

func (p *Provider) person(issuer, hint string) (Person, error) {
	for _, who := range p.o.People {
		if who.issuer() == issuer && (who.Login == hint || who.ID == hint) {
			return who, nil
		}
	}
	return Person{}, fmt.Errorf("no such person at %s", issuer)
}
