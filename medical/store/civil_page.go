package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// What may be destroyed opens no more: keyholder would refuse it, and the whole page with it.
const findCivil = `
SELECT DISTINCT ON (d.position, r.kind, r.id) ` + recordColumns + `
FROM medical.records r JOIN medical.dossiers d ON d.id = r.dossier
WHERE r.dossier = ANY($1::uuid[]) AND (r.kind = 'applicant' AND r.id = 'applicant' OR r.kind = 'correction') AND d.purge_decision <> 'AUTORISEE'
ORDER BY d.position, r.kind, r.id, r.version DESC`

// FindCivil gives, for a page of dossiers, the record of each applicant and those that corrected it since, in their order. Further
// administrative files name the same person.
func FindCivil(ctx context.Context, q db.Querier, dossiers []string) ([]Record, error) {
	rows, err := q.Query(ctx, findCivil, dossiers)
	if err != nil {
		return nil, fmt.Errorf("listing the applicants of a page: %w", err)
	}
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("listing the applicants of a page: %w", err)
	}
	return records, nil
}
