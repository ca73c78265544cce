// Package postgres starts a private PostgreSQL from a folder: no port, one
// unix socket, one superuser who is the owner of the folder.
//
// It is for development and tests. It protects the two zones' databases from
// each other's role and from other users of the machine; it trusts root and
// the owner of the folder.
//
//	DIR/pg    the cluster
//	DIR/run   the socket
package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"cloison/internal/dev/child"

	"github.com/jackc/pgx/v5"
)

// socketName is fixed by PostgreSQL; the port is only a part of the name here.
const (
	socketName    = ".s.PGSQL.5432"
	longestSocket = 107 // sun_path less its final zero
	startLimit    = 60 * time.Second
)

// Options says what to start. Dir must exist and be absolute.
type Options struct {
	Dir            string
	BinDir         string   // "": Find("")
	Fsync          bool     // false only where losing everything is fine
	MaxConnections int      // 0: 100
	Trust          bool     // no passwords: a folder of tests, closed by its mode
	Missions       []string // roles of missions, which sign in to the administrative database by password
	Detach         bool     // outlives this process; otherwise it dies with it
	Log            io.Writer
}

// Cluster is a running PostgreSQL. Its methods may be called concurrently.
type Cluster struct {
	*child.Child // the postmaster
	dir          string
}

// Start is Launch that answers once the cluster accepts connections, recovery
// after a crash included. ctx bounds the start only.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	c, err := Launch(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := c.ready(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// Launch makes the cluster if the folder has none and starts its process.
func Launch(ctx context.Context, o Options) (*Cluster, error) {
	if o.MaxConnections == 0 {
		o.MaxConnections = 100
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	if n := len(filepath.Join(o.Dir, "run", socketName)); n > longestSocket {
		return nil, fmt.Errorf("le chemin du dossier de données est trop long de %d caractères pour une prise unix : choisissez-en un plus court", n-longestSocket)
	}
	bin := o.BinDir
	if bin == "" {
		var err error
		if bin, err = Find(""); err != nil {
			return nil, err
		}
	}
	who, err := prepareFolders(ctx, bin, o)
	if err != nil {
		return nil, err
	}
	return launch(bin, o, who)
}

func prepareFolders(ctx context.Context, bin string, o Options) (account, error) {
	pg, run := filepath.Join(o.Dir, "pg"), filepath.Join(o.Dir, "run")
	who, err := chooseAccount(pg)
	if err != nil {
		return who, err
	}
	for _, dir := range []string{pg, run} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return who, fmt.Errorf("making %s: %w", filepath.Base(dir), err)
		}
	}
	if err := who.give(pg); err != nil {
		return who, fmt.Errorf("giving the cluster's folder away: %w", err)
	}
	if err := shareRun(run, who); err != nil {
		return who, err
	}
	if who, err = who.reach(o.Dir); err != nil {
		return who, err
	}
	if _, err := os.Stat(filepath.Join(pg, "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		if err := initialise(ctx, bin, pg, who); err != nil {
			return who, err
		}
	}
	return who, configure(o, who)
}

// shareRun lets the account put its socket beside the launcher's own files,
// sticky so that it can't take those away.
func shareRun(run string, who account) error {
	if !who.drop {
		return nil
	}
	if err := os.Chown(run, 0, who.gid); err != nil {
		return fmt.Errorf("sharing run: %w", err)
	}
	if err := os.Chmod(run, 0o770|os.ModeSticky); err != nil {
		return fmt.Errorf("sharing run: %w", err)
	}
	return nil
}

func initialise(ctx context.Context, bin, pg string, who account) error {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"--pgdata", pg, "--username", Superuser, "--encoding", "UTF8", "--no-locale",
		"--auth", "reject", "--data-checksums", "--no-sync", "--no-instructions")
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", environment(), who.process()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running initdb: %w\n%s", err, out.Bytes())
	}
	return nil
}

// environment is all PostgreSQL sees of the caller's.
func environment() []string {
	return []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
}

func launch(bin string, o Options, who account) (*Cluster, error) {
	cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", filepath.Join(o.Dir, "pg"))
	cmd.Stdout, cmd.Stderr = o.Log, o.Log
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", environment(), who.process()
	dying := syscall.SIGINT
	if o.Detach {
		dying = 0
	}
	process, err := child.Start(cmd, dying)
	if err != nil {
		return nil, fmt.Errorf("starting postgres: %w", err)
	}
	return &Cluster{Child: process, dir: o.Dir}, nil
}

// ready waits until the superuser can connect.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		err := ping(ctx, c.URL(Superuser, "postgres"))
		if err == nil {
			return nil
		}
		select {
		case <-c.Done():
			return fmt.Errorf("starting postgres: it ended (%v); see its log", c.Err())
		case <-ctx.Done():
			return fmt.Errorf("waiting for postgres: %w", err)
		case <-time.After(15 * time.Millisecond):
		}
	}
}

func ping(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// URL is the connection string of a role that needs no password.
func (c *Cluster) URL(role, database string) string { return URL(c.dir, role, "", database) }

// Stop ends it cleanly (fast shutdown), then less and less politely. It answers
// when the process is gone.
func (c *Cluster) Stop() { c.Child.Stop(syscall.SIGINT, syscall.SIGQUIT) }
