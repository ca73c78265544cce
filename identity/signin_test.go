package identity

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const doctor, nurse, clerk, agent = "sub-med-a", "sub-inf-a", "sub-sec-a", "sub-pref-a"

func TestSignInEndsOnHome(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	got := b.signIn("o.testard", doctor)
	if got.status != 200 || got.body != "bonjour o.testard" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	asked := b.seen[0].Query()
	for name, want := range map[string]string{"response_type": "code", "code_challenge_method": "S256", "client_id": "cloison",
		"redirect_uri": z.url + "/callback", "login_hint": "o.testard", "nonce": "session-0", "scope": "openid scope_all"} {
		if asked.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, asked.Get(name), want)
		}
	}
	me := b.get("/api/v1/me")
	var self Me
	if err := json.Unmarshal([]byte(me.body), &self); err != nil {
		t.Fatal(err)
	}
	if self.Login != "o.testard" || self.Role != "MEDECIN" || self.Profession != "10" || self.Name != "Odile TESTARD" || self.Subject == "" ||
		len(self.Roles) != 1 || self.Scope.Directions[0] != "DT-PARIS" || self.Budgets == nil || self.StepUpUntil != nil {
		t.Errorf("%s", me.body)
	}
	if len(z.keys.handles) != 1 {
		t.Errorf("handles %v", z.keys.handles)
	}
	if entries := z.entries(me.header.Get("X-Request-Id")); len(entries) != 1 || entries[0].Action != "me.get" || entries[0].Subject != self.Subject {
		t.Errorf("entries %+v", entries)
	}
	if n := z.count(`select count(*) from audit.entries where action = 'session.open' and outcome = 'DONE' and decision = 'ALLOW'`); n != 1 {
		t.Errorf("%d entries of the sign-in", n)
	}
}

func TestHandleOnlyForWhoOpensDossiers(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	if got := z.browser().signIn("l.feint", clerk); got.status != 200 || z.keys.opened != 1 {
		t.Errorf("clerk: %d, %d handles", got.status, z.keys.opened)
	}
	z.exec(`update identity.people set role = 'AUDITEUR_CONFORMITE' where id = 'sec-a'`)
	if got := z.browser().signIn("l.feint", clerk); got.status != 200 || z.keys.opened != 1 {
		t.Errorf("auditor: %d, %d handles", got.status, z.keys.opened)
	}
}

func TestRefusedByPolicy(t *testing.T) {
	t.Parallel()
	med := newZone(t, Medical)
	srv := newZone(t, Server)
	for name, c := range map[string]struct {
		z              *zone
		login, subject string
		change         string
		info           func(map[string]any)
		rule           string
	}{
		"a nurse":                      {med, "r.fictive", nurse, "", func(c map[string]any) { c["SubjectRefPro"] = practices("60", "C") }, "PROFESSION_NOT_PHYSICIAN"},
		"a nurse entered as physician": {med, "o.testard", doctor, "", func(c map[string]any) { c["SubjectRefPro"] = practices("60", "C") }, "PROFESSION_NOT_PHYSICIAN"},
		"an intern":                    {med, "o.testard", doctor, "", func(c map[string]any) { c["SubjectRefPro"] = practices("10", "E") }, "PROFESSION_NOT_PHYSICIAN"},
		"a prefecture":                 {med, "a.modele", agent, "", nil, "PREFECTURE_NO_MEDICAL"},
		"a physician of no list":       {med, "o.testard", "sub-med-unknown", "", nil, "NOT_HABILITATED"},
		"habilitation ended":           {med, "p.essayeur", "sub-med-b", `update identity.people set valid_to = '2026-01-11' where id = 'med-b'`, nil, "NOT_HABILITATED"},
		"a clerk over there":           {srv, "l.feint", clerk, "", nil, "ROLE_NOT_ALLOWED"},
		"a physician over there":       {srv, "o.testard", doctor, "", nil, "ROLE_NOT_ALLOWED"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.change != "" {
				c.z.exec(c.change)
			}
			issuer := c.z.as(c.subject)
			issuer.set(func(f *fakeIssuer) { f.info = c.info })
			defer issuer.set(func(f *fakeIssuer) { f.info = nil })
			sessions := c.z.count(`select count(*) from identity.sessions`)
			handles := c.z.keys.opened
			b := c.z.browser()
			got := b.signIn(c.login, c.subject)
			if got.status != http.StatusForbidden || got.problem.Rule != c.rule || got.problem.Code != "forbidden" {
				t.Fatalf("%d %s", got.status, got.body)
			}
			entries := c.z.entries(got.problem.RequestID)
			if len(entries) != 1 || entries[0].Action != "session.open" || entries[0].Decision != "DENY" || entries[0].Rule != c.rule ||
				entries[0].Subject == "" || strings.Contains(entries[0].Subject, "sub-") {
				t.Errorf("entries %+v", entries)
			}
			if b.cookie("cloison_"+c.z.service.Zone) != "" || b.signedIn() || c.z.count(`select count(*) from identity.sessions`) != sessions {
				t.Error("there is a session")
			}
			if c.z.keys.opened != handles {
				t.Error("keyholder was asked for a handle")
			}
		})
	}
}

