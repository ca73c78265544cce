package identity

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	at := b.stop("o.testard", doctor)
	request, _ := http.NewRequest("GET", at.String(), nil)
	request.AddCookie(&http.Cookie{Name: "cloison_signin_medical", Value: b.cookie("cloison_signin_medical")})
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		if c.Name != "cloison_medical" {
			continue
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.MaxAge != 0 || !c.Expires.IsZero() {
			t.Errorf("%+v", c)
		}
		if len(c.Name)+len(c.Value) > 200 { // a browser drops one of more than 4096 bytes
			t.Errorf("%d bytes", len(c.Name)+len(c.Value))
		}
		if len(c.Value) < 43 || !strings.HasSuffix(c.Value, ".handle-1") {
			t.Errorf("value %q", c.Value)
		}
		token, _, _ := strings.Cut(c.Value, ".")
		if z.count(`select count(*) from identity.sessions s where s::text like '%' || $1 || '%' or s::text like '%handle%'`, token) != 0 {
			t.Error("the database holds the token or the handle")
		}
		return
	}
	t.Errorf("no session cookie: %v", response.Header)
}

func TestSessionIsRotatedAtSignIn(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	portal, _ := url.Parse(z.url)
	planted := &http.Cookie{Name: "cloison_medical", Value: "planted.handle", Path: "/"}
	b.client.Jar.SetCookies(portal, []*http.Cookie{planted})
	b.signIn("o.testard", doctor)
	first := b.cookie("cloison_medical")
	if first == "planted.handle" || first == "" {
		t.Fatalf("the planted session lives: %q", first)
	}
	b.signIn("o.testard", doctor)
	second := b.cookie("cloison_medical")
	if second == first {
		t.Fatal("signing in again keeps the session")
	}
	old := z.browser()
	old.client.Jar.SetCookies(portal, []*http.Cookie{{Name: "cloison_medical", Value: first, Path: "/"}})
	if old.signedIn() {
		t.Error("the session before lives on")
	}
	if len(z.keys.handles) != 1 {
		t.Errorf("handles %v", z.keys.handles)
	}
}

func TestHandleBelongsToItsSession(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	a, b := z.browser(), z.browser()
	a.signIn("o.testard", doctor)
	b.signIn("l.feint", clerk)
	tokenA, _, _ := strings.Cut(a.cookie("cloison_medical"), ".")
	_, handleB, _ := strings.Cut(b.cookie("cloison_medical"), ".")
	portal, _ := url.Parse(z.url)
	mixed := z.browser()
	mixed.client.Jar.SetCookies(portal, []*http.Cookie{{Name: "cloison_medical", Value: tokenA + "." + handleB, Path: "/"}})
	if mixed.signedIn() {
		t.Error("a handle moves to another session")
	}
}

func TestIdleAndAbsoluteLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone           string
		login, subject string
		idle, absolute time.Duration
	}{
		"medical": {Medical, "o.testard", doctor, 30 * time.Minute, 10 * time.Hour},
		"server":  {Server, "a.modele", agent, 60 * time.Minute, 12 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t, c.zone)
			b := z.browser()
			b.signIn(c.login, c.subject)
			z.clock.move(c.idle - time.Minute)
			if !b.signedIn() {
				t.Fatal("ended before its idle time")
			}
			z.clock.move(c.idle)
			if b.signedIn() {
				t.Error("lives beyond its idle time")
			}
			if len(z.keys.handles) != 0 {
				t.Error("its handle lives")
			}
			b.signIn(c.login, c.subject)
			for spent := time.Duration(0); spent+c.idle/2 < c.absolute; spent += c.idle / 2 {
				if !b.signedIn() {
					t.Fatalf("ended after %v", spent)
				}
				z.clock.move(c.idle / 2)
			}
			if !b.signedIn() {
				t.Error("ended before its absolute time")
			}
			z.clock.move(c.idle / 2)
			if b.signedIn() {
				t.Error("lives beyond its absolute time")
			}
		})
	}
}

func TestRevokedSession(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	for name, end := range map[string]func(){
		"by hand": func() {
			if _, err := z.service.RevokePerson(t.Context(), z.pool, "med-a"); err != nil {
				t.Fatal(err)
			}
		},
		"validity over": func() { z.exec(`update identity.people set valid_to = '2026-01-11' where id = 'med-a'`) },
	} {
		b := z.browser()
		if b.signIn("o.testard", doctor); !b.signedIn() {
			t.Fatalf("%s: not signed in", name)
		}
		end()
		if b.signedIn() {
			t.Errorf("%s: lives on", name)
		}
		z.exec(`update identity.people set valid_to = null where id = 'med-a'`)
	}
	b := z.browser()
	b.signIn("l.feint", clerk)
	z.exec(`update identity.people set role = 'DPO' where id = 'sec-a'`)
	if b.signedIn() {
		t.Error("a session outlives its role")
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	b.signIn("o.testard", doctor)
	if got := b.do("POST", "/logout", "Sec-Fetch-Site", "cross-site"); got.status != 403 || !b.signedIn() {
		t.Errorf("another site signs out: %d", got.status)
	}
	before := b.cookie("cloison_medical")
	if got := b.do("POST", "/logout"); got.status != 200 || b.cookie("cloison_medical") != "" || len(z.keys.handles) != 0 {
		t.Errorf("%d %s", got.status, got.body)
	}
	portal, _ := url.Parse(z.url)
	b.client.Jar.SetCookies(portal, []*http.Cookie{{Name: "cloison_medical", Value: before, Path: "/"}})
	if b.signedIn() {
		t.Error("the session lives after signing out")
	}
}

// Who closed a session himself left an entry of it: by signing out, or by signing in anew over it. One that ran out left none.
func TestLeavingLeavesAnEntry(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	closed := func() int {
		t.Helper()
		return z.count(`select count(*) from audit.entries e join identity.sessions s on s.id::text = e.object
			where e.action = 'session.close' and e.outcome = 'DONE' and e.session = e.object and s.ended_at is not null`)
	}
	b := z.browser()
	b.signIn("o.testard", doctor)
	b.signIn("o.testard", doctor)
	if n := closed(); n != 1 {
		t.Errorf("%d entries after signing in anew", n)
	}
	b.do("POST", "/logout")
	if n := closed(); n != 2 {
		t.Errorf("%d entries after signing out", n)
	}
	b.do("POST", "/logout")
	b.signIn("o.testard", doctor)
	z.clock.move(time.Hour)
	b.do("POST", "/logout")
	if n := closed(); n != 2 {
		t.Errorf("%d entries after a session that had run out", n)
	}
	if n := z.count(`select count(*) from identity.sessions where ended_at is null`); n != 0 {
		t.Errorf("%d sessions are open", n)
	}
}

// keyholder was restarted: what it refuses ends the session, so that the person is told to sign in, not to try again.
func TestDeadHandleEndsTheSession(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	b.signIn("o.testard", doctor)
	z.keys.dead = true
	if got := b.do("POST", "/api/v1/openings"); got.status != 401 || !strings.Contains(got.problem.Detail, "Reconnectez-vous") {
		t.Errorf("%d %s", got.status, got.body)
	}
	z.keys.dead = false
	if b.signedIn() {
		t.Error("the session outlives its handle")
	}
}
