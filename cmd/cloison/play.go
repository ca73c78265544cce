//go:build dev

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"cloison/internal/dev/play"
)

const playUsage = `bin/cloison play DOSSIER [--port 8440] [--only ID|sejour|eloignement] [--until DATE] [--json FICHIER] [--people FICHIER]... [--verbose]

Joue les dossiers de DOSSIER/cases contre un environnement de développement en marche
(« bin/cloison dev --clock … --quick-login »), puis compare ce qu'il donne à ce qui est attendu.
Avec --until, tout s'arrête à cette date : chaque dossier reste là où il en est, et l'horloge y est mise.
`

// runPlay plays a folder of dossiers. It answers an error when a value differs, so that the command ends with 1.
func runPlay(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := playOptions(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = play.Run(ctx, o)
	return err
}

func playOptions(args []string, stdout io.Writer) (play.Options, error) {
	o := play.Options{Out: stdout}
	flags := newFlags("play", stdout)
	flags.Usage = func() { fmt.Fprint(stdout, playUsage) }
	flags.IntVar(&o.Port, "port", 8440, "port de l'environnement de développement")
	flags.StringVar(&o.Only, "only", "", "un dossier, ou sejour, ou eloignement")
	flags.StringVar(&o.JSON, "json", "", "fichier qui reçoit le compte rendu")
	flags.Func("until", "ne joue que ce qui précède cette date et cette heure, 2026-02-02T09:00:00+01:00", func(text string) (err error) {
		o.Until, err = time.Parse(time.RFC3339, text)
		return err
	})
	flags.StringVar(&o.Record, "record", "", "fichier qui reçoit une ligne par demande, pour la comparer au journal")
	flags.BoolVar(&o.Progress, "verbose", false, "dit chaque acte")
	var extra several
	flags.Var(&extra, "people", "un fichier de personnes en plus")
	dirs, err := parseMixed(flags, args)
	if err != nil {
		return o, err
	}
	if len(dirs) != 1 {
		return o, errors.New("donnez un dossier à jouer : bin/cloison play DOSSIER")
	}
	o.Dir, o.People = dirs[0], append(peopleFiles(dirs[0]), extra...)
	return o, nil
}

// parseMixed takes flags before and after what is no flag.
func parseMixed(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, fmt.Errorf("reading the options of play: %w", err)
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
}

// peopleFiles: those of the sample, whom a folder's own people join.
func peopleFiles(dir string) []string {
	var files []string
	candidates := []string{filepath.Join("sample", "people.json")}
	if program, err := os.Executable(); err == nil {
		candidates = append(candidates, filepath.Join(filepath.Dir(program), "..", "sample", "people.json"))
	}
	for _, f := range candidates {
		if exists(f) {
			files = append(files, f)
			break
		}
	}
	if own := filepath.Join(dir, "people.json"); exists(own) {
		files = append(files, own)
	}
	return files
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
