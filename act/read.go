package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/crash"
	"cloison/internal/db"
)

// Read decides a reading and commits its intent before it returns: when the caller holds a permit, the entry already stands, whatever
// becomes of the process (TestIntentIsCommittedBeforeThePermit). Refusals are recorded as those of Do. The error is always an *Error.
func (g *Gate) Read(ctx context.Context, who Subject, a Act) (*Permit, error) {
	t := g.begin(who, a)
	t.entry.Retention = audit.Access
	conn, err := g.o.Pool.Acquire(ctx)
	if err != nil {
		return nil, Wrap(Unavailable, "", fmt.Errorf("acquiring a connection for %s: %w", a.Action, err))
	}
	defer conn.Release()

	var resource any
	err = db.InTx(ctx, conn, func(tx pgx.Tx) error {
		var err error
		if resource, err = t.decide(ctx, tx); err != nil {
			return err
		}
		t.entry.Outcome = audit.Intent
		if len(t.shows) > 0 {
			t.entry.Digests = [][]byte{audit.ShownDigest(t.shows)}
		}
		if err := errors.Join(audit.Append(ctx, tx, t.entry), audit.AppendShown(ctx, tx, t.entry, "dossier", t.shows)); err != nil {
			return Wrap(Unavailable, "", err)
		}
		crash.Point("intent/" + a.Action + ".before")
		return nil
	})
	if err != nil {
		return nil, t.recordRefusal(ctx, conn, err)
	}
	crash.Point("intent/" + a.Action + ".after")
	return &Permit{attempt: t, resource: resource}, nil
}
