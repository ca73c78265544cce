package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/internal/db"
)

const auditUsage = `cloison audit key    --origin NOM --public FICHIER [--witness]          les clés d'un journal, ou celle d'un témoin
cloison audit verify --key CLÉ [--witness CLÉ]... [--known POINT]... [--tsa CERTIFICATS] [--testclock] DOSSIER|URL
cloison audit verify --key CLÉ [--witness CLÉ]... [--testclock] DOSSIER-DE-PREUVE        ce qu'un auditeur remet, sans réseau
cloison audit verify --key CLÉ [...] --zone ZONE --database-url-file FICHIER
cloison audit export --zone ZONE --database-url-file FICHIER DOSSIER
cloison audit prove  --zone ZONE --database-url-file FICHIER --entry ENTRÉE FICHIER
cloison audit prove  --keystore DOSSIER --chain FICHIER [--opinion FICHIER] APPROBATION   vérifie, sans réseau, l'approbation archivée d'un acte
cloison audit prove  --key CLÉ [--witness CLÉ]... [--testclock] FICHIER                 vérifie une preuve, sans réseau : d'une entrée, ou celle
                                                                                        qu'une préfecture emporte avec un avis
cloison audit exposure --zone ZONE --database-url-file FICHIER [--account COMPTE] [--session SESSION] [--from JOUR] [--until JOUR] [LISTE.csv]
cloison audit openings --zone medical --database-url-file FICHIER --chain FICHIER [--from JOUR] [--every 1m]
                                                                                        tient le journal contre le fichier « chain » de keyholder
cloison audit erase --zone ZONE --database-url-file FICHIER --kept access|procedure --year ANNÉE      au terme de leur conservation, en deux fois
CLÉ : fichier tel que « audit key » l'écrit : une ligne, et une de plus par clé qui a signé ce journal auparavant. POINT : point de contrôle signé, gardé ailleurs.
Sortie : 0 entier, 1 rompu, 2 impossible à vérifier.`

// exitCode is an error that says how the program ends.
type exitCode struct {
	error
	code int
}

func (e exitCode) Unwrap() error { return e.error }

// Ends of `audit verify` and of `audit prove` on a file.
const (
	codeBroken    = 1
	codeUnchecked = 2
)

func unchecked(err error) error { return exitCode{err, codeUnchecked} }

// runAudit is `cloison audit`: what anybody may check of a log, and what its zone's operator gives them for it.
func runAudit(ctx context.Context, args []string, stdout io.Writer) error {
	commands := map[string]func(context.Context, []string, io.Writer) error{
		"key": auditKey, "verify": auditVerify, "export": auditExport, "prove": auditProve, "exposure": auditExposure, "openings": auditOpenings, "erase": auditErase,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return unchecked(errors.New("indiquez une commande :\n" + auditUsage))
	}
	return commands[args[0]](ctx, args[1:], stdout)
}

func auditKey(_ context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit key", stdout)
	origin := set.String("origin", "", "nom du journal ou du témoin")
	file := set.String("public", "", "clé publique (PEM)")
	witness := set.Bool("witness", false, "la clé est celle d'un témoin")
	if err := set.Parse(args); err != nil {
		return err
	}
	pem, err := os.ReadFile(*file)
	if err != nil {
		return fmt.Errorf("reading a public key: %w", err)
	}
	if *witness {
		return witnessKey(*origin, *file, pem, stdout)
	}
	keys, err := checkpoint.ParseLog(pem)
	if err != nil {
		return fmt.Errorf("reading %s: %w", *file, err)
	}
	lines := checkpoint.VerifierKeys(*origin, keys)
	if _, err := checkpoint.ParseKeys(lines); err != nil {
		return fmt.Errorf("--origin : %w", err)
	}
	fmt.Fprint(stdout, lines)
	return nil
}

func witnessKey(name, file string, pem []byte, stdout io.Writer) error {
	public, err := keyfile.ParsePublic(pem)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	line := checkpoint.WitnessKey(name, public)
	if _, err := checkpoint.ParseKey(line); err != nil {
		return fmt.Errorf("--origin : %w", err)
	}
	fmt.Fprintln(stdout, line)
	return nil
}

// trust is what a verification is held against.
type trust struct {
	key         string
	keys, heads []string
	testclock   bool
	authority   string
}

