//go:build dev

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"cloison/internal/dev/launch"
)

func devCommands() []command {
	return []command{
		{"dev", "--data DOSSIER [--port 8440] [--sample DOSSIER] [--people FICHIER]... [--clock DATE] [--quick-login] [--no-restart] [--machines] [--passkeys] [--max-document OCTETS]",
			"démarre un environnement de développement complet, sur cette machine seulement", runDev},
		{"play", "DOSSIER [--port 8440] [--only ID] [--json FICHIER]",
			"joue un dossier de cas dans un environnement en marche, et compare", runPlay},
	}
}

// several is a flag that may be given more than once.
type several []string

func (s *several) String() string     { return fmt.Sprint([]string(*s)) }
func (s *several) Set(v string) error { *s = append(*s, v); return nil }

// runDev is `cloison dev`: everything, from one folder, until Ctrl-C.
func runDev(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("dev", stdout)
	o := launch.Options{Out: stdout, PgBin: os.Getenv("PG_BIN_DIR"), ReadPeople: readAllPeople, LoadReference: loadReference, LoadMachines: loadMachines, ReadListings: readListings}
	var people several
	set.StringVar(&o.Data, "data", "", "dossier de l'environnement")
	set.IntVar(&o.Port, "port", 8440, "premier des six ports (des sept, avec --machines)")
	set.StringVar(&o.Sample, "sample", "", "dossier de démonstration (people.json)")
	set.Var(&people, "people", "autre fichier de personnes ; peut être répété")
	clock := set.String("clock", "", "horloge d'essai, arrêtée à cette date (RFC 3339)")
	set.BoolVar(&o.QuickLogin, "quick-login", false, "le fournisseur croit login_hint")
	set.BoolVar(&o.NoRestart, "no-restart", false, "un programme qui meurt reste mort")
	set.BoolVar(&o.Passkeys, "passkeys", false, "Pro Santé Connect ne redemande pas qui l'on est : les médecins confirment par une clé d'accès")
	set.BoolVar(&o.Machines, "machines", false, "les systèmes des préfectures peuvent appeler, sur le septième port ; leurs certificats sont dans keys/machines")
	var crash several
	set.Var(&crash, "crash", "point où un programme meurt, une fois ; « * » : tous ; peut être répété")
	set.Int64Var(&o.MaxDocument, "max-document", 0, "taille d'une pièce, en octets, quelle que soit sa nature (0 : 50 Mio)")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("argument de trop : %s", set.Arg(0))
	}
	o.People, o.Crash = people, crash
	if *clock != "" {
		at, err := time.Parse(time.RFC3339, *clock)
		if err != nil {
			return fmt.Errorf("--clock %s : donnez une date et heure RFC 3339, comme 2026-01-12T09:00:00+01:00", *clock)
		}
		o.Clock = &at
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding the programs: %w", err)
	}
	o.Programs = filepath.Dir(self)
	return launch.Run(ctx, o)
}
