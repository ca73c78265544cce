package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/cmd/internal/config"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/jobs"
	"cloison/internal/secret"
	"cloison/missions"
	"cloison/missions/installed"
	"cloison/policy"
	"cloison/web"
	"cloison/web/portal"
)

// missionConfig names a mission that this program serves, and the file of its own credentials.
type missionConfig struct {
	Name            string `toml:"name"`
	DatabaseURLFile string `toml:"database_url_file"`
}

// missionsOnly: without a relay, the program serves missions and nothing of the procedure. It is then given the credentials of the portal role and
// of its missions, none of which reads a referral (TestAProgramOfOneMissionServesThatOneOnly).
func (c configuration) missionsOnly() bool { return c.RelayListen == "" }

// checkMissions refuses one that is not of this build, or named twice.
func (c configuration) checkMissions() error {
	seen := map[string]bool{}
	for _, m := range c.Missions {
		if _, ok := moduleNamed(m.Name); !ok || seen[m.Name] || m.DatabaseURLFile == "" {
			return fmt.Errorf("mission %q: unknown, named twice, or without database_url_file", m.Name)
		}
		seen[m.Name] = true
	}
	if c.missionsOnly() && len(c.Missions) == 0 {
		return errors.New("relay_listen is missing: only a program that serves missions alone goes without")
	}
	return nil
}

func moduleNamed(name string) (missions.Module, bool) {
	all := installed.Modules()
	at := slices.IndexFunc(all, func(m missions.Module) bool { return m.Name == name })
	if at < 0 {
		return missions.Module{}, false
	}
	return all[at], true
}

func (c configuration) readMissions() (urls map[string]secret.String, err error) {
	urls = map[string]secret.String{}
	for _, m := range c.Missions {
		if urls[m.Name], err = config.Secret(m.DatabaseURLFile); err != nil {
			return nil, err
		}
	}
	return urls, nil
}

// mission is one that is served: its module, and the pool of its own role.
type mission struct {
	missions.Module
	pool *pgxpool.Pool
}

// openMissions connects each mission as its own role. Close what it answers, also with an error.
func openMissions(ctx context.Context, c configuration, urls map[string]secret.String) (open []mission, err error) {
	for _, named := range c.Missions {
		module, _ := moduleNamed(named.Name)
		if err := module.Check(); err != nil {
			return open, err
		}
		url := urls[named.Name]
		pool, err := db.Open(ctx, db.Options{URL: url.Reveal(), ApplicationName: "cloison mission " + named.Name})
		if err != nil {
			return open, fmt.Errorf("opening mission %s: %w", named.Name, err)
		}
		open = append(open, mission{module, pool})
		// Credentials of another mission, or of the zone, would open to this one what it must not read (TestAMissionThatIsNotThereIsRefused).
		if role, err := db.Role(ctx, pool); err != nil || role != module.Role() {
			return open, errors.Join(err, fmt.Errorf("mission %s: its credentials are those of role %q, want %q", named.Name, role, module.Role()))
		}
	}
	return open, nil
}

func policies(open []mission) (all []policy.Mission) {
	for _, m := range open {
		all = append(all, m.Policy)
	}
	return all
}

// served is what the missions offer together.
type served struct {
	operations []web.Operation
	sweeps     []jobs.Sweep
	guests     []func(*fiber.Ctx) (act.Subject, bool, error)
}

// authenticate asks the missions first: what has a link of theirs in its path is asked by that link, and by no session.
func (s served) authenticate(session func(*fiber.Ctx) (act.Subject, error)) func(*fiber.Ctx) (act.Subject, error) {
	return func(c *fiber.Ctx) (act.Subject, error) {
		for _, guest := range s.guests {
			if who, ok, err := guest(c); ok || err != nil {
				return who, err
			}
		}
		return session(c)
	}
}

// desks opens each mission on its own pool and gate.
func desks(open []mission, rules act.Decider, decided func(policy.Recorded), now clock.Clock, paris *time.Location, pages *portal.Portal) (served, error) {
	var all served
	for _, m := range open {
		gate := act.New(act.Options{Pool: m.pool, Policy: rules, Clock: now, Zone: identity.Server, Location: paris, Decided: decided})
		desk, err := m.OpenOn(missions.Host{Pool: m.pool, Gate: gate, Clock: now, Location: paris, Shell: pages.Shell})
		if err != nil {
			return served{}, err
		}
		all.operations = append(all.operations, desk.Operations...)
		all.sweeps = append(all.sweeps, desk.Sweeps...)
		if desk.Guest != nil {
			all.guests = append(all.guests, desk.Guest)
		}
		for _, entry := range m.Menu {
			pages.Menu[entry.Role] = append(pages.Menu[entry.Role], portal.Entry{Label: entry.Label, Path: entry.Path})
			if pages.Front[entry.Role] == "" {
				pages.Front[entry.Role] = entry.Path
			}
		}
	}
	return all, nil
}
