package web

import (
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

var inputType = reflect.TypeFor[noteInput]()

func TestEveryResponseHasIDAndHeaders(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	id := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	said := regexp.MustCompile(`^((text/(html|plain)|application/json); charset=utf-8|application/(problem\+)?json)$`)
	seen := map[string]bool{}
	for _, c := range []struct {
		method, path, user string
		status             int
	}{
		{"GET", "/healthz", "", 200}, {"GET", "/readyz", "", 200}, {"GET", "/api/openapi.json", "", 200},
		{"GET", Prefix + "/notes/1", "u", 200}, {"GET", Prefix + "/notes/1", "", 401}, {"GET", "/notes/1", "u", 200},
		{"GET", "/notes/1", "", 303}, {"GET", "/nowhere", "", 404}, {"DELETE", "/healthz", "", 404}, {"GET", "/.git/HEAD", "", 404},
		{"TRACE", "/notes/1", "u", 404}, {"OPTIONS", "/notes/1", "u", 404}, {"CONNECT", "/healthz", "", 404},
		{"GET", Prefix + "/notes/broken", "u", 500}, {"GET", Prefix + "/notes/panic", "u", 500},
	} {
		got := p.do(t, c.method, c.path, "", "X-Test-User", c.user)
		if got.status != c.status {
			t.Errorf("%s %s: %d, want %d: %s", c.method, c.path, got.status, c.status, got.body)
		}
		request := got.header.Get("X-Request-Id")
		if !id.MatchString(request) || seen[request] {
			t.Errorf("%s %s: request id %q", c.method, c.path, request)
		}
		seen[request] = true
		for name, want := range map[string]string{
			"Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy": "camera=()",
		} {
			if !strings.Contains(got.header.Get(name), want) {
				t.Errorf("%s %s: %s is %q", c.method, c.path, name, got.header.Get(name))
			}
		}
		for name := range got.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s: another origin is let in by %s", c.method, c.path, name)
			}
			if name == "Server" || name == "Via" || strings.HasPrefix(name, "X-Powered") {
				t.Errorf("%s %s: it says what it is made of by %s", c.method, c.path, name)
			}
		}
		if of := got.header.Get("Content-Type"); got.body != "" && !said.MatchString(of) {
			t.Errorf("%s %s: a body of the type %q", c.method, c.path, of)
		}
		for _, directive := range strings.Split(got.header.Get("Content-Security-Policy"), ";") {
			directive = strings.TrimSpace(directive)
			if strings.Contains(directive, "unsafe") || strings.HasPrefix(directive, "default-src") && directive != "default-src 'none'" || strings.HasPrefix(directive, "base-uri") && directive != "base-uri 'none'" {
				t.Errorf("%s %s: %s", c.method, c.path, directive)
			}
			if strings.HasPrefix(directive, "script-src") && directive != "script-src 'self'" || strings.HasPrefix(directive, "connect-src") && directive != "connect-src 'self'" {
				t.Errorf("a script that is not the portal's own file may run, or speak to others: %s", directive)
			}
		}
	}
}

func TestInternalTextNeverLeaves(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for _, note := range []string{"broken", "panic"} {
		got := p.do(t, "GET", Prefix+"/notes/"+note, "")
		if got.problem.Code != "internal" || strings.Contains(got.body, "secret") || got.problem.RequestID != got.header.Get("X-Request-Id") {
			t.Errorf("%s: %s", note, got.body)
		}
	}
	if strings.Contains(p.journal.String(), "panic of secret") || strings.Contains(p.journal.String(), "what=\"secret") {
		t.Errorf("the value of a panic is in the journal")
	}
}

func TestProblemOfAct(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	denied := p.do(t, "GET", Prefix+"/notes/denied", "")
	if denied.status != 403 || denied.problem.Rule != "NOT_ASSIGNED" || denied.problem.Detail != "Demandez." {
		t.Errorf("denied: %d %s", denied.status, denied.body)
	}
	hidden := p.do(t, "GET", Prefix+"/notes/hidden", "")
	if hidden.status != 404 || hidden.problem.Rule != "" || strings.Contains(hidden.body, "NOT_ASSIGNED") {
		t.Errorf("hidden: %d %s", hidden.status, hidden.body)
	}
}

