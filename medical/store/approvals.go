package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

const approvalsOf = `
SELECT s.approval FROM medical.signatures s
WHERE s.dossier = $1::uuid AND s.composition = $2
  AND NOT EXISTS (SELECT 1 FROM medical.void_signatures v WHERE v.approval = s.approval)
ORDER BY s.at, s.member`

// ApprovalsOf lists the approvals behind the signatures that stand in a composition, oldest first: what keyholder needs to seal.
func ApprovalsOf(ctx context.Context, q db.Querier, dossier string, composition int) ([]string, error) {
	rows, err := q.Query(ctx, approvalsOf, dossier, composition)
	if err != nil {
		return nil, fmt.Errorf("listing the approvals of dossier %s: %w", dossier, err)
	}
	approvals, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing the approvals of dossier %s: %w", dossier, err)
	}
	return approvals, nil
}
