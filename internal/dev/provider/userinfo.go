package provider

import (
	"maps"
	"net/http"
	"strings"
)

// userinfo says who the person is: JSON at Pro Santé Connect, a signed JWT at
// ProConnect, as the real ones do.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request, issuer string) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	now := p.o.Clock.Now()
	p.mu.Lock()
	g, found := p.token[token]
	p.mu.Unlock()
	if !bearer || !found || g.issuer != issuer || now.After(g.expires) {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	if issuer == PSC {
		writeJSON(w, http.StatusOK, g.person.information())
		return
	}
	claims := map[string]any{"iss": p.Issuer(issuer), "aud": g.client, "iat": now.Unix(), "exp": now.Add(tokenLife).Unix()}
	maps.Copy(claims, g.person.information())
	signed, err := p.keys[issuer].sign(claims)
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	w.Header().Set("Content-Type", "application/jwt")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(signed))
}
