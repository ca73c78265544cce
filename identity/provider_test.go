package identity

import (
	"net/http/httptest"
	"os"
	"testing"

	"cloison/internal/dev/provider"
	"cloison/internal/secret"
)

// The development provider, a real one, signs in both kinds of people.
func TestDevelopmentProvider(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	f, err := os.Open("testdata/people.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	people, err := provider.ReadPeople(f)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	var clients []provider.Client
	for _, kind := range []string{provider.PSC, provider.ProConnect} {
		clients = append(clients, provider.Client{ID: "cloison", Secret: "s3cret", Issuer: kind, Redirects: []string{z.url + "/callback"}})
	}
	real, err := provider.New(provider.Options{
		BaseURL: base, Clock: z.clock, People: people, Clients: clients, KeyDir: t.TempDir(), QuickLogin: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = real
	server.Start()
	t.Cleanup(server.Close)
	z.service.issuers = nil
	z.service.Issuers = []Issuer{
		{Kind: PSC, URL: base + "/psc", ClientID: "cloison", ClientSecret: secret.NewString("s3cret")},
		{Kind: ProConnect, URL: base + "/proconnect", ClientID: "cloison", ClientSecret: secret.NewString("s3cret")},
	}
	if err := z.service.addIssuers(); err != nil {
		t.Fatal(err)
	}
	b := z.browser()
	if got := b.get("/login?login_hint=o.testard"); got.status != 200 || got.body != "bonjour o.testard" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.get(b.sign().problem.StepUp + "&login_hint=o.testard"); got.status != 200 {
		t.Errorf("step-up: %d %s", got.status, got.body)
	}
	if got := b.sign(); got.status != 200 {
		t.Errorf("act: %d %s", got.status, got.body)
	}
	if got := z.browser().get("/login?login_hint=l.feint&role=SECRETARIAT_MEDICAL"); got.status != 200 || got.body != "bonjour l.feint" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := z.browser().get("/login?login_hint=r.fictive"); got.status != 403 || got.problem.Rule != "PROFESSION_NOT_PHYSICIAN" {
		t.Errorf("%d %s", got.status, got.body)
	}
}
