package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"cloison/cmd/internal/config"
	"cloison/crypto/checkpoint"
)

// examined is what doctor reads of a portal's configuration; the program itself refuses a key that nobody knows.
type examined struct {
	config.Witness
	config.Outside
	Environment      string `toml:"environment"`
	Zone             string `toml:"zone"`
	CheckpointOrigin string `toml:"checkpoint_origin"`
	TLSCert          string `toml:"tls_cert"`
	QuickLogin       bool   `toml:"quick_login"`
}

// finding is one thing that doctor looked at.
type finding struct {
	name string
	err  error  // nil: well
	mend string // what to do
}

var errDoctor = errors.New("la configuration n'est pas celle d'une production : voyez les lignes « rouge »")

// runDoctor is `cloison doctor`: what a production must have, whether the configuration has it, and what to mend. Elsewhere than in production what is
// missing is told, and is no failure.
func runDoctor(_ context.Context, args []string, stdout io.Writer) error {
	set := newFlags("doctor", stdout)
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() == 0 {
		return errors.New("indiquez la configuration d'un portail : cloison doctor FICHIER.toml...")
	}
	red := false
	for _, path := range set.Args() {
		var c examined
		if _, err := toml.DecodeFile(path, &c); err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
		production := c.Environment != "development" && c.Environment != "test"
		fmt.Fprintf(stdout, "%s : zone %s, environnement %s\n", filepath.Base(path), c.Zone, c.Environment)
		for _, f := range examine(c) {
			switch {
			case f.err == nil:
				fmt.Fprintf(stdout, "  vert    %s\n", f.name)
			case production:
				red = true
				fmt.Fprintf(stdout, "  rouge   %s : %v. %s\n", f.name, f.err, f.mend)
			default:
				fmt.Fprintf(stdout, "  absent  %s : %v. En production : %s\n", f.name, f.err, f.mend)
			}
		}
	}
	if red {
		return errDoctor
	}
	return nil
}

func examine(c examined) []finding {
	return []finding{
		{"horloge", testClock(c), "Un journal tenu sous une horloge d'essai ne prouve rien : employez les programmes sans étiquette de construction."},
		{"TLS du portail", missing(c.TLSCert, "tls_cert"), "Donnez un certificat et sa clé (tls_cert, tls_key)."},
		{"connexion rapide", quick(c), "Retirez quick_login : chacun entrerait sous le nom qu'il veut."},
		{"contresignature de l'autre zone", c.CheckWitness(false), "Donnez les trois fichiers de clés ; « cloison keys init » les fait."},
		{"témoin extérieur", external(c), "Donnez external_witness_url et external_witness_key_file : un témoin C2SP tlog-witness hors de l'Office."},
		{"horodatage", dated(c), "Donnez timestamp_url et timestamp_authority_file : une autorité d'horodatage qualifiée (RFC 3161)."},
	}
}

func missing(value, key string) error {
	if value == "" {
		return errors.New(key + " manque")
	}
	return nil
}

func testClock(c examined) error {
	if strings.HasPrefix(c.CheckpointOrigin, checkpoint.TestClock) {
		return errors.New("checkpoint_origin commence par " + checkpoint.TestClock)
	}
	return nil
}

func quick(c examined) error {
	if c.QuickLogin {
		return errors.New("quick_login est mis")
	}
	return nil
}

// external: the witness of the other zone is no witness outside.
func external(c examined) error {
	if err := missing(c.WitnessURL, "external_witness_url"); err != nil {
		return err
	}
	if err := c.CheckOutside(); err != nil {
		return err
	}
	witness, _, err := config.Outside{WitnessURL: c.WitnessURL, WitnessKey: c.WitnessKey}.ReadOutside()
	if err != nil {
		return err
	}
	for _, zone := range []string{"medical", "server"} {
		if witness.Key.Name() == config.WitnessName(c.Environment, zone) {
			return errors.New("c'est le témoin de l'une des deux zones")
		}
	}
	return nil
}

func dated(c examined) error {
	if err := missing(c.AuthorityURL, "timestamp_url"); err != nil {
		return err
	}
	if err := c.CheckOutside(); err != nil {
		return err
	}
	_, _, err := config.Outside{AuthorityURL: c.AuthorityURL, AuthorityFile: c.AuthorityFile}.ReadOutside()
	return err
}
