// Command cloison is the operator's tool: migrations, reference data, custody,
// the registry of rules; and, only when built with tag dev, the development environment.
//
// It works on one zone at a time, with that zone's credentials. Code that plays
// custodians or moves clocks is linked under tag dev alone (arch_test).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // dates are those of Paris and Cayenne, whatever the host has
)

// command is one word after `cloison`.
type command struct {
	name, arguments, does string
	run                   func(ctx context.Context, args []string, stdout io.Writer) error
}

func commands() []command {
	return append([]command{
		{"migrate", "up|status --zone ZONE --database-url-file FICHIER", "met à jour la base d'une zone, ou dit où elle en est", runMigrate},
		{"reference", "load --zone ZONE --database-url-file FICHIER PERSONNES.json...", "entre les décisions de composition dans une zone", runReference},
		{"machines", "load --zone server --database-url-file FICHIER LISTE.json", "entre la liste des systèmes des préfectures qui peuvent appeler ; révoque les autres", runMachines},
		{"keys", "init|status|unseal|seal|listings|roster|budget|custodian|reshare|recover|epoch|rotate|destroy|tombstones|fetch-jwks|shred ...", "garde des clés : l'ouverture et la fermeture de keyholder", runKeys},
		{"backup", "--zone ZONE --database-url-file FICHIER --out DOSSIER ...", "sauvegarde une zone : base, fichiers scellés, destructions, manifeste", runBackup},
		{"restore", "--zone ZONE --database-url-file FICHIER --from DOSSIER ...", "restaure une zone dans une base neuve, et rend ses destructions à keyholder", runRestore},
		{"reconcile", "--zone ZONE --database-url-file FICHIER --out FICHIER | --other FICHIER [--apply]", "après une restauration : compare les numéros des deux zones, et répare celle-ci", runReconcile},
		{"drill", "--zone ZONE --database-url-file FICHIER --from DOSSIER --scratch DOSSIER --sign CLÉ ...", "exercice : restaure à l'écart, vérifie, signe un compte rendu", runDrill},
		{"audit", "verify|prove|export|key ...", "vérifie un journal ou une preuve, avec des clés publiques seulement", runAudit},
		{"ledger", "export --zone ZONE --database-url-file FICHIER | compare MÉDICAL.csv ADMINISTRATIF.csv", "ce qu'une zone a envoyé, reçu, accusé ; et si les deux zones disent la même chose", runLedger},
		{"doctor", "FICHIER.toml...", "vérifie la configuration d'un portail, et dit ce qu'il faut corriger", runDoctor},
		{"rules", "[--json]", "les règles de la procédure, leur article et le test qui les montre ; échoue s'il en manque un", runRules},
		{"policy", "matrix|explain|replay ...", "qui peut faire quoi : la table entière, une décision expliquée, des décisions passées sous d'autres règles", runPolicy},
	}, devCommands()...)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "cloison :", err)
	code := 1
	if known := (exitCode{}); errors.As(err, &known) {
		code = known.code
	}
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Fprint(stdout, usage())
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:], stdout)
		}
	}
	return fmt.Errorf("commande inconnue : %s\n\n%s", args[0], usage())
}

func usage() string {
	var b strings.Builder
	b.WriteString("Usage : cloison COMMANDE\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  cloison %s %s\n        %s\n", c.name, c.arguments, c.does)
	}
	b.WriteString("\nZONE : medical ou server. Un secret se donne par le chemin de son fichier.\n")
	return b.String()
}

// newFlags is a flag set whose errors come back as errors.
func newFlags(name string, stdout io.Writer) *flag.FlagSet {
	set := flag.NewFlagSet("cloison "+name, flag.ContinueOnError)
	set.SetOutput(stdout)
	return set
}
