package store

import (
	"context"
	"fmt"

	"cloison/internal/db"
	"cloison/release/ledger"

	"github.com/jackc/pgx/v5"
)

// What was destroyed with its dossier has its number left, and an empty body.
const readLedger = `
SELECT 'release', r.seq, CASE r.body WHEN '{}' THEN '' ELSE encode(sha256(convert_to(r.body, 'UTF8')), 'hex') END
FROM medical.releases r
UNION ALL
SELECT 'acknowledgement', k.seq, CASE k.body WHEN '{}' THEN '' ELSE encode(sha256(convert_to(k.body, 'UTF8')), 'hex') END
FROM medical.acknowledgements k
ORDER BY 1, 2`

// EachLedgerLine gives what this zone sent and was acknowledged, number by number.
func EachLedgerLine(ctx context.Context, q db.Querier, give func(ledger.Line) error) error {
	rows, err := q.Query(ctx, readLedger)
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	var l ledger.Line
	_, err = pgx.ForEachRow(rows, []any{&l.What, &l.Seq, &l.Digest}, func() error { return give(l) })
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	return nil
}
