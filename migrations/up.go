package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Owner is the role that owns every object. Migrations run as it and refuse any other.
const Owner = "cloison_owner"

// Open opens a database for migrations, with an empty search path. The caller closes it.
func Open(url string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the database URL: %w", err)
	}
	config.RuntimeParams["search_path"] = ""
	config.RuntimeParams["application_name"] = "cloison migrate"
	return stdlib.OpenDB(*config), nil
}

// Roles makes the roles of the cluster. It needs the right to create roles; doing it again changes nothing but puts their attributes back.
func Roles(ctx context.Context, db *sql.DB) error {
	text, err := files.ReadFile("roles.sql")
	if err != nil {
		return fmt.Errorf("reading roles.sql: %w", err)
	}
	if _, err := db.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("making the roles: %w", err)
	}
	return nil
}

// Up brings the database at url to the last version of every folder of the zone and of the queue of jobs. The URL's user is Owner, which owns the database.
func Up(ctx context.Context, url, zone string) error {
	db, err := Open(url)
	if err != nil {
		return err
	}
	defer db.Close()
	return UpDB(ctx, db, zone)
}

// UpDB is Up on a database that is already open.
func UpDB(ctx context.Context, db *sql.DB, zone string) error {
	z, err := zoneNamed(zone)
	if err != nil {
		return err
	}
	if err := asOwner(ctx, db); err != nil {
		return err
	}
	if err := Secure(ctx, db, zone); err != nil {
		return err
	}
	err = eachFolder(db, z, func(folder string, provider *goose.Provider) error {
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrating %s: %w", folder, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return upJobs(ctx, db, z)
}

// secureDatabase closes the current database to everybody but its zone's role. CREATE DATABASE copies no right on the database itself,
// so a clone of a template needs it too.
const secureDatabase = `
DO $$
BEGIN
	EXECUTE pg_catalog.format('REVOKE ALL ON DATABASE %I FROM PUBLIC, cloison_medical, cloison_server', pg_catalog.current_database());
	EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO {{app}}', pg_catalog.current_database());
	REVOKE ALL ON SCHEMA public FROM PUBLIC;
	ALTER DEFAULT PRIVILEGES FOR ROLE cloison_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
	CREATE SCHEMA IF NOT EXISTS cloison_migrations;
END
$$`

// Secure takes every right on the current database from PUBLIC and from the other zone's role, and gives CONNECT to the zone's own.
// Up begins with it; a database cloned from a template needs it once more.
func Secure(ctx context.Context, db *sql.DB, zone string) error {
	z, err := zoneNamed(zone)
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, strings.ReplaceAll(secureDatabase, appPlaceholder, z.app)); err != nil {
		return fmt.Errorf("closing the database of zone %s: %w", zone, err)
	}
	return nil
}

func asOwner(ctx context.Context, db *sql.DB) error {
	var role string
	if err := db.QueryRowContext(ctx, "SELECT CURRENT_USER").Scan(&role); err != nil {
		return fmt.Errorf("asking who migrates: %w", err)
	}
	if role != Owner {
		return fmt.Errorf("migrations run as %s, not as %s: objects would have another owner", Owner, role)
	}
	return nil
}

// Migration is one file and when it was applied; zero: not yet.
type Migration struct {
	Folder, Name string
	Version      int64
	AppliedAt    time.Time
}

// Status lists the migrations of a zone, in order.
func Status(ctx context.Context, db *sql.DB, zone string) ([]Migration, error) {
	z, err := zoneNamed(zone)
	if err != nil {
		return nil, err
	}
	var all []Migration
	err = eachFolder(db, z, func(folder string, provider *goose.Provider) error {
		statuses, err := provider.Status(ctx)
		if err != nil {
			return fmt.Errorf("asking the status of %s: %w", folder, err)
		}
		for _, s := range statuses {
			all = append(all, Migration{Folder: folder, Name: s.Source.Path, Version: s.Source.Version, AppliedAt: s.AppliedAt})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	jobs, err := jobsStatus(ctx, db)
	return append(all, jobs...), err
}

func eachFolder(db *sql.DB, z zone, do func(string, *goose.Provider) error) error {
	for _, folder := range z.folders {
		sub, err := fs.Sub(files, folder)
		if err != nil {
			return fmt.Errorf("opening folder %s: %w", folder, err)
		}
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("making the lock of migrations: %w", err)
		}
		provider, err := goose.NewProvider(goose.DialectPostgres, db, templated{sub, appPlaceholder, z.app},
			goose.WithTableName("cloison_migrations.goose_"+folder), goose.WithDisableGlobalRegistry(true), goose.WithSessionLocker(locker))
		if errors.Is(err, goose.ErrNoMigrations) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the migrations of %s: %w", folder, err)
		}
		if err := do(folder, provider); err != nil {
			return err
		}
	}
	return nil
}
