package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Mission is a mission's part of the administrative database: a schema of its name, and a role of its own that has nothing elsewhere but the right
// to add entries. Its files stand in the mission's folder; in them {{role}} reads as its role.
type Mission struct {
	Name  string
	Files fs.FS
}

// PortalRole is the role of a program that serves missions only.
const PortalRole = "portal_server"

var missionName = regexp.MustCompile(`^[a-z]{3,24}$`)

// Role is the mission's role in the database.
func (m Mission) Role() string { return "mission_" + m.Name }

// Two installers at once make one role: what another made meanwhile stands, and a role that is as it must be is not written again.
const makeRole = `
DO $$
BEGIN
	BEGIN
		IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname = '{{role}}') THEN
			CREATE ROLE {{role}} LOGIN;
		END IF;
	EXCEPTION WHEN duplicate_object OR unique_violation THEN
	END;
	IF EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname = '{{role}}'
		AND (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls OR NOT r.rolinherit)) THEN
		ALTER ROLE {{role}} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT;
	END IF;
END
$$`

// MissionRoles makes the roles of missions and that of a program that serves missions only. As Roles, it needs the right to create roles.
func MissionRoles(ctx context.Context, db *sql.DB, missions ...Mission) error {
	roles := []string{PortalRole}
	for _, m := range missions {
		if !missionName.MatchString(m.Name) {
			return fmt.Errorf("mission %q: not a name", m.Name)
		}
		roles = append(roles, m.Role())
	}
	for _, role := range roles {
		if _, err := db.ExecContext(ctx, strings.ReplaceAll(makeRole, "{{role}}", role)); err != nil {
			return fmt.Errorf("making role %s: %w", role, err)
		}
	}
	return nil
}

const openMission = `
DO $$
BEGIN
	EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO {{role}}', pg_catalog.current_database());
END
$$;
CREATE SCHEMA IF NOT EXISTS {{name}};
GRANT USAGE ON SCHEMA {{name}} TO {{role}}`

// UpMissions brings missions to their last version in the administrative database, which Up has made before. The roles exist (MissionRoles).
func UpMissions(ctx context.Context, url string, missions ...Mission) error {
	db, err := Open(url)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := asOwner(ctx, db); err != nil {
		return err
	}
	for _, m := range missions {
		if err := upMission(ctx, db, m); err != nil {
			return fmt.Errorf("migrating mission %s: %w", m.Name, err)
		}
	}
	if len(missions) == 0 {
		return nil
	}
	return run(ctx, db, "portal.sql", strings.NewReplacer())
}

func upMission(ctx context.Context, db *sql.DB, m Mission) error {
	if !missionName.MatchString(m.Name) {
		return errors.New("not a name")
	}
	names := strings.NewReplacer("{{role}}", m.Role(), "{{name}}", m.Name, appPlaceholder, zones["server"].app)
	if _, err := db.ExecContext(ctx, names.Replace(openMission)); err != nil {
		return fmt.Errorf("opening its schema: %w", err)
	}
	if err := run(ctx, db, "mission.sql", names); err != nil {
		return err
	}
	provider, err := m.provider(db)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// provider is goose upon the mission's own files.
func (m Mission) provider(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("making the lock of migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, templated{m.Files, "{{role}}", m.Role()},
		goose.WithTableName("cloison_migrations.mission_"+m.Name), goose.WithDisableGlobalRegistry(true), goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("reading its migrations: %w", err)
	}
	return provider, nil
}

// StatusMissions lists the migrations of missions, those that are still to be applied too.
func StatusMissions(ctx context.Context, db *sql.DB, missions ...Mission) (all []Migration, err error) {
	for _, m := range missions {
		provider, err := m.provider(db)
		if errors.Is(err, goose.ErrNoMigrations) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("asking the status of mission %s: %w", m.Name, err)
		}
		statuses, err := provider.Status(ctx)
		if err != nil {
			return nil, fmt.Errorf("asking the status of mission %s: %w", m.Name, err)
		}
		for _, s := range statuses {
			all = append(all, Migration{Folder: "missions/" + m.Name, Name: s.Source.Path, Version: s.Source.Version, AppliedAt: s.AppliedAt})
		}
	}
	return all, nil
}

func run(ctx context.Context, db *sql.DB, file string, names *strings.Replacer) error {
	text, err := files.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	if _, err := db.ExecContext(ctx, names.Replace(string(text))); err != nil {
		return fmt.Errorf("running %s: %w", file, err)
	}
	return nil
}
