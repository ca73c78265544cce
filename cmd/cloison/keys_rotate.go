package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyfile"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/medical/rotation"
	"cloison/medical/store"
)

// keysEpoch makes the year's epoch. Its recovery identity is made here, for the safe, and never sent.
func keysEpoch(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("epoch", stdout)
	socket := f.String("socket", "", "custody.sock")
	epoch := f.String("epoch", clock.Machine{}.Now().Format("2006"), "nom de l'époque")
	recovery := f.String("recovery", "", "fichier de l'identité de secours de cette époque, à mettre au coffre-fort")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "recovery": *recovery}); err != nil {
		return err
	}
	recipient, err := keystore.NewRecovery(*recovery)
	if err != nil {
		return err
	}
	err = operator.NewEpoch(ctx, *socket, *epoch, recipient, f.Args()...)
	if errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleEpochExists}) {
		return fmt.Errorf("l'époque %s existe déjà ou a existé : choisissez un autre nom (2027, 2027b) ; effacez %s, qui ne sert à rien", *epoch, *recovery)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Époque %s en cours. Mettez %s au coffre-fort, hors de cette machine.\nLes dossiers passent à cette époque par « cloison keys rotate ».\n", *epoch, *recovery)
	return nil
}

// keysRotate moves every dossier to the current epoch. It may be stopped and begun again at any time.
func keysRotate(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("rotate", stdout)
	socket := f.String("socket", "", "use.sock")
	database := f.String("database-url-file", "", "base de la zone médicale, avec les droits du programme")
	pinned := f.String("recipient-key", "", "recipient.pub du coffre")
	zone := f.String("zone", "medical", "zone")
	batch := f.Int("batch", 50, "identités par appel")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "database-url-file": *database, "recipient-key": *pinned}); err != nil {
		return err
	}
	if *batch < 1 || *batch > 200 {
		return errors.New("--batch va de 1 à 200")
	}
	pem, err := os.ReadFile(*pinned)
	if err != nil {
		return fmt.Errorf("reading the recipient key: %w", err)
	}
	key, err := keyfile.ParsePublic(pem)
	if err != nil {
		return err
	}
	pool, err := openPool(ctx, *database)
	if err != nil {
		return err
	}
	defer pool.Close()
	keys := keyholder.Dial(*socket)
	defer keys.Close()
	report, err := rotation.Run(ctx, rotation.Options{Keys: keys, RecipientKey: key, Pool: pool, Zone: *zone, Clock: clock.Machine{}, Batch: *batch})
	printRotation(stdout, report)
	if err != nil {
		return fmt.Errorf("rotation interrompue, relancez la même commande pour la reprendre : %w", err)
	}
	if len(report.Unreadable) > 0 {
		return fmt.Errorf("%d identités ne s'ouvrent pas et n'ont pas bougé : ne détruisez aucune époque avant d'en savoir la cause", len(report.Unreadable))
	}
	return nil
}

func printRotation(stdout io.Writer, r rotation.Report) {
	fmt.Fprintf(stdout, "Époque %s : %d identités passées et relues, %d de dossiers détruits laissées.\n", r.Epoch, r.Rotated, r.Destroyed)
	for _, k := range r.Unreadable {
		fmt.Fprintf(stdout, "  illisible : dossier %s, %s, époque %s\n", k.Dossier, k.Compartment, k.Epoch)
	}
	for epoch, n := range r.Left {
		fmt.Fprintf(stdout, "  identités en cours à l'époque %s : %d\n", epoch, n)
	}
}

