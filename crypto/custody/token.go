package custody

import (
	"context"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

// Issuer is a provider whose tokens count, with the classes it may prove. Its
// keys come as a file from a unit that has the only route to it; keyholder
// itself reaches no network.
type Issuer struct {
	Issuer   string   `toml:"issuer"`
	ClientID string   `toml:"client_id"`
	JWKS     string   `toml:"jwks"` // path
	Classes  []string `toml:"classes"`

	// What a token must say of how the person was authenticated: an acr that
	// is one of these, every one of these amr. Empty asks nothing.
	ACR []string `toml:"acr"`
	AMR []string `toml:"amr"`

	// IgnoresReauthentication marks a provider that answers a demand for fresh
	// authentication from a running session. Its tokens still open sessions,
	// but approve nothing: its people approve with a passkey of the roster.
	IgnoresReauthentication bool `toml:"ignores_reauthentication"`
}

// strong says whether an authentication is what this issuer must prove.
func (i Issuer) strong(acr string, amr []string) bool {
	if len(i.ACR) > 0 && !slices.Contains(i.ACR, acr) {
		return false
	}
	return !slices.ContainsFunc(i.AMR, func(must string) bool { return !slices.Contains(amr, must) })
}

// texts is a claim that is a list of strings. One string alone is a list of
// one: some providers write amr so.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = nil
		if one != "" {
			*t = texts{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// claims of a verified ID token.
type claims struct {
	Issuer, Subject, Nonce string
	NationalID             string // "" where the token carries none
	AuthTime               time.Time
	Key                    json.RawMessage // the JWK that verified it
	Classes                []string        // what its issuer may prove
	Strong                 bool            // acr and amr are what its issuer must say
	Silent                 bool            // its issuer does not authenticate anew
}

// tokens verifies ID tokens against the pinned issuers.
type tokens struct {
	issuers []Issuer
	clock   clock.Clock

	mu   sync.Mutex
	sets map[string]keySet // by issuer
}

type keySet struct {
	modified time.Time
	size     int64
	keys     []jose.JSONWebKey
}

func newTokens(issuers []Issuer, c clock.Clock) (*tokens, error) {
	seen := map[string]bool{}
	for _, i := range issuers {
		if i.Issuer == "" || i.ClientID == "" || i.JWKS == "" || len(i.Classes) == 0 || seen[i.Issuer] {
			return nil, fmt.Errorf("issuer %q is incomplete or named twice", i.Issuer)
		}
		seen[i.Issuer] = true
		// An empty word would be met by a token that says nothing.
		if slices.Contains(i.ACR, "") || slices.Contains(i.AMR, "") {
			return nil, fmt.Errorf("issuer %q requires an empty acr or amr", i.Issuer)
		}
		for _, class := range i.Classes {
			if class != keyholder.ClassPhysician && class != keyholder.ClassSecretariat {
				return nil, fmt.Errorf("issuer %q proves an unknown class %q", i.Issuer, class)
			}
		}
	}
	if len(issuers) == 0 {
		return nil, errors.New("no issuer is configured")
	}
	return &tokens{issuers: issuers, clock: c, sets: map[string]keySet{}}, nil
}

// issuerAlgorithms are those that an issuer may sign with: of key pairs alone, wherever one of its tokens is verified. A secret that both sides
// have proves nothing (TestNoAlgorithmOfASecret).
var issuerAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.PS256}

// maxToken bounds an ID token; a large Pro Santé Connect one is about 4 kB.
const maxToken = 32 << 10

// verify checks signature, issuer, audience and expiry. The nonce, its age and
// its act are the caller's to check.
func (t *tokens) verify(raw string) (claims, error) {
	c, err := t.verified(raw)
	if err != nil && !errors.Is(err, keyholder.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", keyholder.ErrUnauthenticated, err)
	}
	return c, err
}

func (t *tokens) verified(raw string) (claims, error) {
	if len(raw) > maxToken {
		return claims{}, errors.New("token is too long")
	}
	issuer, ok := t.issuerOf(raw)
	if !ok {
		return claims{}, errors.New("token is of no pinned issuer")
	}
	keys, err := t.keys(issuer)
	if err != nil {
		return claims{}, err
	}
	// One verifier per key: the key that fits is archived with the approval.
	for _, key := range keys {
		if !keyFits(key, raw) {
			continue
		}
		token, err := t.verifier(issuer, key).Verify(context.Background(), raw)
		if err == nil {
			return read(token, issuer, key)
		}
		if expired := new(oidc.TokenExpiredError); errors.As(err, &expired) {
			return claims{}, errors.New("token is expired")
		}
	}
	// The library's text quotes the token's claims; ours does not.
	return claims{}, errors.New("token is not for us, or no pinned key verifies it")
}

func (t *tokens) verifier(i Issuer, key jose.JSONWebKey) *oidc.IDTokenVerifier {
	var accepted []string
	for _, a := range issuerAlgorithms {
		accepted = append(accepted, string(a))
	}
	return oidc.NewVerifier(i.Issuer, &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{key.Key}}, &oidc.Config{
		ClientID: i.ClientID, Now: t.clock.Now, SupportedSigningAlgs: accepted,
	})
}

// issuerOf reads the issuer's name without believing it: it only chooses which
// pinned keys must then verify the token.
func (t *tokens) issuerOf(raw string) (Issuer, bool) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return Issuer{}, false
	}
	var body struct {
		Issuer string `json:"iss"`
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(b, &body) != nil {
		return Issuer{}, false
	}
	return t.issuer(body.Issuer)
}

