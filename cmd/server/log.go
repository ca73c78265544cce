package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/audit/outside"
	"cloison/cmd/internal/config"
	"cloison/cmd/internal/program"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/server/relay"
)

// serveLog numbers and signs this zone's log, and shows it outside, until ctx ends. The key is the program's own: this zone has no keyholder.
func serveLog(ctx context.Context, c configuration, read files, now clock.Clock, log *slog.Logger) error {
	origin := program.Origin(c.CheckpointOrigin, c.Environment, identity.Server)
	witness, authority, err := c.ReadOutside()
	if err != nil {
		return err
	}
	return outside.Beside(ctx, outside.Options{
		URL: read.databaseURL.Reveal(), Log: read.log, Clock: now, Alarm: log, Witness: witness, Authority: authority,
	}, func(ctx context.Context) error {
		return audit.ServeIntegrator(ctx, audit.IntegratorOptions{
			URL: read.databaseURL.Reveal(), Signer: audit.NewOwnSigner(origin, read.logKey), Log: read.log, Clock: now, Alarm: log, Witness: c.witness(),
		})
	})
}

// ownLog is how this zone knows its log: by the key that signs it, and where that one replaced another, by both. A file without the key that signs is
// refused at the start, for its heads would be refused one by one (TestTheKeysOfTheLogHoldItsOwn).
func (c configuration) ownLog(signer *keyfile.Signer) (note.Verifier, error) {
	origin := program.Origin(c.CheckpointOrigin, c.Environment, identity.Server)
	if c.CheckpointPublicKeyFile == "" {
		return checkpoint.NewVerifier(origin, signer.Public())
	}
	keys, err := config.LogKeys(c.CheckpointPublicKeyFile)
	if err != nil {
		return nil, err
	}
	signs := func(key checkpoint.LogKey) bool { return key.Until == 0 && key.Public.Equal(signer.Public()) }
	if !slices.ContainsFunc(keys, signs) {
		return nil, errors.New("checkpoint_public_key_file does not hold, without a bound, the public half of checkpoint_private_key_file")
	}
	return checkpoint.NewSuccession(origin, keys...)
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
	return &relay.Logs{Own: read.log, PeerWitness: keys.PeerWitness, Clock: now, Peer: audit.Witnessing{Pool: pool, Log: keys.PeerLog, Witness: keys.Own}}, nil
}
