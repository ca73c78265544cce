package postgres

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
)

// settings is the whole postgresql.conf. Everything in it is relative or
// constant, so that a copied folder starts as it is.
//
// A row that PostgreSQL logs is a leak: errors stay terse, without the failing
// row, the statement or its parameters. Test: TestErrorsNeverLogValues.
func settings(o Options) string {
	onOff := map[bool]string{true: "on", false: "off"}
	lines := []string{
		"listen_addresses = ''",
		"unix_socket_directories = '../run'",
		"unix_socket_permissions = 0700",
		fmt.Sprintf("max_connections = %d", o.MaxConnections),
		"shared_buffers = 64MB",
		"dynamic_shared_memory_type = posix",
		"jit = off",
		"timezone = 'UTC'",
		"log_timezone = 'UTC'",
		"password_encryption = 'scram-sha-256'",
		"wal_compression = off",
		"fsync = " + onOff[o.Fsync],
		"synchronous_commit = " + onOff[o.Fsync],
		"full_page_writes = " + onOff[o.Fsync],
		"log_error_verbosity = terse",
		"log_parameter_max_length = 0",
		"log_parameter_max_length_on_error = 0",
		"log_statement = 'none'",
		"log_min_error_statement = panic",
		"log_min_duration_statement = -1",
		"log_line_prefix = '%m [%p] %u@%d '",
	}
	return strings.Join(lines, "\n") + "\n"
}

// access is pg_hba.conf: the owner of the folder by who he is, the programs by
// password, nobody else. Trust (tests only) rests on the folder's mode alone.
func access(o Options) string {
	if o.Trust {
		return "local all all trust\n"
	}
	lines := []string{
		"local all " + Superuser + " peer map=folder",
		"local all " + OwnerRole + " peer map=folder",
	}
	for _, z := range zones {
		lines = append(lines, fmt.Sprintf("local %s %s scram-sha-256", z.Database, z.Role))
	}
	server, _ := ZoneNamed("server")
	for _, role := range o.Missions {
		lines = append(lines, fmt.Sprintf("local %s %s scram-sha-256", server.Database, role))
	}
	return strings.Join(lines, "\n") + "\n"
}

// identities is pg_ident.conf: who counts as the owner of the folder.
func identities(dir string) (string, error) {
	names := map[string]bool{}
	if me, err := user.Current(); err == nil {
		names[me.Username] = true
	}
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("looking at the folder: %w", err)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		if u, err := user.LookupId(fmt.Sprint(st.Uid)); err == nil {
			names[u.Username] = true
		}
	}
	var b strings.Builder
	for name := range names {
		for _, role := range []string{Superuser, OwnerRole} {
			fmt.Fprintf(&b, "folder %q %s\n", name, role)
		}
	}
	return b.String(), nil
}

// configure writes the three files anew at each start: they follow this code
// and this caller, not the day the folder was made.
func configure(o Options, who account) error {
	ident, err := identities(o.Dir)
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"postgresql.conf": settings(o),
		"pg_hba.conf":     access(o),
		"pg_ident.conf":   ident,
	} {
		path := filepath.Join(o.Dir, "pg", name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		if who.drop {
			if err := os.Chown(path, who.uid, who.gid); err != nil {
				return fmt.Errorf("giving %s away: %w", name, err)
			}
		}
	}
	return nil
}
