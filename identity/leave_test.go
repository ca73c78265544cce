package identity

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// signOut is what a browser does, up to where the answer leads it on: "" where it leads nowhere.
func (b *browser) signOut() (answer, *url.URL) {
	b.z.t.Helper()
	got := b.do("POST", "/logout", "Accept", "text/html")
	to, led := strings.CutPrefix(got.header.Get("Refresh"), "0; url=")
	if !led {
		return got, nil
	}
	at, err := url.Parse(to)
	if err != nil || got.body != "vers "+to {
		b.z.t.Fatalf("%q, %v: %s", to, err, got.body)
	}
	return got, at
}

func (b *browser) cookieAt(path, name string) string {
	at, _ := url.Parse(b.z.url + path)
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// TestSigningOutEndsTheProvidersSessionToo, at a provider that others wrote: it is named the session by the token that it gave, which only the
// browser kept, and only for this; its session is over, and the person comes back.
func TestSigningOutEndsTheProvidersSessionToo(t *testing.T) {
	t.Parallel()
	z, f := withForeign(t)
	b := z.browser()
	if got := f.enter(b, "o.testard"); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	kept := b.cookieAt("/logout", "cloison_hint_medical")
	token, ok := strings.CutPrefix(kept, "psc.")
	if !ok || b.cookieAt("/", "cloison_hint_medical") != "" || b.cookieAt("/dossiers", "cloison_hint_medical") != "" {
		t.Fatalf("the hint is %q, and goes everywhere", kept)
	}
	for _, table := range []string{"sessions", "pending_sign_ins", "step_ups", "people"} {
		if n := z.count(`select count(*) from identity.`+table+` r where strpos(r::text, $1) > 0`, strings.Split(token, ".")[2]); n != 0 {
			t.Errorf("identity.%s holds the token", table)
		}
	}
	bearer := f.bearer
	if !f.knows(bearer) {
		t.Fatal("the provider does not know its own session")
	}
	_, at := b.signOut()
	if at == nil || b.signedIn() || len(z.keys.handles) != 0 || b.cookieAt("/logout", "cloison_hint_medical") != "" {
		t.Fatal("signing out here is not done, or leads nowhere")
	}
	if q := at.Query(); q.Get("id_token_hint") != token || q.Get("post_logout_redirect_uri") != z.url+"/logout" || len(q.Get("state")) < 32 || len(q) != 3 {
		t.Errorf("the provider is asked %v", q)
	}
	if len(f.ended) != 0 || !f.knows(bearer) {
		t.Fatal("the provider's session was over before")
	}
	if got := b.get(at.String()); got.status != 200 || b.seen[len(b.seen)-1].String() != z.url+"/login?signed_out=everywhere" {
		t.Errorf("back at %s: %d %s", b.seen[len(b.seen)-1], got.status, got.body)
	}
	if len(f.ended) != 1 || f.ended[0] != doctor+" at cloison" || f.knows(bearer) {
		t.Errorf("the provider ended %v, and still knows the session: %v", f.ended, f.knows(bearer))
	}
}

// TestSigningOutWaitsForNobody: here it is done, whatever the provider offers; a program is led nowhere.
func TestSigningOutWaitsForNobody(t *testing.T) {
	t.Parallel()
	z := newZone(t, Server)
	signedIn := func() *browser {
		b := z.browser()
		if got := b.signIn("a.modele", "sub-pref-a"); !b.signedIn() {
			t.Fatalf("%d %s", got.status, got.body)
		}
		return b
	}
	for name, change := range map[string]func(f *fakeIssuer){
		"an address that is none":   func(f *fakeIssuer) { f.ends = "::" },
		"no address":                func(f *fakeIssuer) { f.ends = "" },
		"one that does not answer":  func(f *fakeIssuer) { f.down = true },
		"an address without a host": func(f *fakeIssuer) { f.ends = "/session/end" },
	} {
		b := signedIn()
		z.pro.set(change)
		z.forgetIssuers()
		if got, at := b.signOut(); at != nil || got.status != 200 || b.signedIn() || b.seen[len(b.seen)-1].Query().Get("signed_out") != "here" {
			t.Errorf("%s: %d, led to %v", name, got.status, at)
		}
		z.pro.set(func(f *fakeIssuer) { f.ends, f.down = "https://provider.example/session/end", false })
		z.forgetIssuers()
	}
	if got := signedIn().do("POST", "/logout"); got.header.Get("Refresh") != "" {
		t.Errorf("a program is led to %s", got.header.Get("Refresh"))
	}
	if _, at := signedIn().signOut(); at == nil || at.Host != "provider.example" {
		t.Errorf("a browser is led to %v", at)
	}
}

// forgetIssuers has the documents read again.
func (z *zone) forgetIssuers() {
	for _, i := range z.service.issuers {
		i.mu.Lock()
		i.provider = nil
		i.mu.Unlock()
	}
}

// TestAHintThatIsNoneIsNotSent: what stands in the cookie was written by this portal, or by whoever owns the browser.
func TestAHintThatIsNoneIsNotSent(t *testing.T) {
	t.Parallel()
	z := newZone(t, Server)
	z.pro.set(func(f *fakeIssuer) { f.ends = "https://provider.example/session/end?of=us" })
	portal, _ := url.Parse(z.url + "/logout")
	for hint, led := range map[string]bool{
		"proconnect.a.b.c": true, "proconnect.": true, "proconnect": true, "proconnect.a.b&state=x.c": true, "proconnect." + strings.Repeat("a", 3000): true,
		"elsewhere.a.b.c": false, "": false,
	} {
		b := z.browser()
		b.client.Jar.SetCookies(portal, []*http.Cookie{{Name: "cloison_hint_server", Value: hint, Path: "/logout"}})
		_, at := b.signOut()
		if (at != nil) != led {
			t.Fatalf("%q leads to %v", hint, at)
		}
		if !led {
			continue
		}
		q, token := at.Query(), strings.TrimPrefix(hint, "proconnect.")
		if whole := hint == "proconnect.a.b.c"; (q.Has("id_token_hint") && q.Get("id_token_hint") == token) != whole || (q.Get("client_id") == "cloison") == whole || len(q["state"]) != 1 || q.Get("of") != "us" {
			t.Errorf("%q: %v", hint, q)
		}
	}
	z.pro.set(func(f *fakeIssuer) {
		f.bend = func(claims map[string]any) { claims["long"] = strings.Repeat("a", 4000) }
	})
	b := z.browser()
	b.signIn("a.modele", "sub-pref-a")
	if kept := b.cookieAt("/logout", "cloison_hint_server"); kept != "proconnect." {
		t.Errorf("a token too long for a cookie: %d bytes are kept", len(kept))
	}
}

// TestOnlyWhoLeftIsToldThatItIsDone: once, with the state of this browser's own sign-out.
func TestOnlyWhoLeftIsToldThatItIsDone(t *testing.T) {
	t.Parallel()
	z := newZone(t, Server)
	z.pro.set(func(f *fakeIssuer) { f.ends = "https://provider.example/session/end" })
	b := z.browser()
	b.signIn("a.modele", "sub-pref-a")
	back := func(state string) string {
		b.get("/logout?state=" + url.QueryEscape(state))
		for _, at := range b.seen[len(b.seen)-1:] {
			return at.Path + at.RawQuery
		}
		return ""
	}
	if at := back("x"); at != "/" || !b.signedIn() {
		t.Errorf("who left nothing is led to %s", at)
	}
	if at := back(""); at != "/" {
		t.Errorf("nobody's state leads to %s", at)
	}
	_, at := b.signOut()
	if at := back("another"); strings.Contains(at, "everywhere") {
		t.Errorf("another state leads to %s", at)
	}
	_, at = b.signOut()
	if at != nil {
		t.Errorf("signed out twice: %v", at)
	}
	b.signIn("a.modele", "sub-pref-a")
	_, at = b.signOut()
	state := at.Query().Get("state")
	if at := back(state); at != "/loginsigned_out=everywhere" {
		t.Errorf("one's own state leads to %s", at)
	}
	if at := back(state); at != "/" {
		t.Errorf("a second time: %s", at)
	}
}

// TestTheHintGoesToOneAddress, over TLS alone, out of any script's reach.
func TestTheHintGoesToOneAddress(t *testing.T) {
	t.Parallel()
	z := newZone(t, Server, func(o *Options) { o.PublicURL = "https://server.example" })
	if hint, leave := z.service.hintCookie(), z.service.leaveCookie(); hint != "__Secure-cloison_hint_server" || leave != "__Secure-cloison_leaving_server" {
		t.Errorf("%s, %s", hint, leave)
	}
	out := z.browser().startPost("/logout")
	for _, c := range (&http.Response{Header: out.header}).Cookies() {
		if c.Name == z.service.hintCookie() {
			if !c.Secure || !c.HttpOnly || c.Path != "/logout" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || c.MaxAge >= 0 {
				t.Errorf("%+v", c)
			}
			return
		}
	}
	t.Errorf("the hint is not taken away: %v", out.header["Set-Cookie"])
}
