package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/hardware"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
	"cloison/medical/store"
	"cloison/migrations"
)

type set struct{ *flag.FlagSet }

// runRestore is `cloison restore`: one zone's backup into an empty database and an empty store. What custodians destroyed since is given back to
// keyholder before anything can be read of it: the newest list of destructions that there is, not the backup's own alone.
func runRestore(ctx context.Context, args []string, stdout io.Writer) error {
	var z zoneTools
	f, check := z.flags("restore", stdout)
	from := f.String("from", "", "dossier de la sauvegarde")
	tombstones := f.String("tombstones", "", "copie la plus récente de la liste des destructions (« cloison keys tombstones --out »)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := check(); err != nil {
		return err
	}
	if z.zone == "medical" && z.custody == "" {
		return errors.New("il manque --custody-socket : sans keyholder, des dossiers détruits depuis la sauvegarde redeviendraient lisibles")
	}
	m, err := z.restore(ctx, *from, z.store)
	if err != nil {
		return err
	}
	for _, list := range []string{filepath.Join(*from, tombstoneFile), *tombstones} {
		if z.zone != "medical" || list == "" {
			continue
		}
		if err := replayTombstones(ctx, stdout, z.custody, list); err != nil {
			return fmt.Errorf("la base est restaurée, mais n'ouvrez pas le service : les destructions ne sont pas rendues à keyholder : %w", err)
		}
	}
	fmt.Fprintf(stdout, "Zone %s restaurée à son état du %s.\n", m.Zone, m.At)
	printNumbers(stdout, m.Numbers)
	fmt.Fprintln(stdout, "Comparez ces numéros à ceux de l'autre zone avant d'ouvrir le service (docs/runbooks/restore.md).")
	return nil
}

// restore verifies a backup, whole, and puts it back.
func (z zoneTools) restore(ctx context.Context, from, store string) (manifest, error) {
	m, err := readBackup(from, z.zone)
	if err != nil {
		return m, err
	}
	if err := z.empty(ctx); err != nil {
		return m, err
	}
	if err := z.postgres(ctx, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--dbname", z.name(), filepath.Join(from, dumpFile)); err != nil {
		return m, err
	}
	// What is of the database and not of its dump: who may connect.
	if err := z.secure(ctx); err != nil {
		return m, err
	}
	if err := z.resumeLog(ctx); err != nil {
		return m, err
	}
	if _, err := os.Stat(filepath.Join(from, storeFolder)); err == nil && store != "" {
		if err := copyTree(filepath.Join(from, storeFolder), store); err != nil {
			return m, err
		}
	}
	numbers, err := z.numbers(ctx)
	if err != nil {
		return m, err
	}
	for name, n := range m.Numbers {
		if numbers[name] > n {
			return m, fmt.Errorf("%s vaut %d après restauration, %d à la sauvegarde", name, numbers[name], n)
		}
	}
	m.Numbers = numbers
	return m, nil
}

func (z zoneTools) secure(ctx context.Context) error {
	url, err := os.ReadFile(z.database)
	if err != nil {
		return fmt.Errorf("reading the connection string: %w", err)
	}
	return migrations.Up(ctx, strings.TrimSpace(string(url)), z.zone)
}

// resumeLog: what is done from now on comes, in the log, after all that was restored.
func (z zoneTools) resumeLog(ctx context.Context) error {
	conn, err := z.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "CALL audit.resume()"); err != nil {
		return fmt.Errorf("placing the log of zone %s in its new cluster: %w", z.zone, err)
	}
	return nil
}

func (z zoneTools) name() string {
	config, err := z.connection()
	if err != nil {
		return ""
	}
	return config.Database
}

// empty refuses a database that holds something: a restore writes over nothing.
func (z zoneTools) empty(ctx context.Context) error {
	conn, err := z.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var held int
	err = conn.QueryRow(ctx, `SELECT count(*) FROM pg_catalog.pg_namespace n WHERE n.nspname IN ('medical', 'server', 'audit', 'identity')`).Scan(&held)
	if err != nil {
		return fmt.Errorf("looking at the database: %w", err)
	}
	if held > 0 {
		return errors.New("cette base n'est pas vide : restaurez dans une base neuve, puis changez la configuration")
	}
	return nil
}

