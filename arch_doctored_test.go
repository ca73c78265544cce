package cloison_test

import (
	"strings"
	"testing"
)

// sound is a small tree that breaks nothing; each case below adds the files that break one ban.
func sound() map[string]string {
	return map[string]string{
		"cmd/server/main.go":           `package main; import (_ "cloison/server"; _ "os"; _ "flag")`,
		"cmd/medical/main.go":          `package main; import (_ "cloison/medical/desk"; _ "cloison/medical/vault")`,
		"cmd/keyholder/main.go":        `package main; import _ "cloison/crypto/custody"`,
		"cmd/inspector/main.go":        `package main; import _ "cloison/medical/inspect/piece"`,
		"medical/inspect/piece/p.go":   `package piece; import (_ "archive/zip"; _ "github.com/pdfcpu/pdfcpu/pkg/pdfcpu")`,
		"cmd/cloison/dev.go":           "//go:build dev\n\npackage main\n\nimport _ \"cloison/internal/dev/provider\"",
		"cmd/cloison/main.go":          `package main; import _ "cloison/migrations"`,
		"cmd/server/clock.go":          "//go:build testclock\n\npackage main\n\nimport _ \"cloison/internal/dev/testclock\"",
		"server/server.go":             `package server; import _ "cloison/act"`,
		"server/store/store.go":        "package store\n\nconst list = `SELECT id FROM server.referrals WHERE at < $1`",
		"medical/medical.go":           `package medical; import (_ "time"; _ "cloison/medical/reference"; _ "cloison/release")`,
		"medical/reference/r.go":       `package reference; import _ "embed"`,
		"medical/desk/desk.go":         `package desk; import (_ "cloison/act"; _ "cloison/medical"; _ "cloison/web"); const title = "select from the list"`,
		"medical/vault/vault.go":       `package vault; import (_ "cloison/crypto/open"; "os"); var _ = os.Open`,
		"release/release.go":           `package release; import _ "encoding/json"`,
		"release/form/form.go":         `package form; import (_ "cloison/crypto/cms"; _ "cloison/release"; _ "codeberg.org/go-pdf/fpdf"; _ "strings")`,
		"crypto/cms/cms.go":            `package cms; import _ "crypto/rsa"`,
		"act/act.go":                   `package act; import ("cloison/audit"; "cloison/policy"); func f(e policy.Engine) { e.Decide(); audit.Append() }`,
		"audit/audit.go":               `package audit; func Append() {}`,
		"audit/desk/desk.go":           `package desk; import _ "cloison/web"`,
		"policy/policy.go":             `package policy; import _ "github.com/open-policy-agent/opa/v1/rego"; type Engine struct{}; func (Engine) Decide() {}`,
		"crypto/open/open.go":          `package open; import _ "filippo.io/age"`,
		"crypto/custody/custody.go":    `package custody; import (_ "filippo.io/age"; "os"); var _ = os.ReadFile`,
		"migrations/up.go":             `package migrations; import _ "github.com/pressly/goose/v3"`,
		"migrations/medical/00001.sql": "CREATE TABLE medical.dossiers (at timestamptz NOT NULL); -- never now()",
		"missions/module.go":           `package missions; import _ "cloison/web"`,
		"missions/family/family.go":    `package family; import (_ "cloison/missions"; _ "encoding/json")`,
		"missions/family/desk/d.go":    `package desk; import (_ "cloison/missions"; _ "cloison/act"; _ "cloison/missions/family/store")`,
		"missions/family/store/s.go":   `package store; import _ "cloison/internal/db"`,
		"missions/work/work.go":        `package work; import _ "cloison/missions"`,
		"internal/clock/clock.go":      `package clock; import "time"; var now = time.Now`,
		"internal/db/db.go":            `package db; import _ "github.com/jackc/pgx/v5"`,
		"internal/dev/provider/p.go":   `package provider; import "os"; var _ = os.Getenv`,
		"internal/dev/testclock/t.go":  `package testclock`,
		"web/web.go":                   `package web; import _ "cloison/act"`,
		"identity/identity.go":         `package identity; import _ "cloison/web"`,
		"identity/identity_test.go":    `package identity; import ("cloison/internal/dev/provider"; "time"); var _ = time.Now; var _ = provider.X`,
	}
}

