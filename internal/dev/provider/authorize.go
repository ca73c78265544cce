package provider

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorize answers a code for the person who is named, or the page on which to
// choose one. The person is named by login_hint (only with QuickLogin) or by the
// page's own form.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request, issuer string) {
	q := r.URL.Query()
	client, ok := p.client(issuer, q.Get("client_id"))
	if !ok || !slices.Contains(client.Redirects, q.Get("redirect_uri")) {
		// No redirect to an address that nobody registered.
		p.sayError(w, http.StatusBadRequest, "Cette application ou son adresse de retour n'est pas connue du fournisseur.")
		return
	}
	if code, why := faults(q); code != "" {
		p.refuse(w, r, issuer, q, code, why)
		return
	}
	name := ""
	switch {
	case r.Method == http.MethodPost:
		name = r.PostFormValue("person")
	case p.o.QuickLogin:
		name = q.Get("login_hint")
	}
	if name == "" {
		p.choose(w, issuer, q, http.StatusOK, "")
		return
	}
	who, err := p.person(issuer, name)
	if err != nil {
		p.choose(w, issuer, q, http.StatusNotFound, "Ce compte n'est pas connu de ce fournisseur. Choisissez une personne dans la liste.")
		return
	}
	p.grantCode(w, r, issuer, client, who)
}

// faults names the first thing wrong with a request whose client is known.
// State, nonce and PKCE are required here so that a program that forgets one
// fails in development, not in production.
func faults(q url.Values) (code, why string) {
	for name, values := range q {
		if len(values) > 1 {
			return "invalid_request", name + " twice"
		}
	}
	switch {
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "response_type must be code"
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return "invalid_scope", "scope must contain openid"
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		return "invalid_request", "PKCE with S256 is required"
	case q.Get("state") == "" || q.Get("nonce") == "":
		return "invalid_request", "state and nonce are required"
	case q.Has("response_mode") && q.Get("response_mode") != "query":
		return "invalid_request", "response_mode must be query"
	case q.Get("prompt") == "none":
		return "login_required", "this provider keeps no session"
	}
	return "", ""
}

func (p *Provider) refuse(w http.ResponseWriter, r *http.Request, issuer string, q url.Values, code, why string) {
	with := url.Values{"error": {code}, "error_description": {why}, "iss": {p.Issuer(issuer)}}
	if state := q.Get("state"); state != "" {
		with.Set("state", state)
	}
	redirectWith(w, r, q.Get("redirect_uri"), with)
}

func (p *Provider) grantCode(w http.ResponseWriter, r *http.Request, issuer string, client Client, who Person) {
	q := r.URL.Query()
	now := p.o.Clock.Now()
	code := random()
	p.mu.Lock()
	purge(p.codes, now)
	p.codes[code] = grant{
		issuer: issuer, client: client.ID, redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"),
		nonce: q.Get("nonce"), person: who, authTime: now, expires: now.Add(codeLife),
	}
	p.mu.Unlock()
	redirectWith(w, r, q.Get("redirect_uri"), url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.Issuer(issuer)}})
}
