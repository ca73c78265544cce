package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"time"

	"cloison/audit"
	"cloison/identity"
	"cloison/internal/db"
)

// listedAtOnce bounds what of a list is in memory.
const listedAtOnce = 1000

var accountReference = regexp.MustCompile(`^([0-9a-f-]{36}|relay|sweep)$`)

// auditExposure says what an account, a session or a period had opened: counts for the notification of a breach (RGPD, art. 33) and, in a file, each
// person by the reference of his dossier. It is the operator's, for when the portal is not to be trusted; the auditors' desk has the same, recorded.
func auditExposure(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit exposure", stdout)
	target := targetFlags(set)
	account := set.String("account", "", "identifiant de connexion, ou référence du journal")
	session := set.String("session", "", "référence d'une session")
	from := set.String("from", "", "premier jour (AAAA-MM-JJ), à Paris")
	until := set.String("until", "", "dernier jour compris")
	if err := set.Parse(args); err != nil {
		return err
	}
	x := audit.Exposure{Session: *session}
	var err error
	if x.From, x.Until, err = parisDays(*from, *until); err != nil {
		return err
	}
	if set.NArg() > 1 || *account == "" && *session == "" && *from == "" {
		return errors.New("indiquez --account, --session ou --from :\n" + auditUsage)
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
	if x.Subject = *account; x.Subject != "" && !accountReference.MatchString(x.Subject) {
		if x.Subject, err = identity.ReferenceOfAccount(ctx, pool, *account); errors.Is(err, identity.ErrNoAccount) {
			return errors.New("aucun compte n'a cet identifiant dans l'annuaire de cette zone")
		} else if err != nil {
			return err
		}
	}
	if err := printExposure(ctx, pool, x, stdout); err != nil || set.NArg() == 0 {
		return err
	}
	return listExposure(ctx, pool, x, set.Arg(0))
}

// parisDays are a first and a last day, as instants; zero where none is given.
func parisDays(from, until string) (begin, end time.Time, err error) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return begin, end, fmt.Errorf("loading Europe/Paris: %w", err)
	}
	if from != "" {
		if begin, err = time.ParseInLocation(time.DateOnly, from, paris); err != nil {
			return begin, end, errors.New("--from est un jour, AAAA-MM-JJ")
		}
	}
	if until != "" {
		if end, err = time.ParseInLocation(time.DateOnly, until, paris); err != nil {
			return begin, end, errors.New("--until est un jour, AAAA-MM-JJ")
		}
		end = end.AddDate(0, 0, 1)
	}
	return begin, end, nil
}

func printExposure(ctx context.Context, q audit.Querier, x audit.Exposure, stdout io.Writer) error {
	count, err := x.Count(ctx, q)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "personnes  %d (dossiers ou saisines distincts)\npièces     %d\nouvertures %d\ncomptes    %d\nlistes     %d lues, qui montrent le ressort du compte sans le détailler\nmessages   %d lus par leur numéro\n",
		count.Persons, count.Pieces, count.Readings, count.Accounts, count.Lists, count.Messages)
	for _, one := range count.Categories {
		fmt.Fprintf(stdout, "  %-20s %8d fois  %8d personnes\n", one.Action, one.Readings, one.Persons)
	}
	fmt.Fprintln(stdout, "À compléter pour la notification (RGPD, art. 33) : conséquences probables, mesures prises, information des personnes (art. 34).")
	return nil
}

func listExposure(ctx context.Context, q audit.Querier, x audit.Exposure, path string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing the list of an exposure: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows := csv.NewWriter(file)
	rows.Comma = ';'
	err = rows.Write([]string{"kind", "object", "readings", "name_alone", "pieces", "first", "last"})
	for after, more := "", true; more && err == nil; {
		page, failed := x.List(ctx, q, after, listedAtOnce)
		if failed != nil {
			return failed
		}
		for _, one := range page {
			err = errors.Join(err, rows.Write([]string{one.Kind, one.Object, strconv.FormatInt(one.Readings, 10), strconv.FormatBool(one.Listed == one.Readings),
				strconv.FormatInt(one.Pieces, 10), one.First.UTC().Format(time.RFC3339), one.Last.UTC().Format(time.RFC3339)}))
			after = one.Object
		}
		more = len(page) == listedAtOnce
	}
	rows.Flush()
	return errors.Join(err, rows.Error())
}