// readBackup reads the manifest and holds every file against it.
func readBackup(from, zone string) (manifest, error) {
	var m manifest
	b, err := os.ReadFile(filepath.Join(from, manifestFile))
	if err != nil {
		return m, fmt.Errorf("ce dossier n'est pas une sauvegarde entière : %w", err)
	}
	if err := canonical.Unmarshal(bytes.TrimSuffix(b, []byte("\n")), &m); err != nil {
		return m, fmt.Errorf("le manifeste est illisible : %w", err)
	}
	if m.Version != 1 || m.Zone != zone {
		return m, fmt.Errorf("cette sauvegarde est de la zone %q, version %d", m.Zone, m.Version)
	}
	sums, err := digests(from)
	if err != nil {
		return m, err
	}
	for name, sum := range m.Files {
		if sums[name] != sum {
			return m, fmt.Errorf("%s manque ou a changé depuis la sauvegarde : rien n'est restauré", name)
		}
	}
	if len(sums) != len(m.Files) {
		return m, errors.New("la sauvegarde contient un fichier que son manifeste ne nomme pas : rien n'est restauré")
	}
	return m, nil
}

// drillReport is what an exercise found. Its signature is the custodian's who ran it.
type drillReport struct {
	Zone       string `json:"zone"`
	Backup     string `json:"backup"` // when it was made
	At         string `json:"at"`
	Files      int    `json:"files"`
	Identities int    `json:"identities"` // that keyholder unwrapped, each to the recipient of its row
	Destroyed  int    `json:"destroyed"`  // of dossiers that custodians destroyed: not one opened
	Planted    bool   `json:"planted"`    // the fictitious dossier opened with the identity in the safe
}

// runDrill is `cloison drill`: restore into a scratch database and folder, verify, open what was planted, say so under a signature. keyholder is
// the zone's own: it is shown the restored rows, and told nothing.
func runDrill(ctx context.Context, args []string, stdout io.Writer) error {
	var z zoneTools
	f, check := z.flags("drill", stdout)
	from := f.String("from", "", "dossier de la sauvegarde")
	scratch := f.String("scratch", "", "dossier d'essai, à créer")
	recovery := f.String("recovery", "", "identité de secours, sortie du coffre-fort pour l'exercice")
	signer := f.String("sign", "", "clé du dépositaire qui signe le compte rendu")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := check(); err != nil {
		return err
	}
	if *scratch == "" || *signer == "" {
		return fmt.Errorf("il manque --scratch ou --sign\n%s", backupUsage)
	}
	key, err := hardware.ReadKey(*signer)
	if err != nil {
		return err
	}
	m, err := z.restore(ctx, *from, *scratch)
	if err != nil {
		return err
	}
	report := drillReport{Zone: m.Zone, Backup: m.At, At: clock.Machine{}.Now().UTC().Format("2006-01-02T15:04:05Z"), Files: len(m.Files)}
	if z.use != "" {
		if err := z.drillKeys(ctx, &report); err != nil {
			return err
		}
	}
	if *recovery != "" {
		if err := openPlanted(filepath.Join(*from, plantedFile), *recovery); err != nil {
			return fmt.Errorf("le dossier fictif ne s'ouvre pas avec l'identité du coffre-fort : %w", err)
		}
		report.Planted = true
	}
	return printDrill(stdout, report, key)
}

func (z zoneTools) drillKeys(ctx context.Context, report *drillReport) error {
	pool, err := openPool(ctx, z.database)
	if err != nil {
		return err
	}
	defer pool.Close()
	keys := keyholder.Dial(z.use)
	defer keys.Close()
	report.Identities, report.Destroyed, err = checkEvery(ctx, pool, keys, func(store.HeldKey) error { return nil })
	return err
}

func openPlanted(file, recovery string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the planted dossier: %w", err)
	}
	var planted keystore.Planted
	if err := canonical.Unmarshal(bytes.TrimSuffix(b, []byte("\n")), &planted); err != nil {
		return fmt.Errorf("reading the planted dossier: %w", err)
	}
	return planted.Open(recovery)
}

// signedReport is what is printed: the report, and the custodian's signature over it as an order that nothing executes.
type signedReport struct {
	Report    drillReport    `json:"report"`
	Keystore  string         `json:"keystore"`
	Signature wire.Signature `json:"signature"`
}

func printDrill(stdout io.Writer, report drillReport, key keystore.CustodianKey) error {
	message, err := wire.Order(key.Keystore, "DrillReport", report, nil)
	if err != nil {
		return err
	}
	b, err := canonical.Marshal(signedReport{Report: report, Keystore: key.Keystore, Signature: wire.Signature{Custodian: key.Number, Value: key.Sign(message)}})
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, string(b))
	return nil
}
