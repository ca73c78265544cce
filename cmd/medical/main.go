// Command medical is where the physicians of OFII and their secretariat work: the desk (API and pages), the vault, and the client that dials
// the administrative zone. It accepts no connection from that zone, and holds no identity that opens anything: keyholder does.
package main

import (
	"context"
	"fmt"
	"io"
	_ "time/tzdata" // legal dates are those of Paris and Cayenne, whatever the host has

	"cloison/cmd/internal/program"
)

func main() { program.Main("medical", run) }

// run lives until ctx ends, then stops gracefully. stdout gets the log, as JSON.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags, err := program.ReadFlags("medical", args)
	if err != nil {
		return err
	}
	c, err := readConfiguration(flags.Config)
	if err != nil {
		return fmt.Errorf("reading %s: %w", flags.Config, err)
	}
	return serve(ctx, c, flags, stdout)
}
