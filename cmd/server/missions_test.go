package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/internal/dev/pgtest"
	"cloison/migrations"
	"cloison/missions/installed"
)

// missionFolder is a configuration that serves family reunification and nothing else: the credentials of the portal's role and of that mission.
func missionFolder(t *testing.T) (dir, config string) {
	t.Helper()
	names := pgtest.New(t, "server")
	db, err := migrations.Open(names.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var schemas []migrations.Mission
	for _, m := range installed.Modules() {
		schemas = append(schemas, migrations.Mission{Name: m.Name, Files: m.Migrations})
	}
	if err := migrations.MissionRoles(t.Context(), db, schemas...); err != nil {
		t.Fatal(err)
	}
	if err := migrations.UpMissions(t.Context(), names.OwnerURL, schemas...); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	as := func(role string) string {
		u, err := url.Parse(names.RoleURL)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.User(role)
		return u.String()
	}
	return dir, fmt.Sprintf(`environment = "test"
zone = "server"
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:9"
database_url_file = %q

[[issuer]]
name = "ProConnect"
kind = "proconnect"
issuer = "http://127.0.0.1:9/proconnect"
client_id = "server"
client_secret_file = %q

[[mission]]
name = "family"
database_url_file = %q
`, put("portal.url", as(migrations.PortalRole)), put("client.secret", "not a secret"), put("family.url", as("mission_family")))
}

// TestAProgramOfOneMissionServesThatOneOnly: it links every module and the prefectures' desk, is given the credentials of one mission, and offers
// that one's operations alone.
func TestAProgramOfOneMissionServesThatOneOnly(t *testing.T) {
	t.Parallel()
	dir, config := missionFolder(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := &watched{first: make(chan []byte, 1)}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-config", write(t, dir, config)}, log) }()
	var ready struct{ Msg, Portal, Relay string }
	select {
	case line := <-log.first:
		if err := json.Unmarshal(line, &ready); err != nil || ready.Msg != "ready" || ready.Relay != "" {
			t.Fatalf("%v %s", err, line)
		}
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	}
	for path, want := range map[string]int{"/readyz": 200, "/api/v1/me": 401, "/api/v1/missions/family/cases": 401, "/api/v1/referrals": 404, "/api/v1/audit/entries": 404} {
		response, err := http.Get("http://" + ready.Portal + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, response.StatusCode, want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("stopping: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
}

func TestAMissionThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	dir, good := missionFolder(t)
	for name, c := range map[string]struct{ old, new, says string }{
		"an unknown mission":    {`name = "family"`, `name = "famille"`, "famille"},
		"no credentials":        {"[[mission]]\nname = \"family\"\ndatabase_url_file", "[[mission]]\nname = \"family\"\n# ", "family"},
		"no mission at all":     {"[[mission]]\nname = \"family\"\ndatabase_url_file", "# ", "relay_listen"},
		"credentials not there": {"family.url", "nowhere.url", "nowhere.url"},
		"another's credentials": {"family.url", "portal.url", "want \"mission_family\""},
	} {
		config := strings.Replace(good, c.old, c.new, 1)
		if config == good {
			t.Fatalf("%s: nothing changed", name)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := run(ctx, []string{"-config", write(t, dir, config)}, &bytes.Buffer{})
		cancel()
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
