package identity

import (
	"encoding/json"
	"net/http"
	"testing"

	"cloison/internal/clock"
	"cloison/internal/secret"

	"github.com/go-jose/go-jose/v4"
)

// The same subject at another provider is somebody else: nobody of the directory.
func TestASubjectIsOfItsIssuer(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	z.psc.set(func(f *fakeIssuer) { f.who = clerk })
	b := z.browser()
	got := b.get("/login?issuer=psc")
	if got.status != http.StatusForbidden || got.problem.Rule != "NOT_HABILITATED" || b.signedIn() {
		t.Errorf("a clerk's subject at Pro Santé Connect: %d %s", got.status, got.body)
	}
}

// An issuer that says that its answers name it is believed: one that names nobody, or another, is not its own (RFC 9207).
func TestAnAnswerNamesItsIssuer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says   bool
		iss    func(z *zone) string
		status int
	}{
		"named, as it says":           {true, func(z *zone) string { return z.psc.server.URL }, 200},
		"not named, though it says":   {true, func(*zone) string { return "" }, 401},
		"another, though it says":     {true, func(z *zone) string { return z.pro.server.URL }, 401},
		"not named, as it never does": {false, func(*zone) string { return "" }, 200},
		"another, without saying":     {false, func(z *zone) string { return z.pro.server.URL }, 401},
	} {
		t.Run(name, func(t *testing.T) {
			z := newZone(t, Medical)
			z.psc.set(func(f *fakeIssuer) { f.names = c.says })
			b := z.browser()
			at := b.stop("o.testard", doctor)
			query := at.Query()
			if query.Del("iss"); c.iss(z) != "" {
				query.Set("iss", c.iss(z))
			}
			at.RawQuery = query.Encode()
			if got := b.get(at.String()); got.status != c.status || b.signedIn() != (c.status == 200) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

// ProConnect's profile by a provider that others wrote: the userinfo comes as a token that it signed, for this client, and two factors in amr.
func TestASignedUserinfoIsHeldToItsWord(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	z.clock.now = clock.Machine{}.Now()
	f := newForeign(t, z.url+"/callback")
	f.kind = ProConnect
	z.service.issuers = nil
	z.service.Issuers = []Issuer{{Kind: ProConnect, URL: f.server.URL, ClientID: "cloison", ClientSecret: secret.NewString("s3cret")}}
	if err := z.service.addIssuers(); err != nil {
		t.Fatal(err)
	}
	strange := newFakeIssuer(t, ProConnect, z.clock)
	says := func(change func(map[string]any)) func(http.ResponseWriter, map[string]any) {
		return func(w http.ResponseWriter, claims map[string]any) {
			claims["iss"], claims["aud"] = f.server.URL, "cloison"
			change(claims)
			w.Header().Set("Content-Type", "application/jwt")
			_, _ = w.Write([]byte(f.signs(t, claims)))
		}
	}
	nothing := func(map[string]any) {}
	for name, c := range map[string]struct {
		factors []string
		answers func(http.ResponseWriter, map[string]any)
		roll    bool
		status  int
	}{
		"two factors, signed":       {[]string{"pwd", "mfa"}, says(nothing), false, 200},
		"after its key rolled over": {[]string{"pwd", "mfa"}, says(nothing), true, 200},
		"one factor":                {[]string{"pwd"}, says(nothing), false, 401},
		"no factor is told":         {nil, says(nothing), false, 401},
		"for another client":        {[]string{"pwd", "mfa"}, says(func(c map[string]any) { c["aud"] = "somebody" }), false, 401},
		"of another issuer":         {[]string{"pwd", "mfa"}, says(func(c map[string]any) { c["iss"] = "https://evil.example" }), false, 401},
		"of another subject":        {[]string{"pwd", "mfa"}, says(func(c map[string]any) { c["sub"] = "sub-pref-a" }), false, 401},
		"not signed":                {[]string{"pwd", "mfa"}, nil, false, 401},
		"signed by another": {[]string{"pwd", "mfa"}, func(w http.ResponseWriter, claims map[string]any) {
			claims["iss"], claims["aud"] = f.server.URL, "cloison"
			_, _ = w.Write([]byte(strange.sign(claims)))
		}, false, 401},
	} {
		t.Run(name, func(t *testing.T) {
			if c.roll {
				f.roll()
			}
			f.set(func() { f.answers, f.bend = c.answers, func(r *foreignRequest) { r.amr = c.factors } })
			b := z.browser()
			if got := f.enter(b, "l.feint"); got.status != c.status || b.signedIn() != (c.status == 200) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

// signs makes a token with the key of the provider that signs.
func (f *foreign) signs(t *testing.T, claims map[string]any) string {
	t.Helper()
	f.mu.Lock()
	key := f.keys[len(f.keys)-1]
	f.mu.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.key, KeyID: key.id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(raw)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
