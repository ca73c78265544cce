package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"cloison/internal/clock"
	"cloison/internal/db"
	serverstore "cloison/server/store"

	"github.com/jackc/pgx/v5"
)

var errMachinesUsage = errors.New("usage : cloison machines load --zone server --database-url-file FICHIER LISTE.json")

// runMachines is `cloison machines load`: which systems of which prefectures may call, until when. The list is whole: a name that it leaves out is
// revoked, from its next call on.
func runMachines(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 || args[0] != "load" {
		return errMachinesUsage
	}
	set := newFlags("machines load", stdout)
	target := targetFlags(set)
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	zone, url, err := target()
	if err != nil {
		return err
	}
	if zone != "server" || set.NArg() != 1 {
		return errMachinesUsage
	}
	if err := loadMachines(ctx, url, set.Arg(0)); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "La liste des systèmes est celle du fichier ; tout autre nom est révoqué.")
	return nil
}

func loadMachines(ctx context.Context, url, path string) error {
	lines, err := readMachines(path)
	if err != nil {
		return fmt.Errorf("fichier %s : %w", path, err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to zone server: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return db.InTx(ctx, conn, func(tx pgx.Tx) error {
		return serverstore.LoadMachines(ctx, tx, lines, clock.Machine{}.Now())
	})
}

// readMachines refuses an empty list: it would revoke everybody, and is more often a mistake.
func readMachines(path string) ([]serverstore.MachineLine, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var list struct {
		Machines []serverstore.MachineLine `json:"machines"`
	}
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		return nil, err
	}
	if len(list.Machines) == 0 {
		return nil, errors.New("aucun système : pour les révoquer tous, arrêtez plutôt l'accès (machine_listen)")
	}
	return list.Machines, nil
}
