package provider

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
)

// exchange spends a code: once, by the client it was given to, with the verifier.
func (p *Provider) exchange(w http.ResponseWriter, r *http.Request, issuer string) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	client, ok := p.authenticate(r, issuer)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
		tokenError(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	if r.PostFormValue("grant_type") != "authorization_code" {
		tokenError(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	g, ok := p.spend(r.PostFormValue("code"), func(g grant) bool {
		return g.issuer == issuer && g.client == client.ID && g.redirect == r.PostFormValue("redirect_uri") &&
			same(g.challenge, challenge(r.PostFormValue("code_verifier")))
	})
	if !ok {
		tokenError(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	id, err := p.keys[issuer].sign(p.idClaims(g))
	if err != nil {
		tokenError(w, http.StatusInternalServerError, "server_error")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": g.access, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()), "id_token": id,
	})
}

// authenticate finds the client by client_secret_basic or client_secret_post.
func (p *Provider) authenticate(r *http.Request, issuer string) (Client, bool) {
	id, secret, basic := r.BasicAuth()
	if basic {
		id, _ = url.QueryUnescape(id) // RFC 6749 2.3.1: both are form-encoded first
		secret, _ = url.QueryUnescape(secret)
	} else {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	client, ok := p.client(issuer, id)
	return client, ok && client.Secret != "" && same(client.Secret, secret)
}

// spend turns a code into a grant with an access token. A code that comes twice
// was stolen from somebody: the token that it gave dies too (RFC 6749, 4.1.2).
func (p *Provider) spend(code string, matches func(grant) bool) (grant, bool) {
	now := p.o.Clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	g, found := p.codes[code]
	if !found {
		return grant{}, false
	}
	if g.access != "" {
		delete(p.token, g.access)
		delete(p.codes, code)
		return grant{}, false
	}
	if now.After(g.expires) || !matches(g) {
		delete(p.codes, code)
		return grant{}, false
	}
	g.access = random()
	p.codes[code] = g
	purge(p.token, now)
	token := g
	token.expires = now.Add(tokenLife)
	p.token[g.access] = token
	return g, true
}

func (p *Provider) idClaims(g grant) map[string]any {
	now := p.o.Clock.Now()
	hash := sha256.Sum256([]byte(g.access))
	c := map[string]any{
		"iss": p.Issuer(g.issuer), "sub": g.person.Subject, "aud": g.client, "azp": g.client,
		"exp": now.Add(tokenLife).Unix(), "iat": now.Unix(), "auth_time": g.authTime.Unix(),
		"nonce": g.nonce, "jti": random(), "at_hash": base64.RawURLEncoding.EncodeToString(hash[:16]),
	}
	if name, ok := g.person.Claims["preferred_username"]; ok && g.issuer == PSC {
		c["preferred_username"] = name
	}
	maps.Copy(c, g.person.strength())
	return c
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func tokenError(w http.ResponseWriter, status int, code string) {
	writeJSON(w, status, map[string]string{"error": code})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}
