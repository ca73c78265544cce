package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/BurntSushi/toml"

	"cloison/cmd/internal/program"
	"cloison/crypto/custody"
	"cloison/crypto/custody/wire"
	"cloison/internal/clock"
)

// config is keyholder's TOML file. It holds no secret: those are in the
// keystore, sealed.
type config struct {
	Environment   string           `toml:"environment"`
	Zone          string           `toml:"zone"`
	Keystore      string           `toml:"keystore"`       // folder
	State         string           `toml:"state"`          // folder of the chain file
	UseSocket     string           `toml:"use_socket"`     // for the program medical
	CustodySocket string           `toml:"custody_socket"` // for operators
	UseUIDs       []uint32         `toml:"use_uids"`
	CustodyUIDs   []uint32         `toml:"custody_uids"`
	IndexPerHour  int              `toml:"index_per_hour"`
	Origin        string           `toml:"checkpoint_origin"`
	Budgets       wire.Budgets     `toml:"budgets"`
	Issuers       []custody.Issuer `toml:"issuer"`
}

// production is the environment that takes no excuse.
const production = "production"

// Defaults of what the file may leave out. The budgets let a heavy honest day
// through (40 dossiers of one physician, 300 names of one secretary) with room;
// production narrows them.
func defaults() config {
	return config{
		// Two or three tags a referral, and 180 referrals on an ordinary day of 45 000
		// a year: a Monday morning, or a week that an outage held back, passes at once.
		// Who guesses gets 96 000 tags a day, of 10^10 AGDREF numbers.
		IndexPerHour: 4000,
		Budgets: wire.Budgets{
			Civil:   wire.Limits{PersonHour: 400, PersonDay: 1000, ZoneDay: 10000},
			Medical: wire.Limits{PersonHour: 60, PersonDay: 150, ZoneDay: 1500},
		},
	}
}

func readConfig(path string) (config, error) {
	if path == "" {
		return config{}, errors.New("indiquez le fichier de configuration avec -config")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return config{}, fmt.Errorf("reading configuration: %w", err)
	}
	cfg := defaults()
	meta, err := toml.Decode(string(text), &cfg)
	if err != nil {
		return config{}, fmt.Errorf("reading configuration: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return config{}, fmt.Errorf("reading configuration: unknown key %s", extra[0])
	}
	return cfg, cfg.valid()
}

func (c config) valid() error {
	for name, value := range map[string]string{
		"environment": c.Environment, "zone": c.Zone, "keystore": c.Keystore, "state": c.State,
		"use_socket": c.UseSocket, "custody_socket": c.CustodySocket,
	} {
		if value == "" {
			return fmt.Errorf("configuration has no %s", name)
		}
	}
	if len(c.UseUIDs) == 0 || len(c.CustodyUIDs) == 0 {
		return errors.New("configuration names no account in use_uids or custody_uids")
	}
	if c.UseSocket == c.CustodySocket {
		return errors.New("use_socket and custody_socket must differ")
	}
	// Elsewhere a provider under test may say nothing; here every issuer says how.
	if c.Environment == production {
		for _, i := range c.Issuers {
			if len(i.ACR) == 0 && len(i.AMR) == 0 {
				return fmt.Errorf("issuer %s requires no second factor: give it acr or amr", i.Issuer)
			}
		}
	}
	if c.IndexPerHour < 1 {
		return errors.New("index_per_hour must be at least 1")
	}
	return nil
}

func (c config) options(now clock.Clock, location *time.Location, log *slog.Logger) custody.Options {
	return custody.Options{
		Environment: c.Environment, Zone: c.Zone, Keystore: c.Keystore, State: c.State, Issuers: c.Issuers,
		Budgets: c.Budgets, IndexRate: c.IndexPerHour, Origin: program.Origin(c.Origin, c.Environment, c.Zone), UseUIDs: c.UseUIDs, CustodyUIDs: c.CustodyUIDs,
		Clock: now, Location: location, Log: log,
		ClockGoesBack: clockGoesBack,
	}
}
