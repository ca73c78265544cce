package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/keyfile"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

const backupUsage = `cloison backup  --zone ZONE --database-url-file FICHIER --out DOSSIER [--store DOSSIER] [--custody-socket SOCKET --use-socket SOCKET --recipient-key FICHIER]
cloison restore --zone ZONE --database-url-file FICHIER --from DOSSIER [--store DOSSIER] [--custody-socket SOCKET] [--tombstones FICHIER]
cloison drill   --zone ZONE --database-url-file FICHIER --from DOSSIER --scratch DOSSIER [--use-socket SOCKET] [--recovery FICHIER] --sign CLÉ
--pg-bin DOSSIER : où sont pg_dump et pg_restore, s'ils ne sont pas dans le PATH`

// Files of a backup. The manifest is written last: a folder without it is no backup.
const (
	dumpFile      = "database.dump"
	tombstoneFile = "tombstones.json"
	plantedFile   = "planted.json"
	manifestFile  = "manifest.json"
	storeFolder   = "store"
)

// manifest says what a backup holds. Digests are of sealed files and of the dump.
type manifest struct {
	Version int               `json:"version"`
	Zone    string            `json:"zone"`
	At      string            `json:"at"`
	Numbers map[string]int64  `json:"numbers"` // counters and cursors of the relay
	Files   map[string]string `json:"files"`   // path -> SHA-256
}

// zoneTools is what backup, restore and drill have in common.
type zoneTools struct {
	zone, database, pgBin, store, custody, use string
}

func (z *zoneTools) flags(name string, stdout io.Writer) (*set, func() error) {
	f := &set{newFlags(name, stdout)}
	f.StringVar(&z.zone, "zone", "", "medical ou server")
	f.StringVar(&z.database, "database-url-file", "", "fichier de la chaîne de connexion de cette zone")
	f.StringVar(&z.pgBin, "pg-bin", "", "dossier de pg_dump et pg_restore")
	f.StringVar(&z.store, "store", "", "dossier des fichiers scellés (zone médicale)")
	f.StringVar(&z.custody, "custody-socket", "", "custody.sock (zone médicale)")
	f.StringVar(&z.use, "use-socket", "", "use.sock (zone médicale)")
	return f, func() error {
		if z.zone != "medical" && z.zone != "server" {
			return fmt.Errorf("--zone est medical ou server\n%s", backupUsage)
		}
		if z.database == "" {
			return fmt.Errorf("il manque --database-url-file\n%s", backupUsage)
		}
		if z.zone == "server" && (z.store != "" || z.custody != "" || z.use != "") {
			return errors.New("la zone administrative n'a ni fichiers scellés ni keyholder : retirez ces options")
		}
		return nil
	}
}

// runBackup is `cloison backup`: the dump of one database by PostgreSQL's own tool, then the sealed files, which are written once and never
// changed: all that the dump names is there. It uses that zone's credential and knows no other.
func runBackup(ctx context.Context, args []string, stdout io.Writer) error {
	var z zoneTools
	f, check := z.flags("backup", stdout)
	out := f.String("out", "", "dossier à créer")
	pinned := f.String("recipient-key", "", "recipient.pub du coffre, pour planter un dossier fictif")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := check(); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("il manque --out\n%s", backupUsage)
	}
	if err := os.Mkdir(*out, 0o700); err != nil {
		return fmt.Errorf("making the backup's folder: %w", err)
	}
	m := manifest{Version: 1, Zone: z.zone, At: clock.Machine{}.Now().UTC().Format("2006-01-02T15:04:05Z"), Files: map[string]string{}}
	if err := z.dump(ctx, filepath.Join(*out, dumpFile)); err != nil {
		return err
	}
	var err error
	if m.Numbers, err = z.numbers(ctx); err != nil {
		return err
	}
	if z.store != "" {
		if err := copyTree(z.store, filepath.Join(*out, storeFolder)); err != nil {
			return err
		}
	}
	if z.custody != "" {
		list, err := operator.Tombstones(ctx, z.custody)
		if err != nil {
			return err
		}
		if err := writeTombstones(filepath.Join(*out, tombstoneFile), list); err != nil {
			return err
		}
	}
	if z.use != "" {
		if err := z.plant(ctx, *pinned, filepath.Join(*out, plantedFile)); err != nil {
			return err
		}
	}
	return finishBackup(stdout, *out, m)
}

func finishBackup(stdout io.Writer, out string, m manifest) error {
	var err error
	if m.Files, err = digests(out); err != nil {
		return err
	}
	b, err := canonical.Marshal(m)
	if err != nil {
		return err
	}
	if err := replaceWhole(filepath.Join(out, manifestFile), append(b, '\n')); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Zone %s sauvegardée dans %s : %d fichiers.\n", m.Zone, out, len(m.Files))
	printNumbers(stdout, m.Numbers)
	return nil
}

