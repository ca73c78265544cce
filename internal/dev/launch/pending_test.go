package launch

import (
	"context"
	"strings"
	"testing"

	"cloison/internal/dev/pgtest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// both opens two migrated databases as the superuser, without their foreign keys
// and triggers: only numbers matter to the barrier.
func both(t *testing.T) zones {
	t.Helper()
	open := func(zone string) *pgxpool.Pool {
		config, err := pgxpool.ParseConfig(pgtest.New(t, zone).SuperURL)
		if err != nil {
			t.Fatal(err)
		}
		config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "SET session_replication_role = replica")
			return err
		}
		pool, err := pgxpool.NewWithConfig(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		return pool
	}
	return zones{medical: open("medical"), server: open("server")}
}

func TestPendingFollowsTheRealTables(t *testing.T) {
	t.Parallel()
	z := both(t)
	exec := func(pool *pgxpool.Pool, sql string) {
		t.Helper()
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want string) {
		t.Helper()
		left, err := z.pending(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(left, ", "); got != want {
			t.Errorf("pending %q, want %q", got, want)
		}
	}
	const id = "'00000000-0000-4000-8000-000000000001'"
	expect("")
	exec(z.server, `INSERT INTO server.referral_events (seq, referral, type, at, body)
		VALUES (1, `+id+`, 'REFERRAL', '2026-01-12', '{"seq":1,"type":"REFERRAL"}')`)
	expect("1 saisine(s) à recevoir")
	exec(z.medical, `INSERT INTO medical.releases (seq, dossier, referral, kind, code, version, queued_at, body)
		VALUES (1, `+id+`, 'r', 'notice', 'N1', 0, '2026-01-12',
		'{"seq":1,"kind":"notice","notice":{"id":"n","referral":"r","code":"N1","on":"2026-01-12","fields":{"received_on":"2026-01-12"}},"opinion":null,"attestation":null}')`)
	expect("1 saisine(s) à recevoir, 1 message(s) à transmettre")
	exec(z.medical, `UPDATE medical.relay_cursors SET seq = 1 WHERE name = 'referrals'`)
	expect("1 message(s) à transmettre")
	exec(z.medical, `INSERT INTO medical.deliveries (seq, delivered_at) VALUES (1, '2026-01-12')`)
	expect("")
	exec(z.server, `INSERT INTO server.acknowledgements (seq, release, referral, version, dated, at, author, body)
		VALUES (1, 1, `+id+`, 1, '2026-01-12', '2026-01-12', 'pref-75', '{"seq":1,"release":1}')`)
	expect("1 accusé(s) de réception à recevoir")
	exec(z.medical, `UPDATE medical.relay_cursors SET seq = 1 WHERE name = 'acknowledgements'`)
	expect("")
}
