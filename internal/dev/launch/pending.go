package launch

import (
	"context"
	"fmt"

	"cloison/internal/dev/postgres"

	"github.com/jackc/pgx/v5/pgxpool"
)

// zones reads both databases as the superuser. In development one person may;
// in production nobody has both.
type zones struct{ medical, server *pgxpool.Pool }

func openZones(ctx context.Context, f folder) (zones, error) {
	open := func(database string) (*pgxpool.Pool, error) {
		config, err := pgxpool.ParseConfig(postgres.URL(string(f), postgres.Superuser, "", database))
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", database, err)
		}
		config.MaxConns = 2
		return pgxpool.NewWithConfig(ctx, config)
	}
	medical, err := open("cloison_medical")
	if err != nil {
		return zones{}, err
	}
	server, err := open("cloison_server")
	if err != nil {
		medical.Close()
		return zones{}, err
	}
	return zones{medical, server}, nil
}

func (z zones) close() {
	z.medical.Close()
	z.server.Close()
}

const serverLast = `
SELECT (SELECT coalesce(max(seq), 0) FROM server.referral_events),
       (SELECT coalesce(max(seq), 0) FROM server.acknowledgements)`

const medicalState = `
SELECT (SELECT seq FROM medical.relay_cursors WHERE name = 'referrals'),
       (SELECT seq FROM medical.relay_cursors WHERE name = 'acknowledgements'),
       (SELECT count(*) FROM medical.releases r WHERE NOT EXISTS (SELECT 1 FROM medical.deliveries d WHERE d.seq = r.seq))`

// pending names what has not crossed yet. The server is read first: what it asks
// for is queued in the medical zone together with its cursor, so a quiet answer
// is quiet as a whole.
func (z zones) pending(ctx context.Context) ([]string, error) {
	var referral, acknowledgement int64
	if err := z.server.QueryRow(ctx, serverLast).Scan(&referral, &acknowledgement); err != nil {
		return nil, fmt.Errorf("reading what the administrative zone sends: %w", err)
	}
	var referralCursor, acknowledgementCursor, undelivered int64
	if err := z.medical.QueryRow(ctx, medicalState).Scan(&referralCursor, &acknowledgementCursor, &undelivered); err != nil {
		return nil, fmt.Errorf("reading where the medical zone stands: %w", err)
	}
	var left []string
	if n := referral - referralCursor; n > 0 {
		left = append(left, fmt.Sprintf("%d saisine(s) à recevoir", n))
	}
	if n := acknowledgement - acknowledgementCursor; n > 0 {
		left = append(left, fmt.Sprintf("%d accusé(s) de réception à recevoir", n))
	}
	if undelivered > 0 {
		left = append(left, fmt.Sprintf("%d message(s) à transmettre", undelivered))
	}
	return left, nil
}
