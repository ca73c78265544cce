// Command server is the administrative zone: the prefectures' portal and its API, and the listener that the medical zone
// dials. It holds no key that opens anything medical and cannot reach the medical cluster.
package main

import (
	"context"
	"fmt"
	"io"
	_ "time/tzdata" // dates of acts are those of Paris and Cayenne, whatever the host has

	"cloison/cmd/internal/program"
)

func main() { program.Main("server", run) }

// run lives until ctx ends, then stops gracefully. stdout gets the log, as JSON.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags, err := program.ReadFlags("server", args)
	if err != nil {
		return err
	}
	c, err := readConfiguration(flags.Config)
	if err != nil {
		return fmt.Errorf("reading %s: %w", flags.Config, err)
	}
	return serve(ctx, c, flags, stdout)
}
