package launch

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/dev/postgres"
	"cloison/migrations"
	"cloison/missions/installed"
)

// missionConfig is what server is told of one mission: its name, and the file of that mission's own credentials.
type missionConfig struct {
	Name            string `toml:"name"`
	DatabaseURLFile string `toml:"database_url_file"`
}

func installedMissions() (all []migrations.Mission) {
	for _, m := range installed.Modules() {
		all = append(all, migrations.Mission{Name: m.Name, Files: m.Migrations})
	}
	return all
}

func missionRoles() (all []string) {
	for _, m := range installedMissions() {
		all = append(all, m.Role())
	}
	return all
}

func (e *environment) missionConfigs() (all []missionConfig) {
	for _, m := range installedMissions() {
		all = append(all, missionConfig{Name: m.Name, DatabaseURLFile: e.missionURL(m)})
	}
	return all
}

func (f folder) missionURL(m migrations.Mission) string {
	return f.key("database-" + m.Role() + ".url")
}

// ensureMissionRoles makes each mission's role, with a password of its own, and writes the connection string that server reads.
func (e *environment) ensureMissionRoles(ctx context.Context) error {
	super := postgres.URL(string(e.folder), postgres.Superuser, "", "postgres")
	db, err := migrations.Open(super)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrations.MissionRoles(ctx, db, installedMissions()...); err != nil {
		return err
	}
	zone, _ := postgres.ZoneNamed("server")
	for _, m := range installedMissions() {
		password, err := e.secretFile("database-" + m.Role() + ".password")
		if err != nil {
			return err
		}
		// The role is a checked name and the password is base64url: neither can end the quotes.
		if _, err := db.ExecContext(ctx, fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", pgx.Identifier{m.Role()}.Sanitize(), password)); err != nil {
			return fmt.Errorf("setting the password of %s: %w", m.Role(), err)
		}
		url := postgres.URL(string(e.folder), m.Role(), password, zone.Database)
		if err := write(e.missionURL(m), []byte(url+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}
