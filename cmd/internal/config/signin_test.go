package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/identity"
)

func TestProductionTakesNoShortcut(t *testing.T) {
	t.Parallel()
	good := func() SignIn {
		return SignIn{Environment: "production", PublicURL: "https://medical.example", Issuers: []Issuer{{Name: "PSC", Issuer: "https://psc.example", Kind: "psc"}}}
	}
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*SignIn)
		says   string
		dev    bool // development may
	}{
		"a plain public URL":   {func(s *SignIn) { s.PublicURL = "http://medical.example" }, "public_url", true},
		"a plain issuer":       {func(s *SignIn) { s.Issuers[0].Issuer = "http://psc.example" }, "issuer PSC", true},
		"an issuer of no host": {func(s *SignIn) { s.Issuers[0].Issuer = "https:" }, "issuer PSC", true},
		"quick login":          {func(s *SignIn) { s.QuickLogin = true }, "quick_login", true},
		"an acr of nothing":    {func(s *SignIn) { s.Issuers[0].ACR = []string{} }, "acr", false},
		"an amr of nothing":    {func(s *SignIn) { s.Issuers[0].AMR = []string{} }, "amr", false},
		"a negative rate":      {func(s *SignIn) { s.Rate = -1 }, "sign_in_rate", false},
	} {
		for _, environment := range []string{"production", "Production", "recette"} {
			s := good()
			c.change(&s)
			s.Environment = environment
			if err := s.Check(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s in %s: %v", name, environment, err)
			}
		}
		s := good()
		c.change(&s)
		s.Environment = "development"
		if err := s.Check(); (err == nil) != c.dev {
			t.Errorf("%s in development: %v", name, err)
		}
	}
}

func TestSignInKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	client := put("client", "s3cret\n")
	var c struct{ SignIn }
	err := Decode(put("c.toml", `environment = "test"
public_url = "http://127.0.0.1:9"
sign_in_rate = 2.5
sign_in_burst = 7
sign_in_total_rate = 30
sign_in_total_burst = 300
quick_login = true
[[issuer]]
name = "PSC"
kind = "psc"
issuer = "http://127.0.0.1:9/psc"
client_id = "c"
client_secret_file = "`+client+`"
acr = ["eidas2"]
amr = ["mfa", "pop"]
[[issuer]]
name = "ProConnect"
kind = "proconnect"
issuer = "http://127.0.0.1:9/proconnect"
client_id = "c"
client_secret_file = "`+client+`"
`), &c)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Pace(); got != (identity.Pace{Rate: 2.5, Burst: 7, TotalRate: 30, TotalBurst: 300}) || !c.QuickLogin || c.Environment != "test" {
		t.Errorf("%+v", c)
	}
	issuers, err := c.ReadIssuers()
	if err != nil || len(issuers) != 2 || issuers[0].ACR[0] != "eidas2" || len(issuers[0].AMR) != 2 || issuers[1].ACR != nil || issuers[1].AMR != nil {
		t.Errorf("%+v %v", issuers, err)
	}
}
