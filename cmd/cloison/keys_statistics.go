package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/crypto/statistics"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/medical/exit"
	"cloison/medical/store"
)

// yearly is one run of `cloison keys statistics`.
type yearly struct {
	socket, out  string
	year, differ int
	custodians   []string
	pool         *pgxpool.Pool
	known        wire.StatisticsYearReply
	order        wire.StatisticsOrder
}

// keysStatistics has keyholder count the records of a year, writes its tables, then erases the records and says so in the log. Killed anywhere it is run
// again: until the records are gone, keyholder gives the same tables.
func keysStatistics(ctx context.Context, args []string, stdout io.Writer) error {
	var y yearly
	f := keysFlags("statistics", stdout)
	f.StringVar(&y.socket, "socket", "", "custody.sock")
	f.StringVar(&y.out, "out", "", "fichier des tableaux")
	f.IntVar(&y.year, "year", 0, "année, finie")
	f.IntVar(&y.differ, "difference", 0, "avis sans fiche (ou l'inverse, négatif), acceptés après en avoir cherché la cause")
	database := f.String("database-url-file", "", "base de la zone médicale, avec les droits du propriétaire")
	if err := f.Parse(args); err != nil {
		return err
	}
	y.custodians = f.Args()
	if err := required(map[string]string{"socket": y.socket, "out": y.out, "database-url-file": *database}); err != nil {
		return err
	}
	if y.year == 0 {
		return fmt.Errorf("il manque --year\n%s", keysUsage)
	}
	if _, err := os.Stat(y.out); err == nil {
		return fmt.Errorf("%s existe déjà : nommez un autre --out ; rien n'est compté", y.out)
	}
	pool, err := openPool(ctx, *database)
	if err != nil {
		return err
	}
	defer pool.Close()
	y.pool = pool
	if err := y.read(ctx); err != nil {
		return err
	}
	if err := y.count(ctx); err != nil {
		return err
	}
	return y.erase(ctx, stdout)
}

// read goes over the records once, for the order that custodians sign.
func (y *yearly) read(ctx context.Context) (err error) {
	if y.known, err = operator.StatisticsYear(ctx, y.socket, y.year); err != nil {
		return err
	}
	digest := wire.NewStatisticsDigest()
	y.order = wire.StatisticsOrder{Year: y.year, Signed: y.known.Signed}
	next := y.pages(ctx)
	for {
		page, err := next()
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, s := range page {
			digest.Add(s)
		}
		y.order.Records += len(page)
	}
	y.order.Digest = digest.Sum()
	switch missing := y.order.Signed - y.order.Records; {
	case y.order.Records == 0 && y.known.Counted != nil:
		return fmt.Errorf("l'année %d est comptée et ses fiches sont effacées : les tableaux sont dans le fichier que la commande a écrit", y.year)
	case y.order.Records == 0:
		return fmt.Errorf("aucune fiche de %d ; keyholder a scellé des avis pour %d saisines cette année-là", y.year, y.order.Signed)
	case missing != y.differ:
		return fmt.Errorf("keyholder a scellé en %d des avis pour %d saisines, la base garde %d fiches : cherchez la cause (base restaurée, clé prise en cours d'année), puis relancez avec --difference %d ; rien n'est compté",
			y.year, y.order.Signed, y.order.Records, missing)
	}
	return nil
}

// pages walks over the records by their slots.
func (y *yearly) pages(ctx context.Context) func() ([]wire.Statistic, error) {
	var after []byte
	return func() ([]wire.Statistic, error) {
		rows, err := store.FindStatistics(ctx, y.pool, y.year, after, wire.MaxStatistics)
		if err != nil {
			return nil, err
		}
		page := make([]wire.Statistic, len(rows))
		for i, r := range rows {
			page[i], after = wire.Statistic{Slot: r.Slot, Mark: r.Mark, Sealed: r.Sealed}, r.Slot
		}
		return page, nil
	}
}

func (y *yearly) count(ctx context.Context) error {
	tables, err := operator.CountStatistics(ctx, y.socket, y.order, y.pages(ctx), y.custodians...)
	if err != nil {
		return whyNotCounted(y.year, err)
	}
	table, err := exit.YearlyTable(y.year, y.order.Signed, y.order.Records, tables)
	if err != nil {
		return err
	}
	return writeNew(y.out, table)
}

// erase comes once the tables are on disk.
func (y *yearly) erase(ctx context.Context, stdout io.Writer) error {
	err := db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		gone, err := store.DeleteStatistics(ctx, tx, y.year)
		if err == nil && gone != int64(y.order.Records) {
			err = errors.New("des fiches se sont ajoutées entre-temps")
		}
		if err != nil {
			return err
		}
		return audit.Count(ctx, tx, y.year, y.order.Digest, clock.Machine{}.Now())
	})
	if err != nil {
		return fmt.Errorf("les tableaux sont écrits, les fiches restent (relancez la commande avec un autre --out) : %w", err)
	}
	fmt.Fprintf(stdout, "%d fiches de %d comptées, sur %d saisines, puis effacées. Tableaux : %s\nAucun chiffre n'y est inférieur à %d, zéro mis à part.\n",
		y.order.Records, y.year, y.order.Signed, y.out, statistics.Smallest)
	return nil
}

// writeNew writes a file that is not there yet, whole and on disk.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("écrire les tableaux : %w", err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("écrire les tableaux : %w", err), os.Remove(path))
	}
	return nil
}

func whyNotCounted(year int, err error) error {
	for rule, sentence := range map[string]string{
		wire.RuleYearNotOver:      "l'année %d n'est pas finie ; rien n'est compté",
		wire.RuleYearCounted:      "l'année %d a déjà été comptée, d'après d'autres fiches que celles-ci : deux jeux de fiches presque égaux trahiraient une personne ; rien n'est compté",
		wire.RuleStatisticForged:  "une fiche de %d ne porte pas la marque de keyholder, ou ne s'ouvre plus : la base a été altérée, ou le coffre n'est pas celui qui l'a marquée ; rien n'est compté",
		wire.RuleStatisticsOthers: "les fiches de %d ont changé pendant le compte ; relancez la commande",
		wire.RuleNoCount:          "keyholder a redémarré pendant le compte de %d ; rouvrez-le, puis relancez la commande",
		wire.RuleStatisticsOrder:  "keyholder a scellé un avis pendant que les dépositaires signaient pour %d ; relancez la commande",
	} {
		if errors.Is(err, keyholder.ErrRefused{Rule: rule}) {
			return fmt.Errorf(sentence, year)
		}
	}
	return err
}
