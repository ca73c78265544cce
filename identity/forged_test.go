package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// The forgeries that a verifier falls for when the token says how it is to be verified.

func (f *fakeIssuer) unsigned(claims map[string]any) string {
	text := base64.RawURLEncoding.EncodeToString
	return text([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + text(f.raw(claims)) + "."
}

func (f *fakeIssuer) withItsPublicKeyAsSecret(claims map[string]any) string {
	public, err := f.public.MarshalJSON()
	if err != nil {
		f.t.Fatal(err)
	}
	return f.signedBy(jose.SigningKey{Algorithm: jose.HS256, Key: public}, (&jose.SignerOptions{}).WithHeader("kid", f.public.KeyID), claims)
}

// withASecretItPublishes is what a key set with a symmetric key makes possible to whoever reads it.
func (f *fakeIssuer) withASecretItPublishes(claims map[string]any) string {
	return f.signedBy(jose.SigningKey{Algorithm: jose.HS256, Key: f.shared.Key}, (&jose.SignerOptions{}).WithHeader("kid", f.shared.KeyID), claims)
}

func (f *fakeIssuer) withAKeyOfAnotherKind(claims map[string]any) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.signedBy(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", f.public.KeyID), claims)
}

func (f *fakeIssuer) withAKeyOfItsOwn(claims map[string]any) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.signedBy(jose.SigningKey{Algorithm: jose.ES256, Key: key}, &jose.SignerOptions{EmbedJWK: true}, claims)
}

func (f *fakeIssuer) signedBy(key jose.SigningKey, options *jose.SignerOptions, claims map[string]any) string {
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		f.t.Fatal(err)
	}
	signed, err := signer.Sign(f.raw(claims))
	if err != nil {
		f.t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}

func (f *fakeIssuer) raw(claims map[string]any) []byte {
	raw, err := json.Marshal(claims)
	if err != nil {
		f.t.Fatal(err)
	}
	return raw
}

// A document that names another issuer is not this one's, and an issuer that leads elsewhere is not followed: the client's secret and the code
// would go there.
func TestAnIssuerThatLeadsElsewhereIsNotFollowed(t *testing.T) {
	t.Parallel()
	var told atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told.Add(1) }))
	t.Cleanup(elsewhere.Close)
	for name, c := range map[string]struct {
		bend   func(*fakeIssuer)
		status int
	}{
		"its document names another": {func(f *fakeIssuer) { f.issuer = elsewhere.URL }, http.StatusServiceUnavailable},
		"its token endpoint":         {func(f *fakeIssuer) { f.leads = elsewhere.URL }, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			z := newZone(t, Medical)
			z.as(doctor).set(c.bend)
			b := z.browser()
			if got := b.signIn("o.testard", doctor); got.status != c.status || b.signedIn() {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	if told.Load() != 0 {
		t.Errorf("elsewhere was asked %d times", told.Load())
	}
}