// issuer finds a pinned issuer by its name.
func (t *tokens) issuer(name string) (Issuer, bool) {
	i := slices.IndexFunc(t.issuers, func(i Issuer) bool { return i.Issuer == name })
	if i < 0 {
		return Issuer{}, false
	}
	return t.issuers[i], true
}

func keyFits(key jose.JSONWebKey, raw string) bool {
	head, err := base64.RawURLEncoding.DecodeString(strings.SplitN(raw, ".", 2)[0])
	var h struct {
		Kid string `json:"kid"`
	}
	if err != nil || json.Unmarshal(head, &h) != nil {
		return false
	}
	return h.Kid == "" || key.KeyID == "" || h.Kid == key.KeyID
}

// keys gives an issuer's keys, read again when the file has changed.
func (t *tokens) keys(i Issuer) ([]jose.JSONWebKey, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	info, err := os.Stat(i.JWKS)
	if err != nil {
		return nil, fmt.Errorf("reading issuer keys: %w: %w", keyholder.ErrUnavailable, err)
	}
	if have, ok := t.sets[i.Issuer]; ok && have.modified.Equal(info.ModTime()) && have.size == info.Size() {
		return have.keys, nil
	}
	b, err := os.ReadFile(i.JWKS)
	if err != nil {
		return nil, fmt.Errorf("reading issuer keys: %w: %w", keyholder.ErrUnavailable, err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(b, &set); err != nil {
		return nil, fmt.Errorf("reading issuer keys of %s: %w", i.Issuer, keyholder.ErrUnavailable)
	}
	var keys []jose.JSONWebKey
	for _, k := range set.Keys {
		if k.Valid() && k.IsPublic() && (k.Use == "" || k.Use == "sig") {
			keys = append(keys, k)
		}
	}
	t.sets[i.Issuer] = keySet{modified: info.ModTime(), size: info.Size(), keys: keys}
	return keys, nil
}

func read(token *oidc.IDToken, i Issuer, key jose.JSONWebKey) (claims, error) {
	var extra struct {
		SubjectNameID     string `json:"SubjectNameID"`
		PreferredUsername string `json:"preferred_username"`
		AuthTime          int64  `json:"auth_time"`
		AuthorizedParty   string `json:"azp"`
		ACR               string `json:"acr"`
		AMR               texts  `json:"amr"`
	}
	if err := token.Claims(&extra); err != nil {
		return claims{}, errors.New("token's claims are malformed")
	}
	// A token for several audiences is ours only if it was issued to us.
	if (extra.AuthorizedParty != "" || len(token.Audience) > 1) && extra.AuthorizedParty != i.ClientID {
		return claims{}, errors.New("token was issued to another client")
	}
	if token.Subject == "" || token.Nonce == "" {
		return claims{}, errors.New("token has no subject or no nonce")
	}
	jwk, err := key.MarshalJSON()
	if err != nil {
		return claims{}, fmt.Errorf("encoding issuer key: %w", err)
	}
	c := claims{
		Issuer: token.Issuer, Subject: token.Subject, Nonce: token.Nonce, Key: jwk, Classes: i.Classes,
		NationalID: nationalID(extra.SubjectNameID, extra.PreferredUsername), Strong: i.strong(extra.ACR, extra.AMR),
		Silent: i.IgnoresReauthentication,
	}
	if extra.AuthTime != 0 {
		c.AuthTime = time.Unix(extra.AuthTime, 0)
	}
	return c, nil
}

// nationalID is the RPPS that Pro Santé Connect prints after an 8 that says
// which register the number is of.
func nationalID(names ...string) string {
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, "8"); ok && len(rest) == 11 && strings.Trim(rest, "0123456789") == "" {
			return rest
		}
	}
	return ""
}
