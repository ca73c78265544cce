package e2e_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var following = regexp.MustCompile(`href="(/[a-z]+\?after=[^"]+)"`)

// The first page of each role is the page face of an operation: the same act, the same entry, no script.
func TestTheFirstPageOfEachRoleComesFromItsOperation(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "getOpinion")
	reference := l.dossier[:8]
	for _, one := range []struct {
		who    string
		zone   zone
		action string
		shows  string
	}{
		{"med-12", medicalZone, "dossier.list", reference},
		{"med-02", medicalZone, "dossier.list", reference},
		{"sec-01", medicalZone, "dossier.list", reference},
		{"pref-75", serverZone, "release.list", l.referral},
		{"aud-01", medicalZone, "audit.list", l.dossier},
		{"aud-01", serverZone, "audit.list", ""},
	} {
		t.Run(one.who+" at "+string(one.zone), func(t *testing.T) {
			p := e.at(t, one.zone, one.who)
			found := one.shows == ""
			for path, pages := "/", 0; path != "" && pages < 100; pages++ {
				var page string
				page, path = p.page(t, path, one.action)
				found = found || strings.Contains(page, one.shows)
				if one.action != "audit.list" {
					for _, secret := range l.secretsOf(t) {
						// A prefecture knows whom it referred: its own pages may name him, and no page may say what he has.
						if strings.Contains(page, secret) && (one.zone == medicalZone || token.MatchString(secret)) {
							t.Errorf("the page holds %q", secret)
						}
					}
				}
				if one.action == "audit.list" && found {
					break
				}
			}
			if !found {
				t.Errorf("no page shows %s", one.shows)
			}
		})
	}
	t.Run("nobody of another territory or prefecture sees it", func(t *testing.T) {
		for who, what := range map[string]string{"sec-02": reference, "med-05": reference, "pref-93": l.referral} {
			p := e.as(t, who)
			a, _, err := p.get(t.Context(), "/", "text/html")
			if err != nil || a.Status != 200 {
				t.Fatalf("%s: %s %v", who, a, err)
			}
			if strings.Contains(string(a.Body), what) {
				t.Errorf("the page of %s shows %s", who, what)
			}
		}
	})
}

// page fetches one page, looks at what every page must be, and gives the next one's address.
func (p *person) page(t *testing.T, path, action string) (page, next string) {
	t.Helper()
	a, final, err := p.get(t.Context(), path, "text/html")
	if err != nil || a.Status != 200 || final != strings.Split(path, "?")[0] {
		t.Fatalf("%s ended on %s: %v", a, final, err)
	}
	page = string(a.Body)
	if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
		t.Errorf("%s is %s", path, kind)
	}
	if !strings.Contains(page, `<html lang="fr"`) || !strings.Contains(page, "<h1") {
		t.Errorf("%s is no French page with a title", path)
	}
	if lower := foreignScript(page); strings.Contains(lower, "<script") || strings.Contains(lower, "javascript:") || strings.Contains(lower, " onclick=") {
		t.Errorf("%s holds a script", path)
	}
	if policy := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "script-src 'self';") {
		t.Errorf("%s: the policy of content is %q", path, policy)
	}
	found := p.env.find(t, p.portal.zone, url.Values{"request_id": {a.RequestID}})
	if len(found) != 1 || found[0].Action != action || found[0].Outcome != "DONE" {
		t.Errorf("%s: want one entry %s DONE, got %+v", path, action, found)
	}
	if link := following.FindStringSubmatch(page); link != nil {
		next = strings.ReplaceAll(link[1], "&amp;", "&")
	}
	return page, next
}

// ownScripts are those that a page may name: files of the portal, under their digest.
var ownScripts = regexp.MustCompile(`<script src="/assets/[a-z]+-[0-9a-f]{16}\.js" defer></script>`)

// foreignScript is the page in lower case, without the portal's own scripts.
func foreignScript(page string) string { return strings.ToLower(ownScripts.ReplaceAllString(page, "")) }
