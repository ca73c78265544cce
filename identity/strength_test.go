package identity

import (
	"net/http"
	"testing"
)

// What the issuer was asked for is no proof: the token must say it. TestInvalidTokens has what is refused without any configuration.
func TestWeakAuthentication(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical, func(o *Options) {
		o.Issuers[0].ACR = []string{"eidas2", "eidas3"}
		o.Issuers[1].ACR, o.Issuers[1].AMR = []string{"https://proconnect.example/loa-2"}, []string{"mfa", "pop"}
	})
	asked := z.browser()
	z.as(doctor)
	asked.get("/login?login_hint=o.testard")
	if got := asked.seen[0].Query().Get("acr_values"); got != "eidas2 eidas3" {
		t.Errorf("asked for %q", got)
	}
	for name, c := range map[string]struct {
		login, subject string
		acr            any
		amr            []string
		status         int
	}{
		"a level below":      {"o.testard", doctor, "eidas1", nil, http.StatusUnauthorized},
		"a level":            {"o.testard", doctor, "eidas2", nil, http.StatusOK},
		"another level":      {"o.testard", doctor, "eidas3", nil, http.StatusOK},
		"no level":           {"o.testard", doctor, nil, nil, http.StatusUnauthorized},
		"both factors":       {"l.feint", clerk, "https://proconnect.example/loa-2", []string{"pwd", "pop", "mfa"}, http.StatusOK},
		"one factor missing": {"l.feint", clerk, "https://proconnect.example/loa-2", []string{"pwd", "mfa"}, http.StatusUnauthorized},
		"factors, no level":  {"l.feint", clerk, nil, []string{"pop", "mfa"}, http.StatusUnauthorized},
		"neither":            {"l.feint", clerk, nil, nil, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := z.as(c.subject)
			issuer.set(func(f *fakeIssuer) {
				f.bend = func(claims map[string]any) {
					claims["acr"], claims["amr"] = c.acr, c.amr
					if c.acr == nil {
						delete(claims, "acr")
					}
					if c.amr == nil {
						delete(claims, "amr")
					}
				}
			})
			b := z.browser()
			if got := b.signIn(c.login, c.subject); got.status != c.status || b.signedIn() != (c.status == http.StatusOK) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}
