package migrations_test

import (
	"regexp"
	"strings"
	"testing"

	"cloison/internal/dev/pgtest"
	"cloison/migrations"
)

func TestUpTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"medical", "server"} {
		names := pgtest.New(t, zone)
		if err := migrations.Up(t.Context(), names.OwnerURL, zone); err != nil {
			t.Fatal(err)
		}
		db, err := migrations.Open(names.OwnerURL)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		all, err := migrations.Status(t.Context(), db, zone)
		if err != nil {
			t.Fatal(err)
		}
		folders := map[string]bool{}
		for _, m := range all {
			folders[m.Folder] = true
			if m.AppliedAt.IsZero() {
				t.Errorf("%s: %s/%s is not applied", zone, m.Folder, m.Name)
			}
		}
		if len(folders) != 4 || !folders[zone] || !folders["jobs"] {
			t.Errorf("%s: folders %v", zone, folders)
		}
	}
}

func TestUpRefusesAnotherRole(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "medical")
	for _, url := range []string{names.SuperURL, names.RoleURL} {
		if err := migrations.Up(t.Context(), url, "medical"); err == nil || !strings.Contains(err.Error(), migrations.Owner) {
			t.Errorf("Up as another role = %v", err)
		}
	}
	if err := migrations.Up(t.Context(), names.OwnerURL, "mission"); err == nil {
		t.Error("Up of a zone that is none")
	}
}

func TestRolesMayBeMadeTwice(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "server")
	db, err := migrations.Open(names.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 2 {
		if err := migrations.Roles(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDigestsTellTheZonesApart(t *testing.T) {
	t.Parallel()
	medical, err := migrations.Digest("medical")
	if err != nil {
		t.Fatal(err)
	}
	server, err := migrations.Digest("server")
	if err != nil {
		t.Fatal(err)
	}
	hex := regexp.MustCompile(`^[0-9a-f]{64}$`)
	if medical == server || !hex.MatchString(medical) || !hex.MatchString(migrations.Hash()) {
		t.Errorf("digests %s, %s, %s", medical, server, migrations.Hash())
	}
	if _, err := migrations.Digest("mission"); err == nil {
		t.Error("a digest of a zone that is none")
	}
}
