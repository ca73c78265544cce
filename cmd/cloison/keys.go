package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/internal/clock"
)

const keysUsage = `cloison keys init    --keystore DOSSIER --custodians DOSSIER --recovery FICHIER --acknowledgement DOSSIER --log DOSSIER --environment MOT [--zone medical] [-n 3] [-k 2] [--epoch ANNÉE]
cloison keys status  --socket SOCKET
cloison keys unseal  --socket SOCKET --keystore DOSSIER CLÉ...
cloison keys seal    --socket SOCKET
cloison keys listings PERSONNES.json... | --decision DÉCISION.json
cloison keys passkeys --database-url-file FICHIER
cloison keys roster  --socket SOCKET --roster FICHIER CLÉ...
cloison keys compare --database-url-file FICHIER --roster FICHIER --on JOUR [--propose FICHIER]
cloison keys budget  --socket SOCKET --budgets FICHIER CLÉ...
cloison keys custodian --keystore DOSSIER --number N --out FICHIER
cloison keys token   --in CLÉ --identity FICHIER --out FICHIER
cloison keys reshare --socket SOCKET [--card CARTE]... [-n N] [-k K] CLÉ...
cloison keys recover --socket SOCKET --epoch ANNÉE --recovery FICHIER --recipient-key FICHIER --tombstones FICHIER CLÉ...
cloison keys epoch   --socket SOCKET --recovery FICHIER [--epoch ANNÉE] CLÉ...
cloison keys rotate  --socket USE.SOCK --database-url-file FICHIER --recipient-key FICHIER [--batch 50]
cloison keys destroy --epoch ANNÉE --socket SOCKET --use-socket USE.SOCK --database-url-file FICHIER CLÉ...
cloison keys next    --key journal|avis --socket SOCKET --keystore DOSSIER CLÉ...
cloison keys take    --key journal|avis|recherche|statistiques --socket SOCKET --keystore DOSSIER CLÉ...
cloison keys retag   --socket SOCKET --database-url-file FICHIER [--batch 200]
cloison keys statistics --year ANNÉE --socket SOCKET --database-url-file FICHIER --out FICHIER [--difference N] CLÉ...
cloison keys fetch-jwks --issuer URL --out FICHIER
cloison keys tombstones --socket SOCKET --out FICHIER | --replay FICHIER
cloison keys shred   --due --database-url-file FICHIER [--socket SOCKET --visa RÉFÉRENCE CLÉ...]
cloison keys shred   --dossier DOSSIER --socket SOCKET --visa RÉFÉRENCE CLÉ...
CLÉ : fichier d'un dépositaire (custodian-1.key)`

// runKeys is `cloison keys`: the custodians' side of keyholder.
func runKeys(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("indiquez une commande :\n" + keysUsage)
	}
	commands := map[string]func(context.Context, []string, io.Writer) error{
		"init":     keysInit,
		"status":   keysStatus,
		"unseal":   keysUnseal,
		"seal":     keysSeal,
		"listings": keysListings,
		"passkeys": keysPasskeys,
		"roster":   keysRoster,
		"compare":  keysCompare,
		"shred":    keysShred,
		"budget":   keysBudget,
		"epoch":    keysEpoch,
		"rotate":   keysRotate,
		"destroy":  keysDestroy,

		"next":  keysNext,
		"take":  keysTake,
		"retag": keysRetag,

		"statistics": keysStatistics,

		"custodian":  keysCustodian,
		"token":      keysToken,
		"reshare":    keysReshare,
		"recover":    keysRecover,
		"tombstones": keysTombstones,
		"fetch-jwks": keysFetchJWKS,
	}
	do, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("commande inconnue : keys %s\n%s", args[0], keysUsage)
	}
	return explained(do(ctx, args[1:], stdout))
}

func keysFlags(name string, stdout io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet("keys "+name, flag.ContinueOnError)
	f.SetOutput(stdout)
	f.Usage = func() { fmt.Fprintln(stdout, keysUsage) }
	return f
}

func required(values map[string]string) error {
	for name, value := range values {
		if value == "" {
			return fmt.Errorf("il manque --%s\n%s", name, keysUsage)
		}
	}
	return nil
}

