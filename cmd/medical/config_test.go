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
		KeyholderSocket: "x", RecipientPublicKeyFile: "x", AckPublicKeyFile: "x", CheckpointPublicKeyFile: "x",
	}
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	c.Environment = "production"
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "quick_login") {
		t.Errorf("quick_login: %v", err)
	}
	c.QuickLogin = false
	c.Store, c.StoreS3 = "", &bucket{Endpoint: "x", Name: "x", AccessKey: "x", SecretKeyFile: "x", Insecure: true}
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "insecure") {
		t.Errorf("a bucket over plain HTTP: %v", err)
	}
	c.Store, c.StoreS3 = "x", nil
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "public_url") {
		t.Errorf("plain HTTP: %v", err)
	}
}

func TestAStoreIsOnePlace(t *testing.T) {
	t.Parallel()
	whole := &bucket{Endpoint: "x", Name: "x", AccessKey: "x", SecretKeyFile: "x"}
	for name, c := range map[string]struct {
		configuration
		right bool
	}{
		"a folder":         {configuration{Store: "x"}, true},
		"a bucket":         {configuration{StoreS3: whole}, true},
		"none":             {configuration{}, false},
		"both":             {configuration{Store: "x", StoreS3: whole}, false},
		"a bucket of none": {configuration{StoreS3: &bucket{Endpoint: "x"}}, false},
	} {
		if err := c.checkStore(); (err == nil) != c.right {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDocumentLimitsAreBounded(t *testing.T) {
	t.Parallel()
	for _, l := range []documentLimit{{}, {MaxBytes: -1}, {MaxBytes: maxDocument + 1}, {MaxBytes: 1, MaxPages: -1}} {
		if checkLimits([]documentLimit{l}) == nil {
			t.Errorf("%+v is taken", l)
		}
	}
	if err := checkLimits([]documentLimit{{DocumentKind: "IMAGERIE", MaxBytes: maxDocument}}); err != nil {
		t.Error(err)
	}
}
