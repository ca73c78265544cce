package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	medicalstore "cloison/medical/store"
	"cloison/release/ledger"
	serverstore "cloison/server/store"

	"github.com/jackc/pgx/v5"
)

var errLedgerUsage = errors.New("usage : cloison ledger export --zone ZONE --database-url-file FICHIER, ou cloison ledger compare MÉDICAL.csv ADMINISTRATIF.csv")

// runLedger is `cloison ledger`: what a zone sent or received, as digests; and whether the two zones say the same. Comparing needs the two files
// and no credential.
func runLedger(ctx context.Context, args []string, stdout io.Writer) error {
	switch {
	case len(args) == 3 && args[0] == "compare":
		return compareLedgers(args[1], args[2], stdout)
	case len(args) > 0 && args[0] == "export":
		return exportLedger(ctx, args[1:], stdout)
	}
	return errLedgerUsage
}

func exportLedger(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("ledger export", stdout)
	target := targetFlags(set)
	if err := set.Parse(args); err != nil {
		return err
	}
	zone, url, err := target()
	if err != nil {
		return err
	}
	if set.NArg() > 0 {
		return errLedgerUsage
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to zone %s: %w", zone, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return ledger.Write(stdout, func(give func(ledger.Line) error) error {
		if zone == "medical" {
			return medicalstore.EachLedgerLine(ctx, conn, give)
		}
		return serverstore.EachLedgerLine(ctx, conn, give)
	})
}

// shownDifferences bounds what is printed; the count is always whole.
const shownDifferences = 50

func compareLedgers(medical, server string, stdout io.Writer) error {
	ours, err := os.Open(medical)
	if err != nil {
		return unchecked(err)
	}
	defer ours.Close()
	theirs, err := os.Open(server)
	if err != nil {
		return unchecked(err)
	}
	defer theirs.Close()
	result, err := ledger.Compare(ours, theirs)
	if err != nil {
		return unchecked(err)
	}
	fmt.Fprintf(stdout, "envois concordants : %d\naccusés concordants : %d\nconnus par leur numéro seul (dossier détruit) : %d\nécarts : %d\n",
		result.Agreed[ledger.Release], result.Agreed[ledger.Acknowledgement], result.Destroyed, len(result.Differences))
	slices.SortFunc(result.Differences, func(a, b ledger.Difference) int {
		if a.What != b.What {
			return strings.Compare(a.What, b.What)
		}
		return int(a.Seq - b.Seq)
	})
	for _, d := range result.Differences[:min(len(result.Differences), shownDifferences)] {
		fmt.Fprintf(stdout, "  %s %d : %s\n", ledgerWords[d.What], d.Seq, faultWords[d.Fault])
	}
	if len(result.Differences) > 0 {
		return exitCode{errors.New("les deux zones ne disent pas la même chose"), codeBroken}
	}
	return nil
}

var ledgerWords = map[string]string{ledger.Release: "envoi", ledger.Acknowledgement: "accusé"}

var faultWords = map[ledger.Fault]string{
	ledger.MissingInMedical: "inconnu de la zone médicale", ledger.MissingInServer: "pas (encore) reçu par la zone administrative",
	ledger.DigestsDiffer: "les octets diffèrent", ledger.SetAside: "reçu et mis à part : son sceau ne se vérifie pas",
}
