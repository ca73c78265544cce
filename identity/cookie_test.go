package identity

import (
	"net/http"
	"testing"
)

// The portal stands behind an https:// address; the test speaks to it without TLS, so no jar would send these back.
func TestCookiesBelongToTheHost(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical, func(o *Options) { o.PublicURL = "https://medical.example" })
	begun := z.browser().start("/login?issuer=psc")
	check := func(header http.Header, name string) {
		t.Helper()
		for _, c := range (&http.Response{Header: header}).Cookies() {
			if c.Name == name {
				if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
					t.Errorf("%+v", c)
				}
				return
			}
		}
		t.Errorf("no cookie %s: %v", name, header["Set-Cookie"])
	}
	check(begun.header, "__Host-cloison_signin_medical")
	if got := z.service.sessionCookie(); got != "__Host-cloison_medical" {
		t.Errorf("the session's is %s", got)
	}
	out := z.browser().startPost("/logout")
	check(out.header, "__Host-cloison_medical")
	if got := out.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("what the browser keeps is left there: %q", got)
	}
}

func (b *browser) startPost(path string) answer {
	b.z.t.Helper()
	follow := b.client.CheckRedirect
	defer func() { b.client.CheckRedirect = follow }()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b.do("POST", path)
}
