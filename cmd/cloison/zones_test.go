package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/internal/dev/pgtest"
)

// A list of zones is loaded by date, line by line; a line that is refused keeps the whole list out, and a second run changes nothing.
func TestZonesAreLoadedByDate(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "server")
	missionRoles(t, names.SuperURL)
	url := secretFile(t, names.OwnerURL)
	if _, err := tool(t, "migrate", "up", "--zone", "server", "--database-url-file", url); err != nil {
		t.Fatal(err)
	}
	load := func(lines string) (string, error) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "zones.csv")
		if err := os.WriteFile(path, []byte("commune;zone;debut;fin;source;statut\n"+lines), 0o600); err != nil {
			t.Fatal(err)
		}
		return tool(t, "reference", "zones", "--zone", "server", "--database-url-file", url, path)
	}
	count := func(want int) {
		t.Helper()
		var n int
		if err := pgtest.Open(t, names.OwnerURL).QueryRow(t.Context(), "SELECT count(*) FROM family.zones").Scan(&n); err != nil || n != want {
			t.Errorf("%d rows, want %d: %v", n, want, err)
		}
	}
	if out, err := load("69123;A;2014-10-01;;arrêté;verified\n6912;A;2014-10-01;;arrêté;verified\n"); err == nil || !strings.Contains(out, "ligne 3  6912 A  refusée") || !strings.Contains(err.Error(), "rien n'est chargé") {
		t.Errorf("%v\n%s", err, out)
	}
	count(0)
	list := "69123;A;2014-10-01;;arrêté;verified\n69123;A_BIS;2025-09-05;;arrêté de 2025;verified\n"
	if out, err := load(list); err != nil || !strings.Contains(out, "2 lignes chargées, 1 qui finissent") {
		t.Errorf("%v\n%s", err, out)
	}
	count(2)
	if out, err := load("69123;A;2014-10-01;2025-09-04;arrêté;verified\n69123;A_BIS;2025-09-05;;arrêté de 2025;verified\n"); err != nil || strings.Count(out, "inchangée") != 2 {
		t.Errorf("the same list again: %v\n%s", err, out)
	}
	count(2)
	if _, err := load("69123;B1;2020-01-01;;autre;verified\n"); err == nil {
		t.Error("a commune is in two zones on one day")
	}
	count(2)
	for _, args := range [][]string{{"reference", "zones", "--zone", "medical", "--database-url-file", url, "x.csv"}, {"reference", "zones", "--zone", "server", "--database-url-file", url}} {
		if _, err := tool(t, args...); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}
