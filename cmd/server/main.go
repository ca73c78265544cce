// Command server is the administrative zone: the prefectures' portal and its API, and the listener that the medical zone
// dials. It holds no key that opens anything medical and cannot reach the medical cluster.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // dates of acts are those of Paris and Cayenne, whatever the host has
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// run lives until ctx ends, then stops gracefully. stdout gets the log, as JSON.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags, err := readFlags(args)
	if err != nil {
		return err
	}
	c, err := readConfiguration(flags.config)
	if err != nil {
		return fmt.Errorf("reading %s: %w", flags.config, err)
	}
	return serve(ctx, c, flags, stdout)
}
