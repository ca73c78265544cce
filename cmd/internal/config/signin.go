package config

import (
	"errors"
	"fmt"
	"net/url"

	"cloison/identity"
)

// Issuer is one [[issuer]].
type Issuer struct {
	Name             string   `toml:"name"`
	Issuer           string   `toml:"issuer"`
	ClientID         string   `toml:"client_id"`
	ClientSecretFile string   `toml:"client_secret_file"`
	Kind             string   `toml:"kind"` // psc or proconnect
	ACR              []string `toml:"acr"`  // the token's acr is one of these; without the key: eidas1 for psc, anything for proconnect
	AMR              []string `toml:"amr"`  // the token's amr holds all of these; without the key: mfa for proconnect, nothing for psc
}

// SignIn is how people reach the portal and sign in: the keys of both programs.
type SignIn struct {
	Environment string   `toml:"environment"`
	PublicURL   string   `toml:"public_url"`
	Issuers     []Issuer `toml:"issuer"`

	// How fast sign-ins may begin, a second and at once: for one address, and for all together. Without a key: identity's default.
	Rate       float64 `toml:"sign_in_rate"`
	Burst      int     `toml:"sign_in_burst"`
	TotalRate  float64 `toml:"sign_in_total_rate"`
	TotalBurst int     `toml:"sign_in_total_burst"`

	// QuickLogin has the directory choose the issuer of a login_hint.
	QuickLogin bool `toml:"quick_login"`
}

// relaxed are the only environments where a shortcut is taken. Any other word, a misspelt one too, is held to what production is.
var relaxed = map[string]bool{"development": true, "test": true}

// Relaxed says whether the environment is one where a shortcut is taken.
func (s SignIn) Relaxed() bool { return relaxed[s.Environment] }

// Check refuses at the start what only a development environment may have.
func (s SignIn) Check() error {
	for _, i := range s.Issuers {
		if i.ACR != nil && len(i.ACR) == 0 || i.AMR != nil && len(i.AMR) == 0 {
			return fmt.Errorf("issuer %s: an empty acr or amr checks nothing; leave the key out for the default", i.Name)
		}
	}
	if s.Rate < 0 || s.Burst < 0 || s.TotalRate < 0 || s.TotalBurst < 0 {
		return errors.New("sign_in_rate, sign_in_burst, sign_in_total_rate and sign_in_total_burst are positive")
	}
	if relaxed[s.Environment] {
		return nil
	}
	if s.QuickLogin {
		return fmt.Errorf("quick_login in environment %q: it tells anybody who is a physician", s.Environment)
	}
	if err := overTLS("public_url", s.PublicURL); err != nil {
		return err
	}
	for _, i := range s.Issuers {
		if err := overTLS("issuer "+i.Name, i.Issuer); err != nil {
			return err
		}
	}
	return nil
}

func overTLS(key, address string) error {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%s: an https:// address is needed outside development", key)
	}
	return nil
}

// Pace is what identity is told.
func (s SignIn) Pace() identity.Pace {
	return identity.Pace{Rate: s.Rate, Burst: s.Burst, TotalRate: s.TotalRate, TotalBurst: s.TotalBurst}
}

// ReadIssuers reads the clients' secrets.
func (s SignIn) ReadIssuers() ([]identity.Issuer, error) {
	if len(s.Issuers) == 0 {
		return nil, errors.New("no [[issuer]]")
	}
	var issuers []identity.Issuer
	for _, i := range s.Issuers {
		kind := identity.IssuerKind(i.Kind)
		if kind != identity.PSC && kind != identity.ProConnect {
			return nil, fmt.Errorf("issuer %s: kind is psc or proconnect", i.Name)
		}
		client, err := Secret(i.ClientSecretFile)
		if err != nil {
			return nil, err
		}
		issuers = append(issuers, identity.Issuer{
			Kind: kind, URL: i.Issuer, ClientID: i.ClientID, ClientSecret: client, ACR: i.ACR, AMR: i.AMR,
		})
	}
	return issuers, nil
}