// keysDestroy ends an epoch, once nothing rests on it: no current row of its name, and every current row opened by keyholder. Then the rows
// that others replaced go. Killed in between, it is run again.
func keysDestroy(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("destroy", stdout)
	socket := f.String("socket", "", "custody.sock")
	use := f.String("use-socket", "", "use.sock, pour vérifier que chaque identité s'ouvre sans cette époque")
	database := f.String("database-url-file", "", "base de la zone médicale, avec les droits du propriétaire")
	epoch := f.String("epoch", "", "époque à détruire")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "use-socket": *use, "database-url-file": *database, "epoch": *epoch}); err != nil {
		return err
	}
	pool, err := openPool(ctx, *database)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := proveRemovable(ctx, stdout, pool, *use, *epoch); err != nil {
		return err
	}
	if err := operator.Destroy(ctx, *socket, *epoch, f.Args()...); err != nil {
		return err
	}
	var gone int64
	err = db.InTx(ctx, pool, func(tx pgx.Tx) (err error) {
		gone, err = store.DeleteEpoch(ctx, tx, *epoch)
		return err
	})
	if err != nil {
		return fmt.Errorf("l'époque est détruite, ses lignes restent (relancez la commande) : %w", err)
	}
	fmt.Fprintf(stdout, "Époque %s détruite ; %d anciennes lignes effacées. keyholder s'est scellé : rouvrez-le.\n", *epoch, gone)
	fmt.Fprintf(stdout, "Détruisez aussi son identité de secours, et les copies du dossier du coffre d'avant ce jour : les dépositaires réunis la rouvriraient avec elles.\n")
	return nil
}

func proveRemovable(ctx context.Context, stdout io.Writer, pool *pgxpool.Pool, socket, epoch string) error {
	counts, err := store.CountEpochs(ctx, pool)
	if err != nil {
		return err
	}
	keys := keyholder.Dial(socket)
	defer keys.Close()
	opened, destroyed, err := checkEvery(ctx, pool, keys, func(k store.HeldKey) error {
		if k.Epoch == epoch {
			return fmt.Errorf("%d identités reposent encore sur l'époque %s : « cloison keys rotate » d'abord", counts[epoch], epoch)
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d identités s'ouvrent sans l'époque %s ; %d sont de dossiers détruits.\n", opened, epoch, destroyed)
	return nil
}

// checkEvery has keyholder unwrap every current identity: it must give the recipient of its row. Identities of destroyed dossiers are counted
// and not held to anything.
func checkEvery(ctx context.Context, q db.Querier, keys *keyholder.Client, look func(store.HeldKey) error) (opened, destroyed int, err error) {
	var after store.KeyAfter
	for {
		page, err := store.FindCurrentKeys(ctx, q, after, 100)
		if err != nil || len(page) == 0 {
			return opened, destroyed, err
		}
		last := page[len(page)-1]
		after = store.KeyAfter{Dossier: last.Dossier, Compartment: last.Compartment}
		alive, err := notShredded(ctx, keys, page)
		if err != nil {
			return opened, destroyed, err
		}
		for _, k := range alive {
			if err := look(k); err != nil {
				return opened, destroyed, err
			}
		}
		if err := checkPage(ctx, keys, alive); err != nil {
			return opened, destroyed, err
		}
		opened, destroyed = opened+len(alive), destroyed+len(page)-len(alive)
	}
}

func checkPage(ctx context.Context, keys *keyholder.Client, page []store.HeldKey) error {
	var items []keyholder.RewrapItem
	for _, k := range page {
		items = append(items, keyholder.RewrapItem{Dossier: k.Dossier, Compartment: k.Compartment, Wrapped: k.Wrapped})
	}
	if len(items) == 0 {
		return nil
	}
	recipients, err := keys.Check(ctx, items)
	if err != nil {
		return fmt.Errorf("une identité ne s'ouvre pas, entre les dossiers %s et %s : %w", page[0].Dossier, page[len(page)-1].Dossier, err)
	}
	for i, k := range page {
		if recipients[i] != k.Recipient {
			return fmt.Errorf("dossier %s, %s : la ligne n'est pas celle de son identité", k.Dossier, k.Compartment)
		}
	}
	return nil
}

func notShredded(ctx context.Context, keys *keyholder.Client, page []store.HeldKey) ([]store.HeldKey, error) {
	ids := make([]string, len(page))
	for i, k := range page {
		ids[i] = k.Dossier
	}
	gone, err := keys.Shredded(ctx, ids)
	if err != nil {
		return nil, err
	}
	destroyed := map[string]bool{}
	for _, id := range gone {
		destroyed[id] = true
	}
	var alive []store.HeldKey
	for _, k := range page {
		if !destroyed[k.Dossier] {
			alive = append(alive, k)
		}
	}
	return alive, nil
}

func openPool(ctx context.Context, file string) (*pgxpool.Pool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the connection string: %w", err)
	}
	return db.Open(ctx, db.Options{URL: strings.TrimSpace(string(text)), ApplicationName: "cloison tool"})
}
