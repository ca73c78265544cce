package postgres

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"path/filepath"

	"cloison/migrations"

	"github.com/jackc/pgx/v5"
)

// Superuser is the cluster's, for the owner of the folder; OwnerRole owns all
// that migrations make (it can log in here so that migrations run as in
// production, and cannot there).
const (
	Superuser = "owner"
	OwnerRole = migrations.Owner
)

// Zone names what one side of the wall has in the cluster.
type Zone struct{ Name, Database, Role string }

var zones = []Zone{
	{Name: "medical", Database: "cloison_medical", Role: "cloison_medical"},
	{Name: "server", Database: "cloison_server", Role: "cloison_server"},
}

// Zones lists both.
func Zones() []Zone { return append([]Zone(nil), zones...) }

// ZoneNamed answers one; ok is false for any other word.
func ZoneNamed(name string) (z Zone, ok bool) {
	for _, z := range zones {
		if z.Name == name {
			return z, true
		}
	}
	return Zone{}, false
}

// URL is a connection string over the socket of the folder dir.
func URL(dir, role, password, database string) string {
	u := url.URL{Scheme: "postgres", Path: "/" + database}
	if password == "" {
		u.User = url.User(role)
	} else {
		u.User = url.UserPassword(role, password)
	}
	u.RawQuery = url.Values{"host": {filepath.Join(dir, "run")}, "port": {"5432"}}.Encode()
	return u.String()
}

// NewPassword draws one for a role.
func NewPassword() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// EnsureRoles makes the roles of the cluster as migrations say, and gives the
// programs these passwords (by role; without one a password login fails).
func EnsureRoles(ctx context.Context, conn *pgx.Conn, passwords map[string]string) error {
	db, err := migrations.Open(conn.Config().ConnString())
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrations.Roles(ctx, db); err != nil {
		return err
	}
	for _, z := range zones {
		password, given := passwords[z.Role]
		if !given {
			continue
		}
		// Names are the constants above and the password is base64url: neither can end the quotes.
		if _, err := conn.Exec(ctx, fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", z.Role, password)); err != nil {
			return fmt.Errorf("setting the password of %s: %w", z.Role, err)
		}
	}
	return nil
}

// EnsureDatabase makes database for the zone if it is missing: owned by
// OwnerRole, open to the zone's own role and to nobody else.
// Test: TestOneZoneCannotConnectToTheOther.
func EnsureDatabase(ctx context.Context, conn *pgx.Conn, database string, z Zone) error {
	var there bool
	const find = `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1)`
	if err := conn.QueryRow(ctx, find, database).Scan(&there); err != nil {
		return fmt.Errorf("looking for database %s: %w", database, err)
	}
	name := pgx.Identifier{database}.Sanitize()
	if !there {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+name+" OWNER "+OwnerRole+" TEMPLATE template0 STRATEGY file_copy"); err != nil {
			return fmt.Errorf("making database %s: %w", database, err)
		}
	}
	for _, sql := range []string{
		"REVOKE ALL ON DATABASE " + name + " FROM PUBLIC",
		"GRANT CONNECT ON DATABASE " + name + " TO " + z.Role,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("closing database %s: %w", database, err)
		}
	}
	return nil
}

// Prepare makes roles and both databases in the cluster that runs in dir, and closes the two that PostgreSQL
// itself leaves open to everybody.
func Prepare(ctx context.Context, dir string, passwords map[string]string) error {
	conn, err := pgx.Connect(ctx, URL(dir, Superuser, "", "postgres"))
	if err != nil {
		return fmt.Errorf("connecting as %s: %w", Superuser, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := EnsureRoles(ctx, conn, passwords); err != nil {
		return err
	}
	for _, z := range zones {
		if err := EnsureDatabase(ctx, conn, z.Database, z); err != nil {
			return err
		}
	}
	for _, sql := range []string{
		"REVOKE CONNECT ON DATABASE postgres FROM PUBLIC",
		"REVOKE CONNECT ON DATABASE template1 FROM PUBLIC",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("closing the common databases: %w", err)
		}
	}
	return nil
}
