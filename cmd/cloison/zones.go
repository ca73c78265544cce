package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/missions/family"
	"cloison/missions/family/store"

	"github.com/jackc/pgx/v5"
)

var errZonesUsage = errors.New("usage : cloison reference zones --zone server --database-url-file FICHIER ZONES.csv")

// runZones is `cloison reference zones`: the official list of communes and their zones (R. 304-1), by date, for family reunification. It says what becomes
// of each line, and loads nothing where one is refused.
func runZones(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("reference zones", stdout)
	target := targetFlags(set)
	if err := set.Parse(args); err != nil {
		return err
	}
	zone, url, err := target()
	if err != nil {
		return err
	}
	if zone != "server" || set.NArg() != 1 {
		return errZonesUsage
	}
	file, err := os.Open(set.Arg(0))
	if err != nil {
		return err
	}
	defer file.Close()
	lines, err := family.ReadZones(file)
	if err != nil {
		return fmt.Errorf("%s : %w", set.Arg(0), err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to zone %s: %w", zone, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return db.InTx(ctx, conn, func(tx pgx.Tx) error { return loadZones(ctx, tx, lines, clock.Machine{}.Now(), stdout) })
}

var zoneOutcomes = map[string]string{family.ZoneAdded: "ajoutée", family.ZoneUnchanged: "inchangée", family.ZoneFollows: "ajoutée ; la précédente finit la veille", family.ZoneRefused: "refusée"}

func loadZones(ctx context.Context, tx pgx.Tx, lines []family.ZoneLine, at time.Time, stdout io.Writer) error {
	if err := store.LockZones(ctx, tx); err != nil {
		return err
	}
	known, err := store.AllZones(ctx, tx)
	if err != nil {
		return err
	}
	add, end := family.MergeZones(known, lines)
	refused := 0
	for _, l := range lines {
		fmt.Fprintf(stdout, "ligne %d  %s %s  %s", l.Line, l.Row.Commune, l.Row.Zone, zoneOutcomes[l.Outcome])
		if l.Why != "" {
			refused++
			fmt.Fprintf(stdout, " : %s", l.Why)
		}
		fmt.Fprintln(stdout)
	}
	if refused > 0 {
		return fmt.Errorf("%d lignes sont refusées : rien n'est chargé. Corrigez la liste, puis recommencez", refused)
	}
	if err := store.LoadZones(ctx, tx, add, end, at); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d lignes chargées, %d qui finissent.\n", len(add), len(end))
	return nil
}
