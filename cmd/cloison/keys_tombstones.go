package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
)

// keysTombstones copies what custodians destroyed to a file, for another place than keyholder's host; or gives such a file back to a keyholder
// that was restored.
func keysTombstones(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("tombstones", stdout)
	socket := f.String("socket", "", "custody.sock")
	out := f.String("out", "", "fichier où copier les destructions")
	replay := f.String("replay", "", "fichier de destructions à rendre à un keyholder restauré")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket}); err != nil {
		return err
	}
	if (*out == "") == (*replay == "") {
		return fmt.Errorf("indiquez --out ou --replay, l'un des deux\n%s", keysUsage)
	}
	if *replay != "" {
		return replayTombstones(ctx, stdout, *socket, *replay)
	}
	list, err := operator.Tombstones(ctx, *socket)
	if err != nil {
		return err
	}
	if err := writeTombstones(*out, list); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d destructions copiées dans %s. Gardez ce fichier hors de cette machine.\n", len(list), *out)
	return nil
}

func replayTombstones(ctx context.Context, stdout io.Writer, socket, file string) error {
	list, err := readTombstones(file)
	if err != nil {
		return err
	}
	fresh, err := operator.Replay(ctx, socket, list)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d destructions rendues à keyholder, dont %d qu'il ne connaissait plus.\n", len(list), fresh)
	return nil
}

// writeTombstones replaces the file whole: a copy cut in the middle would forget destructions.
func writeTombstones(path string, list []wire.Tombstone) error {
	b, err := canonical.Marshal(list)
	if err != nil {
		return err
	}
	return replaceWhole(path, append(b, '\n'))
}

func readTombstones(path string) ([]wire.Tombstone, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading tombstones: %w", err)
	}
	var list []wire.Tombstone
	if err := canonical.Unmarshal(bytes.TrimSuffix(b, []byte("\n")), &list); err != nil {
		return nil, fmt.Errorf("reading tombstones: %w", err)
	}
	return list, nil
}

// replaceWhole writes a file beside, on disk, then gives it the name.
func replaceWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".cloison-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// keysBudget replaces the budgets, by k custodians. A head of service extends one person's for a day in the portal.
func keysBudget(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("budget", stdout)
	socket := f.String("socket", "", "custody.sock")
	file := f.String("budgets", "", "plafonds (TOML : [civil] et [medical], person_hour, person_day, zone_day)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "budgets": *file}); err != nil {
		return err
	}
	var budgets wire.Budgets
	meta, err := toml.DecodeFile(*file, &budgets)
	if err != nil {
		return fmt.Errorf("reading budgets: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return fmt.Errorf("reading budgets: unknown key %s", extra[0])
	}
	if err := budgets.Valid(); err != nil {
		return fmt.Errorf("plafonds incomplets, aucun n'est changé : %w", err)
	}
	if err := operator.SetBudget(ctx, *socket, budgets, f.Args()...); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "Plafonds remplacés. Les ouvertures déjà faites aujourd'hui comptent.")
	return nil
}
