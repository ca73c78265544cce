package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/internal/dev/pgtest"
)

// The list is whole: a name that it leaves out is revoked, comes back from no revocation, and never serves another prefecture.
func TestTheListOfMachinesIsWhole(t *testing.T) {
	t.Parallel()
	owner, _ := pgtest.Database(t, "server")
	url := secretFile(t, owner.Config().ConnString())
	load := func(list string) error {
		path := filepath.Join(t.TempDir(), "machines.json")
		if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := tool(t, "machines", "load", "--zone", "server", "--database-url-file", url, path)
		return err
	}
	line := func(name, prefecture, until string) string {
		return `{"name":"` + name + `","prefecture":"` + prefecture + `","valid_from":"2026-01-01","valid_to":"` + until + `"}`
	}
	list := func(lines ...string) string { return `{"machines":[` + strings.Join(lines, ",") + `]}` }
	standing := func() string {
		var all string
		const read = `SELECT string_agg(concat_ws(' ', name, prefecture, valid_to::text, CASE WHEN revoked_at IS NULL THEN 'open' ELSE 'revoked' END), ', ' ORDER BY name)
			FROM server.machines`
		if err := owner.QueryRow(t.Context(), read).Scan(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	one, two := line("si.pref-69.example", "69", "2026-12-31"), line("si.pref-75.example", "75", "2026-12-31")
	for _, step := range []struct{ list, refused, want string }{
		{list(one, two), "", "si.pref-69.example 69 2026-12-31 open, si.pref-75.example 75 2026-12-31 open"},
		{list(line("si.pref-69.example", "69", "2027-12-31"), two), "", "si.pref-69.example 69 2027-12-31 open, si.pref-75.example 75 2026-12-31 open"},
		{list(two), "", "si.pref-69.example 69 2027-12-31 revoked, si.pref-75.example 75 2026-12-31 open"},
		{list(one, two), "was revoked", "si.pref-69.example 69 2027-12-31 revoked, si.pref-75.example 75 2026-12-31 open"},
		{list(line("si.pref-75.example", "69", "2026-12-31")), "another prefecture", "si.pref-69.example 69 2027-12-31 revoked, si.pref-75.example 75 2026-12-31 open"},
		{list(line("si.pref-99.example", "99", "2026-12-31"), two), "no prefecture", "si.pref-69.example 69 2027-12-31 revoked, si.pref-75.example 75 2026-12-31 open"},
		{list(), "aucun système", "si.pref-69.example 69 2027-12-31 revoked, si.pref-75.example 75 2026-12-31 open"},
		{`{"machine":[]}`, "unknown field", "si.pref-69.example 69 2027-12-31 revoked, si.pref-75.example 75 2026-12-31 open"},
	} {
		err := load(step.list)
		if step.refused == "" && err != nil || step.refused != "" && (err == nil || !strings.Contains(err.Error(), step.refused)) {
			t.Errorf("%s: %v", step.list, err)
		}
		if got := standing(); got != step.want {
			t.Errorf("%s:\n got %s\nwant %s", step.list, got, step.want)
		}
	}
}
