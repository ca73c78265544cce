// Command keyholder holds the medical zone's identities in locked memory and
// answers on two unix sockets. See package crypto/custody.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // roster days and dates of issue are Europe/Paris by law

	"cloison/cmd/internal/program"
	"cloison/crypto/custody"
	"cloison/internal/clock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if errors.Is(err, custody.ErrSeal) {
		err = replace()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "keyholder:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends, or returns custody.ErrSeal.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("keyholder", flag.ContinueOnError)
	flags.SetOutput(stdout)
	configFile := flags.String("config", "", "fichier de configuration (TOML)")
	clocks := clockFlags(flags)
	armCrashPoints := program.CrashFlag(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	cfg, err := readConfig(*configFile)
	if err != nil {
		return err
	}
	if err := armCrashPoints(); err != nil {
		return err
	}
	now, err := clocks()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := harden(cfg.Environment, log); err != nil {
		return err
	}
	return serve(ctx, cfg, now, log, stdout)
}

func serve(ctx context.Context, cfg config, now clock.Clock, log *slog.Logger, stdout io.Writer) error {
	location, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return fmt.Errorf("loading time zone: %w", err)
	}
	service, err := custody.New(cfg.options(now, location, log))
	if err != nil {
		return err
	}
	defer service.Close()
	use, err := custody.Listen(cfg.UseSocket)
	if err != nil {
		return err
	}
	defer use.Close()
	operators, err := custody.Listen(cfg.CustodySocket)
	if err != nil {
		return err
	}
	defer operators.Close()
	fmt.Fprintln(stdout, "keyholder: scellé, en attente des dépositaires sur", cfg.CustodySocket)
	return service.Serve(ctx, use, operators)
}