func TestCrossSiteWriteRefused(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for name, c := range map[string]struct {
		site, origin string
		status       int
	}{
		"same origin":               {"same-origin", p.url, 201},
		"typed by the person":       {"none", "", 201},
		"a program":                 {"", "", 201},
		"old browser, own origin":   {"", p.url, 201},
		"cross site":                {"cross-site", "https://evil.example", 403},
		"another port of this host": {"same-site", "http://127.0.0.1:1", 403},
		"old browser, other origin": {"", "https://evil.example", 403},
		"old browser, other port":   {"", "http://127.0.0.1:1", 403},
		"opaque origin":             {"", "null", 403},
		"unknown word":              {"whatever", p.url, 403},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.write(t, `{"kind":"A"}`, "Sec-Fetch-Site", c.site, "Origin", c.origin)
			if got.status != c.status {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	if got := p.do(t, "GET", "/notes/1", "", "Sec-Fetch-Site", "cross-site"); got.status != http.StatusOK {
		t.Errorf("a link from another site: %d", got.status)
	}
}

func TestOnlyJSON(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for media, want := range map[string]int{
		"application/json": 201, "application/json; charset=utf-8": 201, "application/json; charset=latin1": 415,
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "": 415, "multipart/form-data; boundary=x": 415,
	} {
		if got := p.write(t, `{"kind":"A"}`, "Content-Type", media); got.status != want {
			t.Errorf("%q: %d, want %d: %s", media, got.status, want, got.body)
		}
	}
}

func TestQueryAndHeadersAreStrict(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for _, c := range []struct {
		query, key string
		status     int
		code       string
	}{
		{"", "visible-ASCII_1", 201, ""}, {"?purpose=INSTRUCTION", "", 201, ""},
		{"?purpose=CURIOSITY", "", 422, "invalid"}, {"?x=1", "", 400, "unknown_field"},
		{"?purpose=ACCES&purpose=ACCES", "", 400, "malformed"},
		{"", "with space", 422, "invalid"}, {"", strings.Repeat("k", 129), 422, "invalid"}, {"", "clé", 422, "invalid"},
	} {
		got := p.do(t, "POST", Prefix+"/dossiers/"+dossierID+"/notes"+c.query, `{"kind":"A"}`, "Idempotency-Key", c.key)
		if got.status != c.status || got.problem.Code != c.code {
			t.Errorf("%s %q: %d %s", c.query, c.key, got.status, got.body)
		}
	}
	if got := p.do(t, "POST", Prefix+"/dossiers/not-an-id/notes", `{"kind":"A"}`); got.status != 404 {
		t.Errorf("a path that names nothing: %d %s", got.status, got.body)
	}
	if got := p.do(t, "GET", Prefix+"/notes/1", `{"x":1}`); got.status != 400 {
		t.Errorf("a read with a body: %d", got.status)
	}
}

func TestNoActionNoStart(t *testing.T) {
	t.Parallel()
	handler := func(*Call, noteInput) (Reply[noteOutput], error) { return OK(noteOutput{}), nil }
	good := Op("a", "POST", "/x/:dossier", "x.do", handler)
	for name, ops := range map[string][]Operation{
		"no action":           {Op("a", "POST", "/x/:dossier", "", handler)},
		"public with action":  {Op("a", "POST", "/x/:dossier", "x.do", handler, Public("why"))},
		"twice the id":        {good, Op("a", "POST", "/y/:dossier", "x.do", handler)},
		"twice the path":      {good, Op("b", "POST", "/x/:dossier", "x.do", handler)},
		"parameter unread":    {Op("a", "POST", "/x/:other", "x.do", handler)},
		"parameter missing":   {Op("a", "POST", "/x", "x.do", handler)},
		"page of a write":     {Op("a", "POST", "/x/:dossier", "x.do", handler, Page("/x/:dossier", "x", func(*Call, noteOutput) any { return nil }))},
		"page of another out": {Op("a", "GET", "/x/:dossier", "x.do", handler, Page("/x/:dossier", "x", func(*Call, int) any { return nil }))},
		"unknown rule": {Op("a", "POST", "/x", "x.do", func(*Call, struct {
			K string `json:"k" validate:"nonsense"`
		}) (Reply[noteOutput], error) {
			return OK(noteOutput{}), nil
		})},
	} {
		t.Run(name, func(t *testing.T) {
			options := Options{Ops: ops, Gate: &book{}, PublicURL: "http://127.0.0.1:1", Authenticate: nobody}
			if _, err := New(options); err == nil {
				t.Error("it starts")
			} else {
				t.Log(err)
			}
		})
	}
	if _, err := New(Options{Ops: []Operation{good}, Gate: &book{}, PublicURL: "http://127.0.0.1:1", Authenticate: nobody}); err != nil {
		t.Error(err)
	}
}
