package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// jobsSchema holds River's tables, in both zones. The version is pinned: another version of the library that brings a migration is a
// change of this constant (TestTheQueueIsAtItsLastVersion).
const (
	jobsSchema  = "jobs"
	jobsVersion = 8
)

const (
	createJobs = `CREATE SCHEMA IF NOT EXISTS jobs`
	jobsDone   = `SELECT m.version, m.created_at FROM jobs.river_migration m WHERE m.line = 'main' ORDER BY m.version`
)

// upJobs brings the queue to jobsVersion. River keeps its own record of what was applied, so that an interrupted run goes on.
func upJobs(ctx context.Context, db *sql.DB, z zone) error {
	pool, err := poolLike(ctx, db)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, createJobs); err != nil {
		return fmt.Errorf("making schema %s: %w", jobsSchema, err)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: jobsSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("reading the migrations of the queue: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: jobsVersion}); err != nil {
		return fmt.Errorf("migrating the queue: %w", err)
	}
	rights, err := files.ReadFile("jobs/rights.sql")
	if err != nil {
		return fmt.Errorf("reading the rights on the queue: %w", err)
	}
	if _, err := pool.Exec(ctx, strings.ReplaceAll(string(rights), appPlaceholder, z.app)); err != nil {
		return fmt.Errorf("granting the queue: %w", err)
	}
	return nil
}

// poolLike opens pgx's own pool on the database of db: River's migrations need one.
func poolLike(ctx context.Context, db *sql.DB) (*pgxpool.Pool, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening the database of the queue: %w", err)
	}
	defer conn.Close()
	var config *pgx.ConnConfig
	err = conn.Raw(func(driver any) error {
		config = driver.(*stdlib.Conn).Conn().Config()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the address of the database: %w", err)
	}
	pooled, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, fmt.Errorf("preparing a pool: %w", err)
	}
	pooled.ConnConfig, pooled.MaxConns = config, 2
	pool, err := pgxpool.NewWithConfig(ctx, pooled)
	if err != nil {
		return nil, fmt.Errorf("opening a pool: %w", err)
	}
	return pool, nil
}

// jobsStatus lists what River applied, and what it has not.
func jobsStatus(ctx context.Context, db *sql.DB) ([]Migration, error) {
	applied := map[int64]time.Time{}
	var there bool
	if err := db.QueryRowContext(ctx, `SELECT pg_catalog.to_regclass('jobs.river_migration') IS NOT NULL`).Scan(&there); err != nil {
		return nil, fmt.Errorf("asking the status of the queue: %w", err)
	}
	if there {
		rows, err := db.QueryContext(ctx, jobsDone)
		if err != nil {
			return nil, fmt.Errorf("asking the status of the queue: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var version int64
			var at time.Time
			if err := rows.Scan(&version, &at); err != nil {
				return nil, fmt.Errorf("asking the status of the queue: %w", err)
			}
			applied[version] = at
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("asking the status of the queue: %w", err)
		}
	}
	var all []Migration
	for v := int64(1); v <= jobsVersion; v++ {
		all = append(all, Migration{Folder: jobsSchema, Name: fmt.Sprintf("river %d", v), Version: v, AppliedAt: applied[v]})
	}
	return all, nil
}