func keysInit(_ context.Context, args []string, stdout io.Writer) error {
	var o keystore.Options
	f := keysFlags("init", stdout)
	dir := f.String("keystore", "", "dossier du coffre")
	acknowledgement := f.String("acknowledgement", "", "dossier de la clé d'accusé de la zone administrative")
	logs := f.String("log", "", "dossier des clés des journaux : signature du journal administratif, témoins des deux zones")
	f.StringVar(&o.Custodians, "custodians", "", "dossier des clés de dépositaires")
	f.StringVar(&o.Recovery, "recovery", "", "fichier de l'identité de secours, à mettre au coffre-fort")
	f.StringVar(&o.Environment, "environment", "", "le mot de l'environnement")
	f.StringVar(&o.Zone, "zone", "medical", "zone")
	f.StringVar(&o.Epoch, "epoch", clock.Machine{}.Now().Format("2006"), "nom de la première époque")
	f.IntVar(&o.N, "n", 3, "nombre de dépositaires")
	f.IntVar(&o.K, "k", 2, "nombre de dépositaires qui ouvrent ensemble")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{
		"keystore": *dir, "custodians": o.Custodians, "recovery": o.Recovery,
		"environment": o.Environment, "acknowledgement": *acknowledgement, "log": *logs,
	}); err != nil {
		return err
	}
	if err := keystore.Init(*dir, o); err != nil {
		return err
	}
	if err := keystore.InitAcknowledgement(*acknowledgement); err != nil {
		return err
	}
	if err := keystore.InitLog(*logs); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Coffre créé dans %s (%d dépositaires sur %d pour ouvrir).\n", *dir, o.K, o.N)
	fmt.Fprintf(stdout, "Remettez chaque clé de %s à son dépositaire, puis effacez-la d'ici.\n", o.Custodians)
	fmt.Fprintf(stdout, "Mettez %s au coffre-fort, hors de cette machine.\n", o.Recovery)
	return nil
}

func keysStatus(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("status", stdout)
	socket := f.String("socket", "", "custody.sock")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket}); err != nil {
		return err
	}
	st, err := operator.Status(ctx, *socket)
	if err != nil {
		return err
	}
	state := "ouvert"
	if st.Sealed {
		state = "scellé"
	}
	fmt.Fprintf(stdout, "%s (environnement %s, zone %s, coffre %s)\n", state, st.Environment, st.Zone, st.Keystore)
	if st.Sealed {
		fmt.Fprintf(stdout, "parts reçues : %d sur %d nécessaires ; parts fausses : %d\n", len(st.Given), st.K, st.Wrong)
		return nil
	}
	fmt.Fprintf(stdout, "époque %s ; lignes d'habilitation : %d ; dossiers détruits : %d\n", st.Epoch, st.RosterLines, st.Shredded)
	return nil
}

func keysUnseal(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("unseal", stdout)
	socket := f.String("socket", "", "custody.sock")
	dir := f.String("keystore", "", "dossier du coffre")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "keystore": *dir}); err != nil {
		return err
	}
	err := operator.Unseal(ctx, *socket, *dir, f.Args()...)
	if errors.Is(err, keystore.ErrNotEnoughShares) {
		// Not a failure: custodians rarely sit at one desk.
		fmt.Fprintln(stdout, "Part reçue. Il en manque : un autre dépositaire doit donner la sienne.")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "keyholder est ouvert.")
	return nil
}

func keysSeal(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("seal", stdout)
	socket := f.String("socket", "", "custody.sock")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket}); err != nil {
		return err
	}
	if err := operator.Seal(ctx, *socket); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "keyholder se scelle : un nouveau processus démarre sans clé.")
	return nil
}

func keysRoster(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("roster", stdout)
	socket := f.String("socket", "", "custody.sock")
	file := f.String("roster", "", "liste des personnes habilitées (TOML)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "roster": *file}); err != nil {
		return err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return fmt.Errorf("reading roster: %w", err)
	}
	roster, err := operator.ParseRoster(string(text))
	if err != nil {
		return err
	}
	if err := operator.SetRoster(ctx, *socket, roster, f.Args()...); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Habilitations remplacées : %d lignes. Les sessions ouvertes sont fermées.\n", len(roster.Lines))
	return nil
}
