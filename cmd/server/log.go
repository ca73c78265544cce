package main

import (
	"context"
	"log/slog"

	"cloison/audit"
	"cloison/cmd/internal/program"
	"cloison/crypto/checkpoint"
	"cloison/identity"
	"cloison/internal/clock"
)

// serveLog numbers and signs this zone's log until ctx ends. The key is the program's own: this zone has no keyholder.
func serveLog(ctx context.Context, c configuration, read files, now clock.Clock, log *slog.Logger) error {
	origin := program.Origin(c.CheckpointOrigin, c.Environment, identity.Server)
	verifier, err := checkpoint.NewVerifier(origin, read.logKey.Public())
	if err != nil {
		return err
	}
	return audit.ServeIntegrator(ctx, audit.IntegratorOptions{
		URL: read.databaseURL.Reveal(), Signer: audit.NewOwnSigner(origin, read.logKey), Log: verifier, Clock: now, Alarm: log,
	})
}
