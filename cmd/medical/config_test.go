package main

import (
	"strings"
	"testing"

	"cloison/cmd/internal/config"
	"cloison/identity"
)

// What a portal may not do outside development is refused before anything listens (TestProductionTakesNoShortcut has the rows).
func TestProductionRefusesADevelopmentConfiguration(t *testing.T) {
	t.Parallel()
	c := configuration{
		SignIn: config.SignIn{Environment: "development", PublicURL: "http://127.0.0.1:9", QuickLogin: true}, Zone: identity.Medical,
		Listen: "x", RelayURL: "x", RelayCert: "x", RelayKey: "x", RelayCA: "x", RelayPeer: "x", DatabaseURLFile: "x", Store: "x",
		KeyholderSocket: "x", RecipientPublicKeyFile: "x", AckPublicKeyFile: "x",
	}
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	c.Environment = "production"
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "quick_login") {
		t.Errorf("quick_login: %v", err)
	}
	c.QuickLogin = false
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "public_url") {
		t.Errorf("plain HTTP: %v", err)
	}
}
