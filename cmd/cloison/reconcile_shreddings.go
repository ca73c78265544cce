package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

func (z zoneTools) destructions(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, destructions[z.zone])
	if err != nil {
		return nil, fmt.Errorf("listing destructions: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing destructions: %w", err)
	}
	return list, nil
}

// untold are the destructions that the medical zone made and a restored administrative zone knows no more.
func (z zoneTools) untold(ctx context.Context, theirs account) ([]string, error) {
	if z.zone != "server" || len(theirs.Shreddings) == 0 {
		return nil, nil
	}
	conn, err := z.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	known, err := z.destructions(ctx, conn)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(theirs.Shreddings), func(d string) bool {
		_, is := slices.BinarySearch(known, d)
		return is
	}), nil
}

const insertUntold = `INSERT INTO server.shreddings (digest, told_at) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT shreddings_pkey DO NOTHING`

func recordUntold(ctx context.Context, tx pgx.Tx, untold []string, now time.Time) error {
	for _, d := range untold {
		digest, err := hex.DecodeString(d)
		if err != nil {
			return fmt.Errorf("reading a destruction of the other zone: %w", err)
		}
		if _, err := tx.Exec(ctx, insertUntold, digest, now); err != nil {
			return fmt.Errorf("recording a destruction of the other zone: %w", err)
		}
	}
	return nil
}

const cameBack = `
SELECT d.id::text FROM medical.dossiers d
WHERE d.state <> 'PURGE' AND encode(sha256(convert_to(E'cloison-shredding-1\n' || d.id::text, 'UTF8')), 'hex') = ANY ($1) ORDER BY 1`

// returned names the dossiers that were destroyed and came back with a backup of the medical zone from before: the other zone's log says so, whatever was
// done to this one's (TestADestroyedDossierThatComesBackIsTold).
func (z zoneTools) returned(ctx context.Context, stdout io.Writer, theirs account) error {
	if z.zone != "medical" || len(theirs.Shreddings) == 0 {
		return nil
	}
	conn, err := z.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, cameBack, theirs.Shreddings)
	if err != nil {
		return fmt.Errorf("looking for destroyed dossiers: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("looking for destroyed dossiers: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	for _, d := range list {
		fmt.Fprintf(stdout, "  détruit depuis cette sauvegarde, et revenu avec elle : dossier %s\n", d)
	}
	return fmt.Errorf("%d dossiers détruits sont revenus : rendez à keyholder la liste des destructions (« cloison keys tombstones --replay »), ou faites-les détruire de nouveau (« cloison keys shred --dossier ») ; la purge les reprend ensuite", len(list))
}