// plant makes a fictitious dossier at keyholder, which a drill opens with the identity in the safe.
func (z zoneTools) plant(ctx context.Context, pinned, path string) error {
	pem, err := os.ReadFile(pinned)
	if err != nil {
		return fmt.Errorf("reading the recipient key: %w", err)
	}
	key, err := keyfile.ParsePublic(pem)
	if err != nil {
		return err
	}
	keys := keyholder.Dial(z.use)
	defer keys.Close()
	id := "drill-" + strconv.FormatInt(clock.Machine{}.Now().UnixNano(), 10)
	made, err := keys.CreateDossier(ctx, id)
	if err != nil {
		return err
	}
	planted, err := keystore.Plant(key, z.zone, id, made.Medical)
	if err != nil {
		return err
	}
	b, err := canonical.Marshal(planted)
	if err != nil {
		return err
	}
	return replaceWhole(path, append(b, '\n'))
}

func (z zoneTools) dump(ctx context.Context, path string) error {
	return z.postgres(ctx, "pg_dump", "--format=custom", "--no-owner", "--file", path)
}

// postgres runs one of PostgreSQL's tools with the connection in its environment: what stands on a command line everybody on the machine reads.
func (z zoneTools) postgres(ctx context.Context, tool string, args ...string) error {
	config, err := z.connection()
	if err != nil {
		return err
	}
	path, err := z.find(tool)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PG") }),
		"PGHOST="+config.Host, "PGPORT="+strconv.Itoa(int(config.Port)), "PGUSER="+config.User, "PGPASSWORD="+config.Password, "PGDATABASE="+config.Database)
	if config.TLSConfig != nil {
		cmd.Env = append(cmd.Env, "PGSSLMODE=verify-full")
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s a échoué : %w\n%s", tool, err, said)
	}
	return nil
}

func (z zoneTools) connection() (*pgx.ConnConfig, error) {
	text, err := os.ReadFile(z.database)
	if err != nil {
		return nil, fmt.Errorf("reading the connection string: %w", err)
	}
	config, err := pgx.ParseConfig(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, errors.New("la chaîne de connexion est illisible") // pgx quotes it
	}
	return config, nil
}

func (z zoneTools) find(tool string) (string, error) {
	if z.pgBin != "" {
		return filepath.Join(z.pgBin, tool), nil
	}
	if path, err := exec.LookPath(tool); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + tool)
	if len(found) == 0 {
		return "", fmt.Errorf("%s est introuvable : installez le client de PostgreSQL, ou indiquez --pg-bin", tool)
	}
	return found[len(found)-1], nil
}

var zoneNumbers = map[string]string{
	"medical": `SELECT 'counter.' || c.name, c.value FROM medical.counters c UNION ALL SELECT 'cursor.' || r.name, r.seq FROM medical.relay_cursors r
		UNION ALL SELECT 'delivered', greatest((SELECT coalesce(max(d.seq), 0) FROM medical.deliveries d), (SELECT coalesce(max(l.seq), 0) FROM medical.lost_releases l))`,
	"server": `SELECT 'counter.' || c.name, c.value FROM server.counters c`,
}

func (z zoneTools) connect(ctx context.Context) (*pgx.Conn, error) {
	config, err := z.connection()
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connecting to zone %s: %w", z.zone, err)
	}
	return conn, nil
}

// numbers are the zone's counters and cursors: what it has said, and heard, of the other.
func (z zoneTools) numbers(ctx context.Context) (map[string]int64, error) {
	conn, err := z.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, zoneNumbers[z.zone])
	if err != nil {
		return nil, fmt.Errorf("reading the numbers of zone %s: %w", z.zone, err)
	}
	numbers := map[string]int64{}
	var name string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&name, &n}, func() error { numbers[name] = n; return nil })
	if err != nil {
		return nil, fmt.Errorf("reading the numbers of zone %s: %w", z.zone, err)
	}
	return numbers, nil
}

func printNumbers(stdout io.Writer, numbers map[string]int64) {
	names := make([]string, 0, len(numbers))
	for name := range numbers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(stdout, "  %s : %d\n", name, numbers[name])
	}
}

// digests of every file under a folder but its manifest.
func digests(root string) (map[string]string, error) {
	sums := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == manifestFile {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		sums[filepath.ToSlash(name)] = hex.EncodeToString(h.Sum(nil))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", root, err)
	}
	return sums, nil
}

// copyTree copies sealed files into a folder that must not exist. One that goes meanwhile was destroyed, or set aside: it is left out.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != from {
			return nil
		}
		if err != nil {
			return fmt.Errorf("copying %s: %w", from, err)
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Mkdir(filepath.Join(to, name), 0o700)
		}
		return copyFile(path, filepath.Join(to, name))
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("copying: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copying: %w", err)
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}
