package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"cloison/audit/openings"
	"cloison/crypto/custody/chain"
	"cloison/internal/clock"
	"cloison/internal/db"
)

// auditOpenings holds the log of the medical zone against keyholder's chain: once, or every so often until it is stopped. It runs under an account of its own
// that may read both: neither the web program's nor keyholder's. What disagrees is a line of JSON each; once, it also ends with 1.
func auditOpenings(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit openings", stdout)
	target := targetFlags(set)
	file := set.String("chain", "", "fichier « chain » de keyholder")
	from := set.String("from", "", "premier jour (AAAA-MM-JJ), à Paris ; sinon, depuis hier")
	wait := set.Duration("wait", time.Minute, "délai laissé à chacun avant de le dire en défaut")
	every := set.Duration("every", 0, "recommence tant que le programme tourne")
	if err := set.Parse(args); err != nil {
		return err
	}
	zone, address, err := target()
	if err != nil {
		return err
	}
	if zone != "medical" || *file == "" {
		return errors.New("indiquez --zone medical et --chain : seule la zone médicale ouvre quelque chose\n" + auditUsage)
	}
	since, _, err := parisDays(*from, "")
	if err != nil {
		return err
	}
	machine := clock.Machine{}
	if since.IsZero() {
		since = machine.Now().AddDate(0, 0, -1)
	}
	pool, err := db.Open(ctx, db.Options{URL: address, ApplicationName: "cloison audit", MaxConns: 1})
	if err != nil {
		return err
	}
	defer pool.Close()
	differences := 0
	tell := func(d openings.Difference) {
		differences++
		_ = json.NewEncoder(stdout).Encode(d)
	}
	r := openings.New(pool, *file, since, *wait)
	if *every > 0 {
		return roundAfterRound(ctx, *every, func() error { return r.Round(ctx, machine.Now(), tell) })
	}
	if err := r.Round(ctx, machine.Now(), tell); errors.Is(err, chain.ErrBroken) {
		return exitCode{err, codeBroken}
	} else if err != nil {
		return unchecked(err)
	}
	if differences > 0 {
		return exitCode{fmt.Errorf("%d différences : docs/runbooks/taken-over-web-host.md", differences), codeBroken}
	}
	fmt.Fprintln(stdout, "aucune différence")
	return nil
}

// roundAfterRound goes on after a round that could not end, and says so.
func roundAfterRound(ctx context.Context, every time.Duration, round func() error) error {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	for tick := time.NewTicker(every); ; {
		if err := round(); err != nil && ctx.Err() == nil {
			log.Error("the log could not be held against keyholder's chain", "alarm", true, "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
