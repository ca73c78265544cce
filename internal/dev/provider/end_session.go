package provider

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// endSession sends the person back to the client that named itself by an ID
// token of ours, expired or not. There is no session here to end.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request, issuer string) {
	to := r.FormValue("post_logout_redirect_uri")
	if to == "" {
		p.say(w, "Vous êtes déconnecté", "Vous pouvez fermer cette page.")
		return
	}
	client, ok := p.clientOf(issuer, r.FormValue("id_token_hint"), r.FormValue("client_id"))
	if !ok || !slices.Contains(client.LogoutTo, to) {
		p.sayError(w, http.StatusBadRequest, "L'adresse de retour de cette déconnexion n'est pas connue du fournisseur.")
		return
	}
	with := url.Values{}
	if state := r.FormValue("state"); state != "" {
		with.Set("state", state)
	}
	redirectWith(w, r, to, with)
}

func (p *Provider) clientOf(issuer, hint, id string) (Client, bool) {
	if hint == "" {
		return p.client(issuer, id)
	}
	token, err := jwt.ParseSigned(hint, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Client{}, false
	}
	var claims jwt.Claims
	if err := token.Claims(p.keys[issuer].private.Public(), &claims); err != nil || len(claims.Audience) != 1 {
		return Client{}, false
	}
	if id != "" && id != claims.Audience[0] {
		return Client{}, false
	}
	return p.client(issuer, claims.Audience[0])
}
