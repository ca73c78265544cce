package launch

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"cloison/internal/dev/postgres"
)

// secretFile answers the value kept in keys/name, drawing it at the first start.
func (f folder) secretFile(name string) (string, error) {
	path := f.key(name)
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	value := postgres.NewPassword()
	return value, write(path, []byte(value+"\n"), 0o600)
}

// passwords answers the database password of each program's role.
func (f folder) passwords() (map[string]string, error) {
	all := map[string]string{}
	for _, z := range postgres.Zones() {
		value, err := f.secretFile("database-" + z.Name + ".password")
		if err != nil {
			return nil, err
		}
		all[z.Role] = value
	}
	return all, nil
}

// databaseURLs writes one connection string per zone. They hold a path, so they
// are written anew at each start: the folder may be a copy.
func (f folder) databaseURLs(passwords map[string]string) error {
	for _, z := range postgres.Zones() {
		url := postgres.URL(string(f), z.Role, passwords[z.Role], z.Database)
		if err := write(f.key("database-"+z.Name+".url"), []byte(url+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}