var cases = []struct {
	rule, ban string
	name      string // what is broken
	file      string // a file that is added, or takes the place of a sound one
	text      string
	where     string // must be named in the report
}{
	{"R1", "in server", "server reaches the vault through another package", "server/server.go", `package server; import _ "cloison/medical/vault"`, "cmd/server > server > medical/vault"},
	{"R1", "in server", "server opens seals", "server/server.go", `package server; import _ "cloison/crypto/open"`, "crypto/open"},
	{"R1", "in server", "server links custody under the test clock", "cmd/server/clock.go", "//go:build testclock\n\npackage main\n\nimport _ \"cloison/crypto/custody\"", `tags "testclock"`},
	{"R1", "in medical", "medical links a mission", "medical/desk/desk.go", `package desk; import _ "cloison/missions/family"`, "missions/family"},
	{"R1", "in medical", "medical links server", "cmd/medical/main.go", `package main; import _ "cloison/server"`, "cmd/medical > server"},
	{"R1", "in medical", "medical links custody", "medical/vault/vault.go", `package vault; import _ "cloison/crypto/custody"`, "crypto/custody"},
	{"R1", "in keyholder", "keyholder talks HTTP", "crypto/custody/custody.go", `package custody; import _ "github.com/gofiber/fiber/v2"`, "github.com/gofiber/fiber/v2"},
	{"R1", "in keyholder", "keyholder reaches a database", "crypto/custody/custody.go", `package custody; import _ "cloison/internal/db"`, "github.com/jackc/pgx/v5"},
	{"R1", "in keyholder", "keyholder runs plugins", "crypto/custody/custody.go", `package custody; import _ "filippo.io/age/plugin"`, "filippo.io/age/plugin"},
	{"R1", "in keyholder", "keyholder links the policy engine", "cmd/keyholder/main.go", `package main; import _ "cloison/policy"`, "github.com/open-policy-agent"},
	{"R1", "in inspector", "the inspector reaches a database", "medical/inspect/piece/more.go", `package piece; import _ "cloison/internal/db"`, "github.com/jackc/pgx/v5"},
	{"R1", "in inspector", "the inspector opens seals", "cmd/inspector/more.go", `package main; import _ "cloison/crypto/open"`, "cmd/inspector > crypto/open"},
	{"R1", "parser of pieces", "medical parses by itself", "medical/desk/more.go", `package desk; import _ "cloison/medical/inspect/piece"`, "medical/inspect/piece"},
	{"R1", "parser of pieces", "medical unpacks an archive", "medical/desk/more.go", `package desk; import _ "archive/zip"`, "archive/zip"},
	{"R2", "standard library only", "release imports a library", "release/more.go", `package release; import _ "github.com/google/uuid"`, "release/more.go imports github.com/google/uuid"},
	{"R2", "standard library only", "release imports the domain", "release/more.go", `package release; import _ "cloison/medical"`, "imports medical"},
	{"R2", "a form imports", "a form knows a zone", "release/form/more.go", `package form; import _ "cloison/medical"`, "imports medical"},
	{"R2", "a form imports", "a form imports another library", "release/form/more.go", `package form; import _ "github.com/google/uuid"`, "imports github.com/google/uuid"},
	{"R2", "no domain package", "audit knows the procedure", "audit/more.go", `package audit; import _ "cloison/medical"`, "audit reaches medical"},
	{"R2", "no domain package", "policy knows the server", "policy/more.go", `package policy; import _ "cloison/server/store"`, "policy reaches server/store"},
	{"R2", "no domain package", "crypto knows the procedure, by a detour", "crypto/open/more.go", `package open; import _ "cloison/medical/vault"`, "crypto/open reaches medical"},
	{"R3", "no technology", "the domain reads a database", "medical/more.go", `package medical; import _ "github.com/jackc/pgx/v5"`, "imports github.com/jackc/pgx/v5"},
	{"R3", "no technology", "the domain talks HTTP", "medical/more.go", `package medical; import _ "net/http"`, "imports net/http"},
	{"R3", "no technology", "the domain imports an adapter", "medical/more.go", `package medical; import _ "cloison/medical/store"`, "imports medical/store"},
	{"R4", "age", "a store encrypts by itself", "server/store/more.go", `package store; import _ "filippo.io/age"`, "server/store/more.go"},
	{"R4", "age", "even a test", "medical/desk/more_test.go", `package desk; import _ "filippo.io/age/agessh"`, "more_test.go"},
	{"R4", "passkeys", "keyholder asks an assertion for less", "crypto/custody/more.go", `package custody; import _ "github.com/go-webauthn/webauthn/protocol"`, "crypto/custody/more.go"},
	{"R4", "broken hash", "a store digests with what is broken", "medical/store/more.go", `package store; import _ "crypto/sha1"`, "medical/store/more.go"},
	{"R4", "broken hash", "a secret is drawn by what can be guessed", "identity/more.go", `package identity; import _ "math/rand/v2"`, "identity/more.go"},
	{"R4", "by hand", "a package counts bytes by hand", "crypto/open/more.go", `package open; import _ "unsafe"`, "crypto/open/more.go"},
	{"R4", "by hand", "a handler starts a program", "medical/desk/more.go", `package desk; import _ "os/exec"`, "medical/desk/more.go"},
	{"R6", "text of ours", "a store puts a value into a statement", "server/store/more.go", `package store; import "fmt"; func f(who string) string { return fmt.Sprintf("SELECT id FROM server.x WHERE n = '%s'", who) }`, "server/store/more.go:1"},
	{"R6", "text of ours", "a store joins a value to a statement", "server/store/more.go", `package store; func f(q Q, who func() string) { q.QueryRow(nil, list+who()) }`, "server/store/more.go:1"},
	{"R4", "policy engine", "web evaluates a policy", "web/more.go", `package web; import _ "github.com/open-policy-agent/opa/v1/rego"`, "web/more.go"},
	{"R4", "documents", "a desk draws by itself", "medical/desk/more.go", `package desk; import _ "codeberg.org/go-pdf/fpdf"`, "medical/desk/more.go"},
	{"R4", "migrations", "a program migrates by itself", "cmd/server/more.go", `package main; import _ "github.com/pressly/goose/v3"`, "cmd/server/more.go"},
	{"R4", "migrations", "a program migrates its jobs", "cmd/server/more.go", `package main; import _ "github.com/riverqueue/river/rivermigrate"`, "cmd/server/more.go"},
	{"R3", "rules of a mission", "the rules of a mission read a database", "missions/family/family.go", `package family; import _ "github.com/jackc/pgx/v5"`, "imports github.com/jackc/pgx/v5"},
	{"R3", "rules of a mission", "the rules of a mission know its pages", "missions/family/family.go", `package family; import _ "cloison/missions/family/desk"`, "imports missions/family/desk"},
	{"R5", "what missions share", "a mission reaches referrals by a detour", "missions/module.go", `package missions; import _ "cloison/server/store"`, "missions reaches server/store"},
	{"R5", "plug", "a mission knows another", "missions/work/work.go", `package work; import _ "cloison/missions/family"`, "imports missions/family"},
	{"R5", "plug", "a mission knows the procedure", "missions/family/store/s.go", `package store; import _ "cloison/medical"`, "imports medical"},
	{"R5", "plug", "a mission opens seals", "missions/work/work.go", `package work; import _ "cloison/crypto/open"`, "imports crypto/open"},
	{"R5", "plug", "a mission knows the server", "missions/work/work.go", `package work; import _ "cloison/server"`, "imports server"},
	{"R6", "SQL in handlers", "a handler queries", "medical/desk/more.go", "package desk\n\nconst q = `\n  SELECT id\n  FROM medical.dossiers`", "more.go:3"},
	{"R6", "SQL in handlers", "a handler updates", "server/prefecture/p.go", `package prefecture; const q = "update server.releases set read = true"`, "p.go:1"},
	{"R6", "decryption", "a handler opens seals", "medical/desk/more.go", `package desk; import _ "cloison/crypto/open"`, "more.go"},
	{"R6", "engine in handlers", "a handler evaluates a policy", "medical/desk/more.go", `package desk; import _ "github.com/open-policy-agent/opa/v1/rego"`, "more.go"},
	{"R6", "HTTP in stores", "a store reads a request", "missions/family/store/s.go", `package store; import _ "github.com/gofiber/fiber/v2"`, "s.go"},
	{"R6", "HTTP in stores", "a store answers a page", "server/store/store.go", `package store; import _ "cloison/web"`, "imports web"},
	{"R6", "only the vault", "another package opens seals", "medical/relay/r.go", `package relay; import _ "cloison/crypto/open"`, "medical/relay/r.go"},
	{"R7", "environment and flags", "a package reads the environment", "web/more.go", `package web; import env "os"; var _ = env.Getenv("X")`, "web/more.go:1"},
	{"R7", "environment and flags", "a package has flags", "policy/more.go", `package policy; import _ "flag"`, "policy/more.go imports flag"},
	{"R7", "files named", "a package reads a file", "identity/more.go", `package identity; import "os"; var _, _ = os.ReadFile("/etc/x")`, "identity/more.go:1"},
	{"R9", "asks policy", "a handler decides", "medical/desk/more.go", `package desk; func f(e interface{ Decide() }) { e.Decide() }`, "medical/desk/more.go:1"},
	{"R9", "appends", "a store writes the log", "medical/store/s.go", `package store; import log "cloison/audit"; func f() { log.Append() }`, "medical/store/s.go:1"},
	{"R9", "appends", "the function is passed on", "medical/store/s.go", `package store; import "cloison/audit"; var add = audit.Append`, "medical/store/s.go:1"},
	{"R10", "tagged files", "a package imports the provider", "identity/more.go", `package identity; import _ "cloison/internal/dev/provider"`, "identity/more.go"},
	{"R10", "tagged files", "a command imports it without a tag", "cmd/cloison/main.go", `package main; import _ "cloison/internal/dev/provider"`, "cmd/cloison/main.go"},
	{"R10", "tagged files", "a tag that does not keep it out", "cmd/cloison/dev.go", "//go:build !dev\n\npackage main\n\nimport _ \"cloison/internal/dev/provider\"", "cmd/cloison/dev.go"},
	{"R10", "without tags", "a package for production holds it", "cmd/server/main.go", `package main; import _ "cloison/internal/dev/testclock"`, "cmd/server reaches internal/dev/testclock"},
	{"R11", "time.Now", "a package asks the machine", "act/more.go", `package act; import t "time"; var at = t.Now()`, "act/more.go:1"},
	{"R11", "time.Now", "a duration since", "act/more.go", `package act; import "time"; func f(at time.Time) time.Duration { return time.Since(at) }`, "act/more.go:1"},
	{"R11", "time.Now", "the package is imported with a dot", "act/more.go", `package act; import . "time"; var at = Now()`, "act/more.go:1"},
	{"R11", "parameter", "a migration has a default time", "migrations/medical/00002.sql", "ALTER TABLE x ALTER at SET DEFAULT now();", "00002.sql"},
	{"R11", "parameter", "a trigger takes the clock", "migrations/medical/00002.sql", "NEW.at := clock_timestamp();", "00002.sql"},
	{"R11", "parameter", "a statement takes the database's time", "server/store/store.go", `package store; const q = "DELETE FROM server.x WHERE at < CURRENT_TIMESTAMP"`, "server/store/store.go:1"},
	{"R12", "never back", "act knows web", "act/more.go", `package act; import _ "cloison/web"`, "act reaches web"},
	{"R12", "never back", "web knows identity", "web/more.go", `package web; import _ "cloison/identity"`, "web reaches identity"},
	{"R12", "never back", "the log knows the gate, by a detour", "audit/more.go", `package audit; import _ "cloison/server"`, "audit reaches act"},
	{"R12", "never back", "the database helper knows the gate", "internal/db/more.go", `package db; import _ "cloison/act"`, "internal/db reaches act"},
}

func TestSoundTreeBreaksNothing(t *testing.T) {
	tree, err := doctored(sound())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		for _, broken := range r.find(tree) {
			t.Errorf("%s %q speaks of a sound tree: %s", r.id, r.ban, broken)
		}
	}
}

// TestEachBanIsSeenFailing doctors the sound tree, one fault at a time, and asks the ban itself to name the place.
func TestEachBanIsSeenFailing(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			sources := sound()
			sources[c.file] = c.text
			tree, err := doctored(sources)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rules {
				if r.id != c.rule || !strings.Contains(r.ban, c.ban) {
					continue
				}
				if report := strings.Join(r.find(tree), "\n"); strings.Contains(report, c.where) {
					seen[r.id+r.ban] = true
					return
				}
			}
			t.Errorf("nothing of %s %q names %q", c.rule, c.ban, c.where)
		})
	}
	for _, r := range rules {
		if !seen[r.id+r.ban] {
			t.Errorf("%s %q was never seen failing", r.id, r.ban)
		}
	}
}