// An invalid token is nobody's act: no session, no entry, no handle.
func TestInvalidTokens(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	other := newFakeIssuer(t, PSC, z.clock)
	past := z.clock.Now().Add(-time.Minute).Unix()
	for name, c := range map[string]struct {
		login, subject string
		bend           func(*fakeIssuer)
	}{
		"wrong nonce":        {"o.testard", doctor, bends("nonce", "session-999")},
		"no nonce":           {"o.testard", doctor, bends("nonce", nil)},
		"other issuer named": {"o.testard", doctor, bends("iss", "https://evil.example")},
		"other audience":     {"o.testard", doctor, bends("aud", "somebody")},
		"other party":        {"o.testard", doctor, bends("azp", "somebody")},
		"two audiences":      {"o.testard", doctor, bends("aud", []string{"cloison", "somebody"})},
		"expired":            {"o.testard", doctor, bends("exp", past)},
		"from the future":    {"o.testard", doctor, bends("iat", z.clock.Now().Add(time.Hour).Unix())},
		"no second factor":   {"l.feint", clerk, bends("amr", []string{"pwd"})},
		"no amr":             {"l.feint", clerk, bends("amr", nil)},
		"a lower acr":        {"o.testard", doctor, bends("acr", "eidas0")},
		"no acr":             {"o.testard", doctor, bends("acr", nil)},
		"another's userinfo": {"o.testard", doctor, func(f *fakeIssuer) { f.info = func(c map[string]any) { c["sub"] = "sub-med-b" } }},
		"unsigned userinfo":  {"l.feint", clerk, func(f *fakeIssuer) { f.plain = true }},
		"userinfo for another": {"l.feint", clerk, func(f *fakeIssuer) {
			f.info = func(c map[string]any) { c["aud"] = "somebody" }
		}},
		"not yet valid":    {"o.testard", doctor, bends("nbf", z.clock.Now().Add(time.Hour).Unix())},
		"signed by nobody": {"o.testard", doctor, func(f *fakeIssuer) { f.forge = f.unsigned }},
		"signed with the published key as a secret":  {"o.testard", doctor, func(f *fakeIssuer) { f.forge = f.withItsPublicKeyAsSecret }},
		"signed by the key that it brings along":     {"o.testard", doctor, func(f *fakeIssuer) { f.forge = f.withAKeyOfItsOwn }},
		"signed with a secret that it publishes":     {"o.testard", doctor, func(f *fakeIssuer) { f.forge = f.withASecretItPublishes }},
		"signed by a key of another kind":            {"o.testard", doctor, func(f *fakeIssuer) { f.forge = f.withAKeyOfAnotherKind }},
		"userinfo signed with a secret it publishes": {"l.feint", clerk, func(f *fakeIssuer) { f.vouch = f.withASecretItPublishes }},
		"userinfo signed by nobody":                  {"l.feint", clerk, func(f *fakeIssuer) { f.vouch = f.unsigned }},
		"signed by another key":                      {"o.testard", doctor, func(f *fakeIssuer) { f.signer = other.signer }},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := z.as(c.subject)
			signer := issuer.signer
			issuer.set(c.bend)
			defer issuer.set(func(f *fakeIssuer) {
				f.bend, f.info, f.plain, f.signer, f.forge, f.vouch = nil, nil, false, signer, nil, nil
			})
			entries := z.count(`select count(*) from audit.entries where action = 'session.open'`)
			b := z.browser()
			got := b.signIn(c.login, c.subject)
			if got.status != http.StatusUnauthorized || got.problem.Code != "unauthenticated" || got.problem.Rule != "" {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if b.signedIn() || z.count(`select count(*) from audit.entries where action = 'session.open'`) != entries {
				t.Error("there is a session, or an entry")
			}
		})
	}
	if z.keys.opened != 0 {
		t.Errorf("%d handles", z.keys.opened)
	}
	if got := z.browser().signIn("o.testard", doctor); got.status != 200 {
		t.Errorf("unbent: %d %s", got.status, got.body)
	}
}

func bends(claim string, value any) func(*fakeIssuer) {
	return func(f *fakeIssuer) {
		f.bend = func(c map[string]any) {
			if c[claim] = value; value == nil {
				delete(c, claim)
			}
		}
	}
}

