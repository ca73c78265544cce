package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/clock"
	"cloison/internal/db"
)

// auditErase ends the retention of a year's entries, in two runs: it says so in the log, then drops them.
func auditErase(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit erase", stdout)
	target := targetFlags(set)
	kept := set.String("kept", "", "access ou procedure")
	year := set.Int("year", 0, "l'année des entrées")
	if err := set.Parse(args); err != nil {
		return err
	}
	retention := strings.ToUpper(*kept)
	if retention != audit.Access && retention != audit.Procedure || *year == 0 {
		return unchecked(errors.New("indiquez --kept access ou procedure, et --year :\n" + auditUsage))
	}
	_, address, err := target()
	if err != nil {
		return err
	}
	pool, err := db.Open(ctx, db.Options{URL: address, ApplicationName: "cloison audit", MaxConns: 1})
	if err != nil {
		return err
	}
	defer pool.Close()
	var e audit.Erasure
	err = db.InTx(ctx, pool, func(tx pgx.Tx) (err error) {
		e, err = audit.Erase(ctx, tx, retention, *year, clock.Machine{}.Now())
		return err
	})
	if err != nil {
		return whyNotErased(err)
	}
	if !e.Dropped {
		fmt.Fprintf(stdout, "%d entrées de %d : leur effacement est annoncé dans le journal. Relancez la même commande dans une minute pour effacer.\n", e.Entries, e.Year)
		return nil
	}
	fmt.Fprintf(stdout, "%d entrées de %d effacées. Leurs empreintes restent : les preuves déjà données, et celles des autres entrées, se vérifient comme avant.\n", e.Entries, e.Year)
	return nil
}

func whyNotErased(err error) error {
	for is, sentence := range map[error]string{
		audit.ErrTooEarly:  "la conservation de cette année n'est pas finie ; rien n'a été fait",
		audit.ErrNoYear:    "aucune entrée de cette année n'est gardée à part ; rien n'a été fait",
		audit.ErrUnsigned:  "des entrées de cette année ne sont pas encore sous un point de contrôle signé : vérifiez que le journal avance, puis recommencez",
		audit.ErrAnnounced: "l'annonce de l'effacement n'est pas encore sous un point de contrôle signé : recommencez dans une minute",
		audit.ErrGrew:      "des entrées se sont ajoutées à cette année depuis l'annonce : rien n'est effacé ; vérifiez les horloges et prévenez la sécurité",
	} {
		if errors.Is(err, is) {
			return fmt.Errorf("%s\n(%w)", sentence, err)
		}
	}
	return err
}
