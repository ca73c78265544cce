package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"cloison/crypto/custody/hardware"
)

// keysToken puts a custodian's key under a hardware token, on the custodian's own machine. What it wrote has opened before it says so.
func keysToken(_ context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("token", stdout)
	in := f.String("in", "", "clé du dépositaire, en clair")
	identity := f.String("identity", "", "fichier de l'identité que le greffon age a écrite (AGE-PLUGIN-...)")
	out := f.String("out", "", "fichier à écrire : la clé, que le jeton seul ouvre")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"in": *in, "identity": *identity, "out": *out}); err != nil {
		return err
	}
	text, err := os.ReadFile(*identity)
	if err != nil {
		return fmt.Errorf("reading the identity of the token: %w", err)
	}
	if err := hardware.Rest(*in, string(text), *out); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Clé mise sous le jeton, et rouverte avec lui : %s. Elle s'emploie comme l'autre. Détruisez %s.\n", *out, *in)
	return nil
}
