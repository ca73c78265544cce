package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
	"cloison/medical/store"

	"github.com/jackc/pgx/v5"
)

// mostShredded bounds one list: what follows is listed once these are gone.
const mostShredded = 10_000

// keysShred is the custodians' part of a purge. Without a visa it prints what is due, for the archives to compare with their own list; with
// one, it destroys the dossiers named, or all that are due. The medical zone takes the rest away within a minute.
func keysShred(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("shred", stdout)
	socket := f.String("socket", "", "custody.sock")
	due := f.Bool("due", false, "les dossiers dont la purge est autorisée")
	database := f.String("database-url-file", "", "base de la zone médicale, pour --due")
	dossier := f.String("dossier", "", "un dossier")
	visa := f.String("visa", "", "référence du visa des archives ; sans elle, --due affiche la liste et ne détruit rien")
	if err := f.Parse(args); err != nil {
		return err
	}
	switch {
	case *due == (*dossier != ""):
		return fmt.Errorf("indiquez --due ou --dossier, l'un des deux\n%s", keysUsage)
	case *dossier != "":
		if err := required(map[string]string{"socket": *socket, "visa": *visa}); err != nil {
			return err
		}
		return shredEach(ctx, stdout, *socket, *visa, f.Args(), []string{*dossier})
	}
	if err := required(map[string]string{"database-url-file": *database}); err != nil {
		return err
	}
	list, err := duePurges(ctx, *database)
	if err != nil {
		return err
	}
	printDue(stdout, list)
	if *visa == "" || len(list) == 0 {
		return nil
	}
	if err := required(map[string]string{"socket": *socket}); err != nil {
		return err
	}
	var ids []string
	for _, d := range list {
		ids = append(ids, d.Dossier)
	}
	return shredEach(ctx, stdout, *socket, *visa, f.Args(), ids)
}

func duePurges(ctx context.Context, file string) ([]store.DuePurge, error) {
	url, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the connection string: %w", err)
	}
	conn, err := pgx.Connect(ctx, strings.TrimSpace(string(url)))
	if err != nil {
		return nil, fmt.Errorf("connecting to the medical zone: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return store.FindAuthorisedPurges(ctx, conn, clock.Machine{}.Now(), mostShredded)
}

// printDue is the list that goes to the archives: no name stands in it.
func printDue(stdout io.Writer, list []store.DuePurge) {
	for _, d := range list {
		fmt.Fprintf(stdout, "%s  clos le %s  purge autorisée le %s  saisines %s\n", d.Dossier, d.ClosedAt.Format(time.DateOnly),
			d.AuthorisedAt.Format(time.DateOnly), strings.Join(d.Referrals, " "))
	}
	fmt.Fprintf(stdout, "%d dossier(s) à détruire.\n", len(list))
}

func shredEach(ctx context.Context, stdout io.Writer, socket, visa string, keys, dossiers []string) error {
	destroyed := 0
	for _, d := range dossiers {
		err := operator.Shred(ctx, socket, d, visa, keys...)
		if errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleAlreadyShred}) {
			continue // by an interrupted run, or a minute ago
		}
		if err != nil {
			return fmt.Errorf("%d détruit(s), puis le dossier %s : %w", destroyed, d, err)
		}
		destroyed++
	}
	fmt.Fprintf(stdout, "%d dossier(s) détruit(s) sous le visa %s : plus aucune base ne les ouvre.\n", destroyed, visa)
	return nil
}