func trustFlags(set *flag.FlagSet) *trust {
	t := &trust{}
	set.StringVar(&t.key, "key", "", "clé publique du journal")
	set.Func("witness", "clé publique d'un témoin, qui doit avoir contresigné", func(v string) error { t.keys = append(t.keys, v); return nil })
	set.Func("known", "point de contrôle gardé ailleurs", func(v string) error { t.heads = append(t.heads, v); return nil })
	set.StringVar(&t.authority, "tsa", "", "certificats de l'autorité d'horodatage (PEM), dont un jeton doit dater le journal")
	set.BoolVar(&t.testclock, "testclock", false, "accepte un journal tenu sous une horloge d'essai")
	return t
}

// readLog reads the keys that signed a log, one after the other: what it said under a former one stays checked.
func readLog(path string) (note.Verifier, error) {
	lines, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	log, err := checkpoint.ParseKeys(string(lines))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return log, nil
}

func readVerifier(path string) (note.Verifier, error) {
	line, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a key: %w", err)
	}
	verifier, err := checkpoint.ParseKey(string(line))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return verifier, nil
}

var errTestClock = errors.New("ce journal a été tenu sous une horloge d'essai : il ne prouve rien d'un vrai jour. Ajoutez --testclock si c'est ce que vous vérifiez")

func (t *trust) options() (audit.VerifyOptions, error) {
	o := audit.VerifyOptions{}
	var err error
	if o.Log, err = readLog(t.key); err != nil {
		return o, err
	}
	if strings.HasPrefix(o.Log.Name(), checkpoint.TestClock) && !t.testclock {
		return o, errTestClock
	}
	for _, path := range t.keys {
		witness, err := readVerifier(path)
		if err != nil {
			return o, err
		}
		o.Witnesses = append(o.Witnesses, witness)
	}
	for _, path := range t.heads {
		signed, err := os.ReadFile(path)
		if err != nil {
			return o, fmt.Errorf("reading a checkpoint: %w", err)
		}
		known, err := checkpoint.Open([]byte(strings.TrimRight(string(signed), "\n")+"\n"), o.Log) // as psql or an editor leaves it
		if err != nil {
			return o, fmt.Errorf("reading %s: %w", path, err)
		}
		o.Known = append(o.Known, known.Checkpoint)
	}
	return o, nil
}

func auditVerify(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit verify", stdout)
	t, target := trustFlags(set), targetFlags(set)
	if err := set.Parse(args); err != nil {
		return unchecked(err)
	}
	o, err := t.options()
	if err != nil {
		return unchecked(err)
	}
	if set.NArg() == 1 && isFile(set.Arg(0)) {
		return verifyBundle(stdout, set.Arg(0), o)
	}
	if set.NArg() == 0 {
		report, err := verifyDatabase(ctx, target, o)
		if err != nil {
			return unchecked(err)
		}
		return printReport(stdout, report, o.Witnesses)
	}
	fetch := source(set.Arg(0))
	if t.authority != "" {
		stamped, err := checkStamp(ctx, fetch, t.authority, o.Log, stdout)
		if err != nil {
			return err
		}
		o.Known = append(o.Known, stamped)
	}
	report, err := audit.Verify(ctx, fetch, o)
	if err != nil {
		return unchecked(err)
	}
	return printReport(stdout, report, o.Witnesses)
}

func verifyDatabase(ctx context.Context, target func() (string, string, error), o audit.VerifyOptions) (audit.Report, error) {
	_, address, err := target()
	if err != nil {
		return audit.Report{}, err
	}
	pool, err := db.Open(ctx, db.Options{URL: address, ApplicationName: "cloison audit", MaxConns: 1})
	if err != nil {
		return audit.Report{}, err
	}
	defer pool.Close()
	return audit.VerifyRows(ctx, pool, o)
}

func printReport(stdout io.Writer, r audit.Report, witnesses []note.Verifier) error {
	fmt.Fprintf(stdout, "journal  %s\nentrées  %d vérifiées, %d effacées\ntaille   %d\nracine   %s\n", r.Head.Origin, r.Entries, r.Erased, r.Head.Size, r.Head.Root)
	for _, w := range r.Head.Witnesses {
		fmt.Fprintf(stdout, "témoin   %s, le %s\n", w.Name, w.At.Format(time.RFC3339))
	}
	if b := r.Broken; b != nil {
		fmt.Fprintf(stdout, "rompu    à partir de l'entrée %d, au plus tard %d (%s)\n", b.Index, max(b.Index, b.Until-1), b.What)
		return exitCode{errors.New("le journal est rompu"), codeBroken}
	}
	if len(r.Head.Witnesses) < len(witnesses) {
		return unchecked(errors.New("le journal est entier, mais un témoin demandé n'a pas contresigné ce point de contrôle"))
	}
	fmt.Fprintln(stdout, "entier")
	return nil
}

