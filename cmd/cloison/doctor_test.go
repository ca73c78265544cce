package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/crypto/checkpoint"
	"cloison/internal/dev/tsa"
)

// A production without a witness outside, or without a time-stamp authority, is red, and doctor says what to do; with both it is green. Elsewhere it is told.
func TestDoctorWantsAWitnessAndAnAuthority(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := put("witness.vkey", checkpoint.WitnessKey("witness.example/w", public)+"\n")
	ours := put("ours.vkey", checkpoint.WitnessKey("cloison.production.server/witness", public)+"\n")
	base := "zone = \"medical\"\nlisten = \":443\"\ntls_cert = \"c\"\nwitness_private_key_file = \"a\"\npeer_witness_public_key_file = \"b\"\npeer_checkpoint_public_key_file = \"c\"\n"
	production := "environment = \"production\"\n" + base
	witness := "external_witness_url = \"https://witness.example\"\nexternal_witness_key_file = \"" + key + "\"\n"
	authority := "timestamp_url = \"http://tsa.example\"\ntimestamp_authority_file = \"" + tsa.Start(t).File + "\"\n"
	for name, c := range map[string]struct {
		file string
		red  []string // lines that are red
	}{
		"both":                         {production + witness + authority, nil},
		"neither":                      {production, []string{"témoin extérieur", "horodatage"}},
		"no witness":                   {production + authority, []string{"témoin extérieur"}},
		"no authority":                 {production + witness, []string{"horodatage"}},
		"a zone's own witness":         {production + strings.Replace(witness, key, ours, 1) + authority, []string{"témoin extérieur"}},
		"a key that is none":           {production + strings.Replace(witness, key, put("none", "x"), 1) + authority, []string{"témoin extérieur"}},
		"no address":                   {production + strings.Replace(witness, "https://witness.example", "witness", 1) + authority, []string{"témoin extérieur", "horodatage"}},
		"an authority without a file":  {production + witness + "timestamp_url = \"http://tsa.example\"\n", []string{"témoin extérieur", "horodatage"}},
		"a test clock":                 {production + witness + authority + "checkpoint_origin = \"testclock.x\"\n", []string{"horloge"}},
		"quick login":                  {production + witness + authority + "quick_login = true\n", []string{"connexion rapide"}},
		"no witness of the other zone": {strings.Replace(production, "peer_witness_public_key_file = \"b\"\n", "", 1) + witness + authority, []string{"contresignature"}},
		"development":                  {"environment = \"development\"\n" + base, nil},
	} {
		out, err := tool(t, "doctor", put("configuration.toml", c.file))
		if (err != nil) != (len(c.red) > 0) || strings.Count(out, "  rouge ") != len(c.red) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		for _, line := range c.red {
			if !strings.Contains(out, "  rouge   "+line) {
				t.Errorf("%s: %s is not red:\n%s", name, line, out)
			}
		}
		if name == "development" && strings.Count(out, "  absent ") != 2 {
			t.Errorf("%s:\n%s", name, out)
		}
	}
	if _, err := tool(t, "doctor"); err == nil {
		t.Error("without a file")
	}
}
