package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// In a browser, whose policy of content lets no form of ours lead to another origin: signing out ends the session here, goes on to the provider by
// itself and comes back, told that both are over. What the browser kept for it is gone. With scripts forbidden, as anywhere.
func TestABrowserSignsOutAtTheProviderToo(t *testing.T) {
	t.Parallel()
	e := shared(t)
	for zone, who := range map[zone]string{medicalZone: "sec-01", serverZone: "pref-75"} {
		r := e.browse(t, zone, who)
		r.do(chromedp.Click(`form[action="/logout"] button`))
		eventually(t, "the browser is back", func() bool {
			return strings.HasSuffix(ask[string](r, `location.href`), "/login?signed_out=everywhere")
		})
		if said := r.text(); !strings.Contains(said, "Vous êtes déconnecté. Votre session chez le service qui atteste votre identité est terminée aussi.") {
			t.Errorf("%s: the page says %s", zone, said)
		}
		// With one provider the first page leads on to it at once, to sign in anew.
		r.open("/")
		if at := ask[string](r, `location.pathname`); at != "/login" && at != "/proconnect/authorize" {
			t.Errorf("%s: signed out, and at %s", zone, at)
		}
		r.leave()
	}
}
