package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// keysCustodian makes a new custodian's key, on that custodian's machine. Nothing is sent anywhere.
func keysCustodian(_ context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("custodian", stdout)
	dir := f.String("keystore", "", "dossier du coffre, ou une copie de son keystore.json")
	number := f.Int("number", 0, "numéro du dépositaire")
	out := f.String("out", "", "fichier de la clé, sur la clé USB du dépositaire ; sa carte publique est écrite à côté, en .pub")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"keystore": *dir, "out": *out}); err != nil {
		return err
	}
	if *number < 1 {
		return fmt.Errorf("il manque --number, le numéro du dépositaire\n%s", keysUsage)
	}
	public, err := keystore.ReadPublic(*dir)
	if err != nil {
		return err
	}
	card, err := keystore.NewCustodian(public, *number, *out, *out+".pub")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Clé du dépositaire %d écrite dans %s : elle reste avec vous. Elle n'ouvre rien avant « cloison keys reshare ».\n", *number, *out)
	return printCard(stdout, *out+".pub", card)
}

func printCard(stdout io.Writer, file string, card keystore.Card) error {
	fingerprint, err := card.Fingerprint()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Carte %s, dépositaire %d, empreinte %s : comparez-la de vive voix.\n", file, card.Number, fingerprint)
	return nil
}

// keysReshare deals new shares. Whoever is not named by a card keeps his key.
func keysReshare(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("reshare", stdout)
	socket := f.String("socket", "", "custody.sock")
	var cards []string
	f.Func("card", "carte d'un nouveau dépositaire ; se répète", func(file string) error { cards = append(cards, file); return nil })
	n := f.Int("n", 0, "nombre de dépositaires, s'il change")
	k := f.Int("k", 0, "nombre de dépositaires qui ouvrent ensemble, s'il change")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket}); err != nil {
		return err
	}
	status, err := operator.Status(ctx, *socket)
	if err != nil {
		return err
	}
	order := wire.ReshareOrder{K: or(*k, status.K), N: or(*n, status.N)}
	for _, file := range cards {
		card, err := keystore.ReadCard(file)
		if err != nil {
			return err
		}
		if err := printCard(stdout, file, card); err != nil {
			return err
		}
		order.Cards = append(order.Cards, card)
	}
	err = operator.Reshare(ctx, *socket, order, f.Args()...)
	if errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleCustodians}) {
		return errors.New("ces dépositaires ne forment pas un quorum : une carte par nouveau numéro, une clé par personne, et pas plus de parts à réunir que de dépositaires ; rien n'est changé")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Nouvelles parts : %d dépositaires, dont %d ouvrent ensemble. Les parts d'avant n'ouvrent plus ce coffre.\n", order.N, order.K)
	fmt.Fprintln(stdout, "Copiez le dossier du coffre hors de cette machine, puis détruisez ses copies d'avant ce jour : les anciennes parts les ouvriraient.")
	return nil
}

func or(given, otherwise int) int {
	if given != 0 {
		return given
	}
	return otherwise
}
