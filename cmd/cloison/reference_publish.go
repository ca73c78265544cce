package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"cloison/internal/db"
	medicalstore "cloison/medical/store"
	"cloison/release"
	serverstore "cloison/server/store"

	"github.com/jackc/pgx/v5"
)

var errNotConfirmed = errors.New("aucune décision de cette référence n’a été saisie par une personne et confirmée par une autre : faites-la saisir, puis confirmer, à la page « Décisions de composition »")

// runPublish is `cloison reference publish`: the third hand, the owner's. In the medical zone it publishes a decision that two persons made, and that alone,
// and writes its canonical form; the administrative zone is given that file, and computes the same digest.
func runPublish(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("reference publish", stdout)
	target := targetFlags(set)
	if err := set.Parse(args); err != nil {
		return err
	}
	zone, url, err := target()
	if err != nil {
		return err
	}
	if set.NArg() != 1 {
		return errReferenceUsage
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to zone %s: %w", zone, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if zone == "medical" {
		return publishConfirmed(ctx, conn, set.Arg(0), stdout)
	}
	return publishFile(ctx, conn, set.Arg(0))
}

func publishConfirmed(ctx context.Context, conn *pgx.Conn, ref string, stdout io.Writer) error {
	var canonical []byte
	err := db.InTx(ctx, conn, func(tx pgx.Tx) error {
		entry, err := medicalstore.GetConfirmedDecision(ctx, tx, ref)
		if errors.Is(err, medicalstore.ErrNotFound) {
			return errNotConfirmed
		}
		if err != nil {
			return err
		}
		if err := entry.Decision.Validate(); err != nil {
			return fmt.Errorf("decision %s: %w", ref, err)
		}
		if canonical, err = release.Canonical(entry.Decision); err != nil {
			return err
		}
		return medicalstore.LoadDecisions(ctx, tx, []release.CompositionDecision{entry.Decision})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\n", canonical)
	return err
}

// readPublished takes nothing but the canonical form: what decodes and encodes to other bytes is no decision.
func readPublished(path string) (d release.CompositionDecision, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return d, err
	}
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	if err := json.Unmarshal(raw, &d); err != nil {
		return d, fmt.Errorf("fichier %s : %w", path, err)
	}
	if again, err := release.Canonical(d); err != nil || !bytes.Equal(again, raw) {
		return d, fmt.Errorf("fichier %s : ce n’est pas la forme que « reference publish » écrit", path)
	}
	return d, nil
}

func publishFile(ctx context.Context, conn *pgx.Conn, path string) error {
	d, err := readPublished(path)
	if err != nil {
		return err
	}
	return db.InTx(ctx, conn, func(tx pgx.Tx) error { return serverstore.LoadDecisions(ctx, tx, []release.CompositionDecision{d}) })
}
