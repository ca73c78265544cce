package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/internal/dev/pgtest"
	medicalstore "cloison/medical/store"
	"cloison/migrations"
	serverstore "cloison/server/store"
)

const people = "../../sample/people.json"

// tool runs the command as main does.
func tool(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), args, &out)
	return out.String(), err
}

func secretFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsageNamesEveryCommandAndNoOther(t *testing.T) {
	t.Parallel()
	out, err := tool(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands() {
		if !strings.Contains(out, "cloison "+c.name+" ") {
			t.Errorf("%s is not in the usage", c.name)
		}
	}
	if _, err := tool(t, "migrte"); err == nil || !strings.Contains(err.Error(), "commande inconnue") {
		t.Errorf("a word nobody knows: %v", err)
	}
}

func TestMigrateSaysWhereADatabaseStands(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"medical", "server"} {
		names := pgtest.New(t, zone)
		missionRoles(t, names.SuperURL)
		url := secretFile(t, names.OwnerURL)
		for range 2 { // doing it again changes nothing
			if _, err := tool(t, "migrate", "up", "--zone", zone, "--database-url-file", url); err != nil {
				t.Fatal(err)
			}
		}
		out, err := tool(t, "migrate", "status", "--zone", zone, "--database-url-file", url)
		if err != nil || !strings.Contains(out, "audit") || strings.Contains(out, "à appliquer") || strings.Contains(out, "missions/family") != (zone == "server") {
			t.Errorf("%s: %v\n%s", zone, err, out)
		}
	}
}

// missionRoles makes the roles of missions, as whoever installs a cluster does.
func missionRoles(t *testing.T, super string) {
	t.Helper()
	db, err := migrations.Open(super)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := migrations.MissionRoles(t.Context(), db, missionSchemas()...); err != nil {
		t.Fatal(err)
	}
}

func TestWrongArgumentsAreSentences(t *testing.T) {
	t.Parallel()
	url := secretFile(t, "postgres://")
	for _, args := range [][]string{
		{"migrate"},
		{"migrate", "up"},
		{"migrate", "up", "--zone", "other", "--database-url-file", url},
		{"migrate", "up", "--zone", "medical"},
		{"migrate", "down", "--zone", "medical", "--database-url-file", url},
		{"migrate", "up", "--zone", "medical", "--database-url-file", url, "more"},
		{"reference"},
		{"reference", "load", "--zone", "medical", "--database-url-file", url},
	} {
		if _, err := tool(t, args...); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}

// Settled 21: an opinion carries the digest of a decision, so both zones must
// number its lines alike.
func TestBothZonesHoldTheSameDecisions(t *testing.T) {
	t.Parallel()
	medical, server := pgtest.New(t, "medical"), pgtest.New(t, "server")
	for zone, names := range map[string]pgtest.Names{"medical": medical, "server": server} {
		url := secretFile(t, names.OwnerURL)
		for range 2 {
			if _, err := tool(t, "reference", "load", "--zone", zone, "--database-url-file", url, people, people); err != nil {
				t.Fatalf("%s: %v", zone, err)
			}
		}
	}
	const ref = "DEC-2026-01"
	one, err := medicalstore.GetDecision(t.Context(), pgtest.Open(t, medical.RoleURL), ref)
	if err != nil {
		t.Fatal(err)
	}
	two, err := serverstore.GetDecision(t.Context(), pgtest.Open(t, server.RoleURL), ref)
	if err != nil {
		t.Fatal(err)
	}
	first, err1 := one.Digest()
	second, err2 := two.Digest()
	if err1 != nil || err2 != nil || first != second || len(one.Lines) < 4 {
		t.Errorf("%s %s (%d lines) %v %v", first, second, len(one.Lines), err1, err2)
	}
}

func TestAPersonOfTwoFilesIsTheSameInBoth(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(people)
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "people.json")
	for _, change := range [][2]string{
		{`"VAUTRINGUET"`, `"AUTRE"`},
		{`"signed_on": "2025-12-15"`, `"signed_on": "2025-12-16"`},
	} {
		if err := os.WriteFile(changed, []byte(strings.Replace(string(text), change[0], change[1], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAllPeople([]string{people, changed}); err == nil || !strings.Contains(err.Error(), "autre que") {
			t.Errorf("%s: %v", change[0], err)
		}
	}
	once, err := readAllPeople([]string{people})
	if err != nil {
		t.Fatal(err)
	}
	twice, err := readAllPeople([]string{people, people})
	if err != nil || len(once.Persons) != len(twice.Persons) || len(once.Decisions) != len(twice.Decisions) {
		t.Errorf("%d and %d persons, %v", len(once.Persons), len(twice.Persons), err)
	}
}

func TestRunIsQuietAboutHelp(t *testing.T) {
	t.Parallel()
	if err := run(context.Background(), []string{"help"}, io.Discard); err != nil {
		t.Error(err)
	}
}
