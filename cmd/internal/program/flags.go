// Package program is how the programs start: one flag names their configuration, and a signal ends them.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"cloison/internal/clock"
)

// Flags is a program's command line. The test clock's flag exists only in builds for tests.
type Flags struct {
	Config string // path of the TOML file
	clock  clockFlags
}

// ReadFlags reads the command line of the program called name.
func ReadFlags(name string, args []string) (Flags, error) {
	var f Flags
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.Config, "config", "", "configuration file (TOML)")
	f.clock.register(set)
	arm := CrashFlag(set)
	if err := set.Parse(args); err != nil {
		return Flags{}, fmt.Errorf("reading the command line: %w", err)
	}
	if f.Config == "" || set.NArg() > 0 {
		return Flags{}, errors.New("usage: " + name + " -config FILE")
	}
	return f, arm()
}

// Clock is the clock of acts, deadlines and sessions.
func (f Flags) Clock() (clock.Clock, error) { return f.clock.open() }

// Main runs a program until it ends or is asked to, and exits 1 on an error.
func Main(name string, run func(ctx context.Context, args []string, stdout io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}
