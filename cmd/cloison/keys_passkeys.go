package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"cloison/crypto/custody/operator"
	"cloison/identity"
)

// keysPasskeys prints the passkeys that people proposed, each as the [[line.passkey]] table that goes under its person's line of the roster. The
// database is the web process's: what it says is believed once the person has read the fingerprint aloud.
func keysPasskeys(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("passkeys", stdout)
	file := f.String("database-url-file", "", "fichier de l'adresse de la base médicale")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"database-url-file": *file}); err != nil {
		return err
	}
	pool, err := openPool(ctx, *file)
	if err != nil {
		return err
	}
	defer pool.Close()
	proposed, err := identity.ProposedPasskeys(ctx, pool)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "# Avant de signer, faites dire à chacun l'empreinte de sa clé, de vive voix.")
	for _, p := range proposed {
		fmt.Fprintf(stdout, "\n# %s, compte %s, RPPS %s, proposée le %s\n%s", p.Login, p.Subject, p.NationalID, p.ProposedAt.Format(time.DateOnly), operator.FormatPasskey(p.Key))
	}
	return nil
}
