package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"cloison/internal/secret"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// IssuerKind says what an issuer proves, in the words of the directory and the configuration.
type IssuerKind string

const (
	// PSC: Pro Santé Connect proves a health professional. Its userinfo is JSON.
	PSC IssuerKind = "psc"
	// ProConnect proves a public agent, with a second factor in amr. Its userinfo is a signed JWT.
	ProConnect IssuerKind = "proconnect"
)

// Issuer is one pinned OpenID provider.
type Issuer struct {
	Kind         IssuerKind
	URL          string // issuer, compared exactly
	ClientID     string
	ClientSecret secret.String
	Scopes       []string // nil: what the kind needs
	ACR          []string // the token's acr must be one of these; nil: what the kind needs
	AMR          []string // the token's amr must hold all of these; nil: what the kind needs
}

var issuerNames = map[IssuerKind]string{PSC: "Pro Santé Connect", ProConnect: "ProConnect"}

var issuerScopes = map[IssuerKind][]string{
	PSC:        {"openid", "scope_all"},
	ProConnect: {"openid", "given_name", "usual_name", "email", "uid"},
}

// issuerACR and issuerAMR are what a sign-in must prove where the configuration does not say. Pro Santé Connect says eidas1 for the card
// and the e-CPS alike, and no amr. RFC 8176 names mfa for two factors; ProConnect sends it beside the factors themselves.
var (
	issuerACR = map[IssuerKind][]string{PSC: {"eidas1"}}
	issuerAMR = map[IssuerKind][]string{ProConnect: {"mfa"}}
)

// algorithms an issuer may sign with: asymmetric ones only.
var algorithms = []string{oidc.RS256, oidc.PS256, oidc.ES256, oidc.EdDSA}

// issuer discovers its provider at first use, again at each use until it answers.
type issuer struct {
	Issuer
	redirect string
	client   *http.Client
	now      func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider
	keys     oidc.KeySet
	ends     string // where it ends its own session; "" where its document names no such address
	names    bool   // it says that its answers name it (RFC 9207): one that does not is not its own
}

func (s *Service) addIssuers() error {
	for _, given := range s.Issuers {
		if issuerNames[given.Kind] == "" || given.URL == "" || given.ClientID == "" {
			return fmt.Errorf("issuer of kind %q: kind, URL or client id missing", given.Kind)
		}
		if s.issuer(given.Kind) != nil {
			return fmt.Errorf("two issuers of kind %q", given.Kind)
		}
		if given.Scopes == nil {
			given.Scopes = issuerScopes[given.Kind]
		}
		if given.ACR == nil {
			given.ACR = issuerACR[given.Kind]
		}
		if given.AMR == nil {
			given.AMR = issuerAMR[given.Kind]
		}
		s.issuers = append(s.issuers, &issuer{Issuer: given, redirect: s.PublicURL + "/callback", client: s.Client, now: s.Clock.Now})
	}
	return nil
}

func (s *Service) issuer(kind IssuerKind) *issuer {
	at := slices.IndexFunc(s.issuers, func(i *issuer) bool { return i.Kind == kind })
	if at < 0 {
		return nil
	}
	return s.issuers[at]
}

// context carries the client. The provider keeps it for later key fetches, so it must not end with the request.
func (i *issuer) context(ctx context.Context) context.Context {
	return oidc.ClientContext(context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, i.client), i.client)
}

// discover gives the provider. go-oidc refuses a document that names another issuer.
func (i *issuer) discover(ctx context.Context) (*oidc.Provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.provider != nil {
		return i.provider, nil
	}
	provider, err := oidc.NewProvider(i.context(ctx), i.URL)
	if err != nil {
		return nil, outage("discovering an issuer", err)
	}
	var document struct {
		Keys  string `json:"jwks_uri"`
		Ends  string `json:"end_session_endpoint"`
		Names bool   `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, outage("reading an issuer's document", err)
	}
	i.provider, i.keys = provider, oidc.NewRemoteKeySet(i.context(context.Background()), document.Keys)
	i.names, i.ends = document.Names, document.Ends
	return provider, nil
}

// isNamed refuses an answer that names another issuer, or none where this one says that its answers do: it was mixed up on the way (RFC 9207,
// TestAnAnswerNamesItsIssuer).
func (i *issuer) isNamed(ctx context.Context, named string) error {
	if _, err := i.discover(ctx); err != nil {
		return err
	}
	if named != i.URL && (named != "" || i.names) {
		return notProven(sayStartAgain, errors.New("the callback does not name its issuer"))
	}
	return nil
}

func (i *issuer) oauth(provider *oidc.Provider) *oauth2.Config {
	endpoint := provider.Endpoint()
	// Told, not tried out: a wrong guess would spend the code.
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &oauth2.Config{
		ClientID: i.ClientID, ClientSecret: i.ClientSecret.Reveal(), Endpoint: endpoint,
		RedirectURL: i.redirect, Scopes: i.Scopes,
	}
}

// authorization is the address that the browser is sent to.
func (i *issuer) authorization(ctx context.Context, p pending, hint string) (string, error) {
	provider, err := i.discover(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(p.nonce), oauth2.S256ChallengeOption(p.verifier)}
	if hint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", hint))
	}
	if i.Kind == ProConnect {
		// ProConnect tells the factors only when asked.
		options = append(options, oauth2.SetAuthURLParam("claims", `{"id_token":{"amr":{"essential":true}}}`))
	}
	if p.stepUp != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if len(i.ACR) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(i.ACR, " ")))
	}
	return i.oauth(provider).AuthCodeURL(p.state, options...), nil
}

// newClient never follows a redirect, and bounds what an issuer may answer in time and size.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		Transport:     boundedTransport{http.DefaultTransport.(*http.Transport).Clone()},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

const answerLimit = 1 << 20

type boundedTransport struct{ http.RoundTripper }

func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, answerLimit), response.Body}
	return response, nil
}

// choices of the login page, with what was asked kept.
func (s *Service) choices(role, hint string) []Choice {
	var all []Choice
	for _, i := range s.issuers {
		query := url.Values{"issuer": {string(i.Kind)}}
		if role != "" {
			query.Set("role", role)
		}
		if hint != "" {
			query.Set("login_hint", hint)
		}
		all = append(all, Choice{Name: issuerNames[i.Kind], Kind: i.Kind, URL: "/login?" + query.Encode()})
	}
	return all
}