// stop gives the callback address that the issuer sent, without following it.
func (b *browser) stop(login, subject string) *url.URL {
	b.z.t.Helper()
	b.z.as(subject)
	follow := b.client.CheckRedirect
	defer func() { b.client.CheckRedirect = follow }()
	var at *url.URL
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/callback" {
			at = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}
	b.get("/login?login_hint=" + login)
	if at == nil {
		b.z.t.Fatal("no callback")
	}
	return at
}

func TestCallbackWithWrongState(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	at := b.stop("o.testard", doctor)
	wrong := *at
	query := at.Query()
	query.Set("state", "another")
	wrong.RawQuery = query.Encode()
	cookie := b.cookie("cloison_signin_medical")
	if cookie == "" {
		t.Fatal("the browser is not bound")
	}
	got := b.get(wrong.String())
	if got.status != 400 || got.problem.Code != "malformed" || b.signedIn() {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// Login CSRF: an attacker's own callback, followed by somebody else's browser, must not sign that browser in.
func TestCallbackFromAnotherBrowser(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	attacker, victim := z.browser(), z.browser()
	at := attacker.stop("o.testard", doctor)
	if got := victim.get(at.String()); got.status != 400 || victim.signedIn() {
		t.Errorf("%d %s", got.status, got.body)
	}
	own := z.browser()
	first := own.stop("o.testard", doctor)
	if got := own.get(first.String()); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := own.get(first.String()); got.status != 400 {
		t.Errorf("a callback serves twice: %d", got.status)
	}
}

func TestCallbackTooLateOrMixedUp(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	late := z.browser()
	at := late.stop("o.testard", doctor)
	z.clock.move(11 * time.Minute)
	if got := late.get(at.String()); got.status != 400 || late.signedIn() {
		t.Errorf("late: %d %s", got.status, got.body)
	}
	mixed := z.browser()
	at = mixed.stop("o.testard", doctor)
	query := at.Query()
	query.Set("iss", z.pro.server.URL)
	at.RawQuery = query.Encode()
	if got := mixed.get(at.String()); got.status != 401 || mixed.signedIn() {
		t.Errorf("mixed up: %d %s", got.status, got.body)
	}
	refused := z.browser()
	at = refused.stop("o.testard", doctor)
	if got := refused.get(z.url + "/callback?error=access_denied&state=" + at.Query().Get("state")); got.status != 401 {
		t.Errorf("error: %d %s", got.status, got.body)
	}
}

func TestRoleIsOnesOwn(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	z.as(clerk)
	if got := z.browser().get("/login?login_hint=l.feint&role=SECRETARIAT_MEDICAL"); got.status != 200 {
		t.Errorf("own role: %d %s", got.status, got.body)
	}
	b := z.browser()
	got := b.get("/login?login_hint=l.feint&role=AUDITEUR_CONFORMITE")
	if got.status != 403 || got.problem.Rule != "ROLE_NOT_ALLOWED" || b.signedIn() {
		t.Errorf("another role: %d %s", got.status, got.body)
	}
	if entries := z.entries(got.problem.RequestID); len(entries) != 1 || entries[0].Rule != "ROLE_NOT_ALLOWED" {
		t.Errorf("entries %+v", entries)
	}
	if got := b.get("/login?role=ROI"); got.status != 422 {
		t.Errorf("no role: %d", got.status)
	}
}

func TestLoginOffersTheIssuers(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	for _, path := range []string{"/login", "/login?login_hint=nobody"} {
		if got := z.browser().get(path); got.status != 200 || !strings.Contains(got.body, "Pro Santé Connect") || !strings.Contains(got.body, "ProConnect") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	z.as(clerk)
	if got := z.browser().get("/login?issuer=proconnect"); got.status != 200 || got.body != "bonjour l.feint" {
		t.Errorf("chosen: %d %s", got.status, got.body)
	}
}

func TestIssuerMayStartLater(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	z.psc.set(func(f *fakeIssuer) { f.down = true })
	if got := z.browser().signIn("o.testard", doctor); got.status != 503 || got.problem.Code != "unavailable" {
		t.Errorf("down: %d %s", got.status, got.body)
	}
	z.psc.set(func(f *fakeIssuer) { f.down = false })
	if got := z.browser().signIn("o.testard", doctor); got.status != 200 {
		t.Errorf("up: %d %s", got.status, got.body)
	}
}

func TestSealedKeyholderGivesNoSession(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	z.keys.sealed = true
	b := z.browser()
	if got := b.signIn("o.testard", doctor); got.status != 503 || got.problem.Code != "sealed" || b.signedIn() {
		t.Errorf("%d %s", got.status, got.body)
	}
}
