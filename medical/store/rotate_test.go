package store_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/medical/store"
)

const manyKeys = `
INSERT INTO medical.dossier_keys (dossier, compartment, epoch, recipient, signature, wrapped, written_at)
SELECT d.id, c, e.name, 'r', 's', 'w', d.received_at + e.later FROM medical.dossiers d, unnest(ARRAY['civil', 'medical']) c, (VALUES ('2026', interval '0'), ('2027', interval '1 day')) e (name, later)
WHERE e.name = '2026' OR d.id < '80000000-0000-4000-8000-000000000000'`

// A page of identities reads no more than a few rows for each that it gives, wherever it begins: before those that are left, among them, and in
// the walk over all.
func TestAPageOfIdentitiesStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	const dossiers, limit, most = 2000, 20, 200
	owner, app := ownedWorld(t)
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error {
		for range dossiers {
			d := newDossier(store.NewID())
			d.Group, d.Referrals[0].ID = store.NewID(), store.NewID()
			if err := store.CreateDossier(ctx, tx, d); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, manyKeys)
		return err
	})
	if _, err := owner.Exec(t.Context(), "ANALYZE medical.dossier_keys"); err != nil {
		t.Fatal(err)
	}
	half := store.KeyAfter{Dossier: "80000000-0000-4000-8000-000000000000"}
	for name, page := range map[string]func(q *explained) ([]store.HeldKey, error){
		"all": func(q *explained) ([]store.HeldKey, error) {
			return store.FindCurrentKeys(t.Context(), q, store.KeyAfter{}, limit)
		},
		"left": func(q *explained) ([]store.HeldKey, error) {
			return store.FindKeysToRotate(t.Context(), q, "2027", half, limit)
		},
		"left, none before": func(q *explained) ([]store.HeldKey, error) {
			return store.FindKeysToRotate(t.Context(), q, "2028", store.KeyAfter{}, limit)
		},
	} {
		q := &explained{Pool: app}
		keys, err := page(q)
		if err != nil || len(keys) == 0 || len(keys) > limit {
			t.Fatalf("%s: %d identities: %v", name, len(keys), err)
		}
		if q.read == 0 || q.read > most {
			t.Errorf("%s: %.0f rows read for %d identities", name, q.read, len(keys))
		}
	}
}

// explained counts the rows that the scans of a query read.
type explained struct {
	*pgxpool.Pool
	read float64
}

func (e *explained) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	var text []byte
	if err := e.Pool.QueryRow(ctx, "EXPLAIN (ANALYZE, FORMAT JSON) "+sql, args...).Scan(&text); err != nil {
		return nil, err
	}
	var plans []struct{ Plan plan }
	if err := json.Unmarshal(text, &plans); err != nil {
		return nil, err
	}
	e.read = plans[0].Plan.read()
	return e.Pool.Query(ctx, sql, args...)
}

type plan struct {
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Plans    []plan
}

func (p plan) read() (n float64) {
	if p.Relation != "" {
		n = (p.Rows + p.Removed) * p.Loops
	}
	for _, below := range p.Plans {
		n += below.read()
	}
	return n
}
