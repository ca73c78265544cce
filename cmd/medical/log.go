package main

import (
	"context"

	"cloison/audit"
	"cloison/audit/outside"
	"cloison/cmd/internal/config"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/medical/relay"
)

// serveLog numbers this zone's log, has keyholder sign it, and shows it outside, until ctx ends.
func serveLog(ctx context.Context, c configuration, read files, p parts) error {
	witness, authority, err := c.ReadOutside()
	if err != nil {
		return err
	}
	return outside.Beside(ctx, outside.Options{
		URL: read.databaseURL.Reveal(), Log: read.log, Clock: p.clock, Alarm: p.log, Witness: witness, Authority: authority,
	}, func(ctx context.Context) error {
		return audit.ServeIntegrator(ctx, audit.IntegratorOptions{
			URL: read.databaseURL.Reveal(), Signer: keyholderSigner{p.keys}, Log: read.log, Clock: p.clock, Alarm: p.log, Witness: c.witness(),
		})
	})
}

// witness is who countersigns this zone's log.
func (c configuration) witness() string {
	if c.Witness.Absent() {
		return ""
	}
	return config.WitnessName(c.Environment, identity.Server)
}

// logs is how the two zones witness each other's log; nil where the configuration says nothing of it.
func logs(c configuration, read files, p parts) (*relay.Logs, error) {
	if c.Witness.Absent() {
		return nil, nil
	}
	keys, err := c.ReadWitness(c.Environment, identity.Medical, identity.Server)
	if err != nil {
		return nil, err
	}
	return &relay.Logs{Own: read.log, PeerWitness: keys.PeerWitness, Clock: p.clock, Peer: audit.Witnessing{Pool: p.pool, Log: keys.PeerLog, Witness: keys.Own}}, nil
}

// keyholderSigner asks whether keyholder is open before it asks for a signature: a refusal is a line of its chain, four times a second.
type keyholderSigner struct{ keys *keyholder.Client }

func (s keyholderSigner) SignCheckpoint(ctx context.Context, text []byte) ([]byte, error) {
	status, err := s.keys.Status(ctx)
	if err != nil {
		return nil, err
	}
	if status.Sealed {
		return nil, keyholder.ErrSealed
	}
	return s.keys.SignCheckpoint(ctx, text)
}
