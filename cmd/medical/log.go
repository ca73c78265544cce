package main

import (
	"context"

	"cloison/audit"
	"cloison/cmd/internal/program"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyholder"
	"cloison/identity"
)

// serveLog numbers this zone's log, and has keyholder sign it, until ctx ends.
func serveLog(ctx context.Context, c configuration, read files, p parts) error {
	verifier, err := checkpoint.NewVerifier(program.Origin(c.CheckpointOrigin, c.Environment, identity.Medical), read.logKey)
	if err != nil {
		return err
	}
	return audit.ServeIntegrator(ctx, audit.IntegratorOptions{
		URL: read.databaseURL.Reveal(), Signer: keyholderSigner{p.keys}, Log: verifier, Clock: p.clock, Alarm: p.log,
	})
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
