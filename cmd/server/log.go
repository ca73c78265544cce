package main

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/audit/outside"
	"cloison/cmd/internal/config"
	"cloison/cmd/internal/program"
	"cloison/crypto/checkpoint"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/server/relay"
)

// serveLog numbers and signs this zone's log, and shows it outside, until ctx ends. The key is the program's own: this zone has no keyholder.
func serveLog(ctx context.Context, c configuration, read files, now clock.Clock, log *slog.Logger) error {
	origin := program.Origin(c.CheckpointOrigin, c.Environment, identity.Server)
	verifier, err := checkpoint.NewVerifier(origin, read.logKey.Public())
	if err != nil {
		return err
	}
	witness, authority, err := c.ReadOutside()
	if err != nil {
		return err
	}
	return outside.Beside(ctx, outside.Options{
		URL: read.databaseURL.Reveal(), Log: verifier, Clock: now, Alarm: log, Witness: witness, Authority: authority,
	}, func(ctx context.Context) error {
		return audit.ServeIntegrator(ctx, audit.IntegratorOptions{
			URL: read.databaseURL.Reveal(), Signer: audit.NewOwnSigner(origin, read.logKey), Log: verifier, Clock: now, Alarm: log, Witness: c.witness(),
		})
	})
}

// witness is who countersigns this zone's log.
func (c configuration) witness() string {
	if c.Witness.Absent() {
		return ""
	}
	return config.WitnessName(c.Environment, identity.Medical)
}

// logs is how the two zones witness each other's log; nil where the configuration says nothing of it.
func logs(c configuration, read files, pool *pgxpool.Pool, now clock.Clock) (*relay.Logs, error) {
	if c.Witness.Absent() {
		return nil, nil
	}
	keys, err := c.ReadWitness(c.Environment, identity.Server, identity.Medical)
	if err != nil {
		return nil, err
	}
	own, err := checkpoint.NewVerifier(program.Origin(c.CheckpointOrigin, c.Environment, identity.Server), read.logKey.Public())
	if err != nil {
		return nil, err
	}
	return &relay.Logs{Own: own, PeerWitness: keys.PeerWitness, Clock: now, Peer: audit.Witnessing{Pool: pool, Log: keys.PeerLog, Witness: keys.Own}}, nil
}
