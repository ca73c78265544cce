package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyfile"
	"cloison/crypto/keyholder"
)

// keysRecover gives a new keystore what a lost one opened: first every destruction, ordered again by the new custodians, then one epoch, by its
// identity from the safe. In that order: killed in between, nothing that was destroyed opens (TestARecoveryDestroysBeforeItOpens).
func keysRecover(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("recover", stdout)
	socket := f.String("socket", "", "custody.sock du nouveau keyholder, ouvert")
	epoch := f.String("epoch", "", "époque du coffre perdu")
	recovery := f.String("recovery", "", "identité de secours de cette époque, sortie du coffre-fort")
	signer := f.String("recipient-key", "", "recipient.pub du coffre perdu")
	tombstones := f.String("tombstones", "", "copie la plus récente de la liste des destructions")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "epoch": *epoch, "recovery": *recovery, "recipient-key": *signer, "tombstones": *tombstones}); err != nil {
		return err
	}
	pem, err := os.ReadFile(*signer)
	if err != nil {
		return fmt.Errorf("reading the recipient key: %w", err)
	}
	key, err := keyfile.ParsePublic(pem)
	if err != nil {
		return err
	}
	list, err := readTombstones(*tombstones)
	if err != nil {
		return err
	}
	if err := destroyAgain(ctx, stdout, *socket, list, f.Args()); err != nil {
		return err
	}
	err = operator.Adopt(ctx, *socket, *epoch, *recovery, key, f.Args()...)
	switch {
	case errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleEpochExists}):
		return fmt.Errorf("l'époque %s ne peut pas être reprise : ce coffre a, ou a eu, une époque de ce nom, ou recipient.pub est le sien ; créez le nouveau coffre avec une autre époque (2027b)", *epoch)
	case errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleRecovery}):
		return errors.New("keyholder a redémarré pendant la reprise : relancez la même commande")
	case err != nil:
		return err
	}
	fmt.Fprintf(stdout, "Époque %s reprise. Passez les dossiers à la nouvelle par « cloison keys rotate », puis détruisez l'époque %s.\n", *epoch, *epoch)
	return nil
}

// destroyAgain orders every destruction of the lost keyholder of the new one: the mark and the signatures that the list carries are of keys that
// the new keystore does not know.
func destroyAgain(ctx context.Context, stdout io.Writer, socket string, list []wire.Tombstone, custodians []string) error {
	for i, t := range list {
		err := operator.Shred(ctx, socket, t.Dossier, t.Visa, custodians...)
		if err != nil && !errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleAlreadyShred}) {
			return fmt.Errorf("destruction %d sur %d, dossier %s : %w", i+1, len(list), t.Dossier, err)
		}
	}
	fmt.Fprintf(stdout, "%d destructions ordonnées de nouveau.\n", len(list))
	return nil
}