const (
	fetchTime   = 30 * time.Second
	maxResource = 32 << 20 // a bundle of 256 entries of 64 KiB is half of it
)

// source reads a folder or a site.
func source(place string) audit.Fetch {
	if u, err := url.Parse(place); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return site(&http.Client{Timeout: fetchTime}, strings.TrimSuffix(place, "/"))
	}
	return func(_ context.Context, path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(place, filepath.FromSlash(path)))
	}
}

func site(client *http.Client, prefix string) audit.Fetch {
	return func(ctx context.Context, path string) ([]byte, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, prefix+"/"+path, nil)
		if err != nil {
			return nil, err
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		switch response.StatusCode {
		case http.StatusOK:
		case http.StatusNotFound:
			return nil, fs.ErrNotExist
		default:
			return nil, fmt.Errorf("%s answers %d", path, response.StatusCode)
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, maxResource+1))
		if err == nil && len(body) > maxResource {
			err = fmt.Errorf("%s is too large", path)
		}
		return body, err
	}
}

func auditExport(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit export", stdout)
	target := targetFlags(set)
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() != 1 {
		return errors.New(auditUsage)
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
	head, err := audit.Export(ctx, pool, folderOf(set.Arg(0)))
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d entrées, racine %s\n", head.Size, head.Root)
	return nil
}

func folderOf(dir string) audit.Put {
	return func(path string, content []byte) error {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			return err
		}
		return os.WriteFile(full, content, 0o600)
	}
}

func auditProve(ctx context.Context, args []string, stdout io.Writer) error {
	set := newFlags("audit prove", stdout)
	t, target := trustFlags(set), targetFlags(set)
	entry := set.String("entry", "", "référence de l'entrée")
	var approval approvalProof
	approval.flags(set)
	if err := set.Parse(args); err != nil {
		return unchecked(err)
	}
	if set.NArg() != 1 {
		return unchecked(errors.New(auditUsage))
	}
	if approval.asked() {
		return approval.check(set.Arg(0), stdout)
	}
	if *entry == "" {
		return checkProof(set.Arg(0), t, stdout)
	}
	_, address, err := target()
	if err != nil {
		return unchecked(err)
	}
	pool, err := db.Open(ctx, db.Options{URL: address, ApplicationName: "cloison audit", MaxConns: 1})
	if err != nil {
		return unchecked(err)
	}
	defer pool.Close()
	proof, err := audit.Prove(ctx, pool, *entry)
	if err != nil {
		return unchecked(err)
	}
	if err := os.WriteFile(set.Arg(0), proof.Format(), 0o600); err != nil {
		return unchecked(err)
	}
	fmt.Fprintf(stdout, "entrée %d, preuve dans %s\n", proof.Position, set.Arg(0))
	return nil
}

func checkProof(path string, t *trust, stdout io.Writer) error {
	o, err := t.options()
	if err != nil {
		return unchecked(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return unchecked(fmt.Errorf("reading a proof: %w", err))
	}
	if strings.HasPrefix(string(file), "{") {
		return checkEvidence(file, o, stdout)
	}
	proof, err := audit.ParseProof(file)
	if err != nil {
		return exitCode{err, codeBroken}
	}
	signed, err := proof.Check(o.Log, o.Witnesses...)
	if err != nil {
		return exitCode{err, codeBroken}
	}
	_, fields, _ := strings.Cut(string(proof.Entry), "\n")
	fmt.Fprintf(stdout, "journal  %s\nentrée   %d de %d\ncontenu  %s\n", signed.Origin, proof.Position, signed.Size, fields)
	return proven(signed, o, stdout)
}

// proven says who countersigned, and that nobody who had to is missing.
func proven(signed checkpoint.Signed, o audit.VerifyOptions, stdout io.Writer) error {
	for _, w := range signed.Witnesses {
		fmt.Fprintf(stdout, "témoin   %s, le %s\n", w.Name, w.At.Format(time.RFC3339))
	}
	if len(signed.Witnesses) < len(o.Witnesses) {
		return unchecked(errors.New("un témoin demandé n'a pas contresigné ce point de contrôle"))
	}
	fmt.Fprintln(stdout, "prouvé")
	return nil
}
