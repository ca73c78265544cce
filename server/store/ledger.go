package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/release/ledger"
)

const readLedger = `
SELECT 'release', r.seq, encode(sha256(convert_to(r.body, 'UTF8')), 'hex'), false FROM server.releases r
UNION ALL
SELECT 'release', a.seq, encode(a.body_digest, 'hex'), true FROM server.quarantined_releases a
WHERE NOT EXISTS (SELECT 1 FROM server.releases r WHERE r.seq = a.seq)
UNION ALL
SELECT 'acknowledgement', k.seq, encode(sha256(convert_to(k.body, 'UTF8')), 'hex'), false FROM server.acknowledgements k
ORDER BY 1, 2`

// EachLedgerLine gives what this zone received and acknowledged, number by number.
func EachLedgerLine(ctx context.Context, q Querier, give func(ledger.Line) error) error {
	rows, err := q.Query(ctx, readLedger)
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	var l ledger.Line
	_, err = pgx.ForEachRow(rows, []any{&l.What, &l.Seq, &l.Digest, &l.Aside}, func() error { return give(l) })
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	return nil
}
