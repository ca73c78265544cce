package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"cloison/migrations"
	"cloison/missions/installed"
)

var errMigrateUsage = errors.New("usage : cloison migrate up|status --zone medical|server --database-url-file FICHIER")

// runMigrate is `cloison migrate`: the only command with the owner's rights.
func runMigrate(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return errMigrateUsage
	}
	set := newFlags("migrate "+args[0], stdout)
	target := targetFlags(set)
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	zone, url, err := target()
	if err != nil {
		return err
	}
	switch {
	case set.NArg() > 0:
		return errMigrateUsage
	case args[0] == "up":
		if err := migrations.Up(ctx, url, zone); err != nil {
			return err
		}
		if zone == "server" {
			if err := migrations.UpMissions(ctx, url, missionSchemas()...); err != nil {
				return err
			}
		}
		fmt.Fprintf(stdout, "La base de la zone %s est à jour.\n", zone)
		return nil
	case args[0] == "status":
		return migrateStatus(ctx, zone, url, stdout)
	}
	return errMigrateUsage
}

// missionSchemas are the parts of the administrative database that belong to missions.
func missionSchemas() (all []migrations.Mission) {
	for _, m := range installed.Modules() {
		all = append(all, migrations.Mission{Name: m.Name, Files: m.Migrations})
	}
	return all
}

func migrateStatus(ctx context.Context, zone, url string, stdout io.Writer) error {
	database, err := migrations.Open(url)
	if err != nil {
		return err
	}
	defer database.Close()
	all, err := migrations.Status(ctx, database, zone)
	if err != nil {
		return err
	}
	if zone == "server" {
		missions, err := migrations.StatusMissions(ctx, database, missionSchemas()...)
		if err != nil {
			return err
		}
		all = append(all, missions...)
	}
	t := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	for _, m := range all {
		when := "à appliquer"
		if !m.AppliedAt.IsZero() {
			when = m.AppliedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", m.Folder, m.Name, when)
	}
	return t.Flush()
}

// targetFlags are the flags that name one zone's database. The connection string
// holds a password, so it comes by a file and never on the command line, which
// everybody on the machine reads.
func targetFlags(set *flag.FlagSet) func() (zone, url string, err error) {
	zone := set.String("zone", "", "medical ou server")
	file := set.String("database-url-file", "", "fichier de la chaîne de connexion du propriétaire")
	return func() (string, string, error) {
		if *zone != "medical" && *zone != "server" {
			return "", "", errors.New("--zone est medical ou server")
		}
		if *file == "" {
			return "", "", errors.New("--database-url-file est obligatoire : le fichier qui contient la chaîne de connexion")
		}
		text, err := os.ReadFile(*file)
		if err != nil {
			return "", "", fmt.Errorf("reading the connection string: %w", err)
		}
		return *zone, strings.TrimSpace(string(text)), nil
	}
}
