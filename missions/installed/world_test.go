package installed_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/internal/dev/pgtest"
	"cloison/migrations"
	"cloison/missions"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// world is an administrative database with some missions in it.
type world struct {
	names pgtest.Names
	super *pgxpool.Pool
	keep  func(policy.Recorded) // nil keeps no decision
}

func newWorld(t *testing.T, modules ...missions.Module) world {
	t.Helper()
	names := pgtest.New(t, "server")
	db, err := migrations.Open(names.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var schemas []migrations.Mission
	for _, m := range modules {
		schemas = append(schemas, migrations.Mission{Name: m.Name, Files: m.Migrations})
	}
	if err := migrations.MissionRoles(t.Context(), db, schemas...); err != nil {
		t.Fatal(err)
	}
	if err := migrations.UpMissions(t.Context(), names.OwnerURL, schemas...); err != nil {
		t.Fatal(err)
	}
	return world{names: names, super: pgtest.Open(t, names.SuperURL)}
}

// as is a pool of one role on that database.
func (w world) as(t *testing.T, role string) *pgxpool.Pool {
	t.Helper()
	return pgtest.Open(t, roleURL(w.names, role))
}

// open opens a module as server does, on its own role's pool.
func (w world) open(t *testing.T, m missions.Module, now clock.Clock) (missions.Desk, *act.Gate, *pgxpool.Pool) {
	t.Helper()
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	rules, err := policy.With(m.Policy)
	if err != nil {
		t.Fatal(err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	pool := w.as(t, "mission_"+m.Name)
	gate := act.New(act.Options{Pool: pool, Policy: rules, Clock: now, Zone: "server", Location: paris, Decided: w.keep})
	desk, err := m.OpenOn(missions.Host{Pool: pool, Gate: gate, Clock: now, Location: paris, Shell: func(*web.Call) layout.Shell { return layout.Shell{} }})
	if err != nil {
		t.Fatal(err)
	}
	return desk, gate, pool
}

// still is a clock that stands.
type still struct{ at time.Time }

func (s *still) Now() time.Time { return s.at }

func (w world) value(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := w.super.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// roleURL is the database's address for another role of the cluster.
func roleURL(names pgtest.Names, role string) string {
	u, err := url.Parse(names.RoleURL)
	if err != nil {
		panic(err)
	}
	u.User = url.User(role)
	return u.String()
}
