package cloison_test

import (
	"fmt"
	"slices"
	"strings"
)

// rule is one line of the table of direction.
type rule struct {
	id, ban, reason string
	find            func(*tree) []string // where it is broken
}

// The rules of direction. Each has at least one doctored tree in arch_doctored_test.go on which it must speak.
var rules = []rule{
	{"R1", "no medical code, no opening of seals and no custody in server",
		"a taken-over server holds no code, so no key path, that opens anything medical",
		func(t *tree) []string {
			return reach(t, "cmd/server", []string{"", "testclock"}, "medical", "crypto/open", "crypto/custody")
		}},
	{"R1", "no server code, no mission and no custody in medical",
		"the medical program is the smaller the less it knows of the other zone; keys stay in another process",
		func(t *tree) []string {
			return reach(t, "cmd/medical", []string{"", "testclock"}, "server", "missions", "crypto/custody")
		}},
	{"R1", "no HTTP, database, policy engine or plugin in keyholder",
		"the process that holds the keys parses as little as possible and can reach nothing",
		func(t *tree) []string {
			found := reach(t, "cmd/keyholder", []string{"", "testclock"}, "github.com/gofiber", "github.com/valyala/fasthttp",
				"github.com/jackc/pgx", "github.com/open-policy-agent", "database/sql", "net/http/pprof", "filippo.io/age/plugin", "github.com/miekg/pkcs11")
			// The library that reads passkeys names models by a UUID, whose type can be a column: interfaces, which reach nothing without database/sql.
			return slices.DeleteFunc(found, func(way string) bool { return strings.HasPrefix(way, "cmd/keyholder reaches database/sql/driver ") })
		}},
	{"R1", "no key, dossier, database or portal in inspector",
		"the process that parses what strangers send holds nothing else worth taking over",
		func(t *tree) []string {
			return reach(t, "cmd/inspector", []string{"", "testclock"}, "medical/vault", "medical/store", "medical/desk", "medical/relay", "server", "missions",
				"act", "audit", "identity", "policy", "web", "internal/db", "crypto/open", "crypto/seal", "crypto/keyholder", "crypto/custody", "crypto/keyfile",
				"filippo.io/age", "github.com/jackc/pgx", "database/sql", "github.com/gofiber", "github.com/valyala/fasthttp")
		}},
	{"R1", "no parser of pieces in medical", "what a stranger's file takes over must not hold the file keys of what is being read",
		func(t *tree) []string {
			return reach(t, "cmd/medical", []string{"", "testclock"}, "medical/inspect/piece", "github.com/pdfcpu", "golang.org/x/image")
		}},
	// The library that draws an opinion links image, and an exit writes an archive: what is banned is that medical calls them on a piece.
	{"R1", "medical imports no parser of pieces of the standard library either", "the same",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if !underAny(f.pkg, "medical", "cmd/medical") || f.pkg == "medical/exit" || under(f.pkg, "medical/inspect/piece") {
					return nil
				}
				var found []string
				for to := range f.imports {
					if underAny(to, "image", "archive/zip", "encoding/xml") {
						found = append(found, f.path+" imports "+to)
					}
				}
				return found
			})
		}},
	{"R2", "release imports the standard library only",
		"what crosses the wall can be read and re-implemented by someone who has nothing else of this repository",
		func(t *tree) []string {
			return imports(t, []string{"release"}, func(_, to string) bool { return !t.standard(to) })
		}},
	{"R2", "a form imports release, its seal and the library that draws, and nothing else",
		"a document that must be the same bytes in both zones may depend on neither; release itself draws nothing, so that what crosses stays readable alone",
		func(t *tree) []string {
			return imports(t, []string{"release/form"}, func(_, to string) bool {
				return !t.standard(to) && !slices.Contains([]string{"release", "crypto/cms"}, to) &&
					!underAny(to, "codeberg.org/go-pdf/fpdf", "codeberg.org/go-fonts/liberation")
			})
		}},
	{"R2", "audit, policy and crypto import no domain package",
		"the log, the decisions and the cryptography are reviewed without the procedure, and serve both zones",
		func(t *tree) []string {
			var broken []string
			for _, pkg := range t.packages() {
				// audit/desk is pages: it sits beside web.
				if pkg == "audit" || under(pkg, "policy") || under(pkg, "crypto") {
					broken = append(broken, reach(t, pkg, tagSets, "medical", "server", "missions")...)
				}
			}
			return broken
		}},
	{"R3", "medical imports no technology",
		"the law's rules are pure values: they are tested without a clock, a disk or a network",
		func(t *tree) []string {
			technology := []string{"net", "database", "os", "html/template", "runtime/debug", "syscall", "unsafe", "plugin", "testing"}
			allowed := []string{"medical", "medical/reference", "release"}
			return imports(t, []string{"medical", "medical/reference"}, func(_, to string) bool {
				// log/slog is there for the redacted form of a confidential value, which writes nothing by itself.
				return to == "log" || underAny(to, technology...) || !t.standard(to) && !slices.Contains(allowed, to)
			})
		}},
	{"R3", "the rules of a mission import no technology", "the same: amounts, terms and states are tested without a clock, a disk or a network",
		func(t *tree) []string {
			rules := slices.DeleteFunc(missions(t), func(pkg string) bool { return strings.Count(pkg, "/") != 1 })
			return imports(t, rules, func(_, to string) bool {
				return to == "log" || underAny(to, "net", "database", "os", "html/template", "syscall", "unsafe", "plugin", "testing") || !t.standard(to) && to != "missions"
			})
		}},
	{"R4", "age under crypto only", "whoever reviews the cryptography reads one folder (bench measures against it, and is linked into nothing)",
		func(t *tree) []string { return onlyIn(t, "filippo.io/age", "crypto", "bench") }},
	{"R4", "passkeys under crypto/passkey only", "what is asked of an assertion is one list, the same at keyholder and for whoever checks an archive",
		func(t *tree) []string { return onlyIn(t, "github.com/go-webauthn", "crypto/passkey") }},
	{"R4", "the policy engine under policy only", "a decision is made in one place, by rules that are tested there",
		func(t *tree) []string { return onlyIn(t, "github.com/open-policy-agent", "policy") }},
	{"R4", "documents are drawn under release/form only", "a document of the State is drawn by a frozen renderer, whose bytes are held by a digest",
		func(t *tree) []string { return onlyIn(t, "codeberg.org/go-pdf/fpdf", "release/form") }},
	{"R4", "migrations under migrations only", "only the tool that has the owner's rights changes a schema",
		func(t *tree) []string {
			return append(onlyIn(t, "github.com/pressly/goose", "migrations"), onlyIn(t, "github.com/riverqueue/river/rivermigrate", "migrations")...)
		}},
	{"R4", "no broken hash or cipher, and no randomness that can be guessed", "whoever wants one of them finds the reason here first",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				var found []string
				for to := range f.imports {
					if underAny(to, "crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4", "crypto/dsa", "math/rand") {
						found = append(found, f.path+" imports "+to)
					}
				}
				return found
			})
		}},
	{"R4", "no memory by hand, and no program started", "a bound that the compiler does not check, or a shell, is where an input becomes code",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if underAny(f.pkg, "internal/dev", "tools", "e2e") || excused(f, startExcuses) {
					return nil
				}
				var found []string
				for to := range f.imports {
					if underAny(to, "unsafe", "C", "os/exec", "plugin", "text/template") {
						found = append(found, f.path+" imports "+to)
					}
				}
				return found
			})
		}},
	{"R6", "a statement is a text of ours", "a value that stands in a statement is read as one",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if _, ours := statementExcuses[f.path]; ours || under(f.pkg, "internal/dev") {
					return nil
				}
				return where(f, madeStatements(f), "makes a statement")
			})
		}},
	{"R5", "a mission imports the plug and the common parts only",
		"a mission knows neither the medical zone, nor the server around it, nor another mission",
		func(t *tree) []string {
			return imports(t, missions(t), func(from, to string) bool {
				own := strings.Join(strings.SplitN(from, "/", 3)[:2], "/")
				common := to == "missions" || underAny(to, own, "release", "act", "policy", "audit", "web", "internal")
				return t.own[to] && !common || under(to, "internal/dev")
			})
		}},
	{"R5", "what missions share, and what lists them, know neither the procedure nor the zone's referrals",
		"a code path from a mission to a referral would tell whom a prefecture referred",
		func(t *tree) []string {
			broken := reach(t, "missions", tagSets, "server", "medical", "crypto/open", "crypto/custody")
			return append(broken, reach(t, "missions/installed", tagSets, "server", "medical", "crypto/open", "crypto/custody")...)
		}},
	{"R6", "no SQL in handlers", "a statement stands above its one user, in a store, where it is reviewed as such",
		func(t *tree) []string {
			return inFiles(t, handlers, false, func(f *file) []string { return where(f, texts(f, statement), "holds SQL") })
		}},
	{"R6", "no decryption in handlers", "plaintext comes from the vault, against a permit that act gave",
		func(t *tree) []string {
			return imports(t, handlers, func(_, to string) bool {
				return underAny(to, "crypto/open", "crypto/custody", "filippo.io/age", "crypto/aes", "crypto/cipher")
			})
		}},
	{"R6", "no policy engine in handlers", "a handler asks act, which asks policy",
		func(t *tree) []string {
			return imports(t, handlers, func(_, to string) bool { return under(to, "github.com/open-policy-agent") })
		}},
	{"R6", "no HTTP in stores", "a store answers values: it can't be told who asks by a request",
		func(t *tree) []string {
			return imports(t, stores(t), func(_, to string) bool {
				return underAny(to, "net/http", "github.com/gofiber", "github.com/valyala/fasthttp", "web")
			})
		}},
	{"R6", "only the vault opens seals", "one importer of crypto/open: every plaintext passes one reviewed door (bench is linked into nothing)",
		func(t *tree) []string { return onlyIn(t, module+"/crypto/open", "crypto", "medical/vault", "bench") }},
	{"R7", "environment and flags are read by cmd only", "what a program depends on is visible in its main, top to bottom",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if under(f.pkg, "cmd") || excused(f, environmentExcuses) {
					return nil
				}
				found := where(f, uses(f, "os", "Getenv", "LookupEnv", "Environ", "ExpandEnv", "Args"), "reads the environment")
				for _, pkg := range []string{"flag", "github.com/spf13/pflag"} {
					if _, ok := f.imports[pkg]; ok {
						found = append(found, f.path+" imports "+pkg)
					}
				}
				return found
			})
		}},
	{"R7", "files named by configuration are read by cmd only", "a package that can open any path can be made to open another",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if under(f.pkg, "cmd") || excused(f, fileExcuses) {
					return nil
				}
				opened := uses(f, "os", "ReadFile", "Open", "OpenFile", "Create", "ReadDir", "DirFS", "WriteFile", "CreateTemp", "MkdirTemp")
				return where(f, opened, "opens files")
			})
		}},
	{"R9", "only act asks policy for a decision", "no decision without its entry in the log",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if f.pkg == "act" || under(f.pkg, "policy") {
					return nil
				}
				return where(f, calls(f, "Decide"), "calls Decide")
			})
		}},
	{"R9", "only act appends to the log", "an entry is what was decided and done, never what someone says was",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if f.pkg == "act" || f.pkg == "audit" {
					return nil
				}
				return where(f, uses(f, "audit", "Append"), "names audit.Append")
			})
		}},
	{"R10", "development code is imported by tagged files of cmd and by tests only",
		"a package for production cannot hold the provider that lets anyone in",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				tagged := under(f.pkg, "cmd") && f.only("dev", "testclock")
				if tagged || under(f.pkg, "internal/dev") {
					return nil
				}
				var found []string
				for to := range f.imports {
					if under(to, "internal/dev") {
						found = append(found, f.path+" imports "+to)
					}
				}
				return found
			})
		}},
	{"R10", "no program built without tags holds development code", "the same, asked of what is linked",
		func(t *tree) []string {
			var broken []string
			for _, pkg := range t.packages() {
				if under(pkg, "cmd") {
					broken = append(broken, reach(t, pkg, []string{""}, "internal/dev")...)
				}
			}
			return broken
		}},
	{"R11", "time.Now stands in internal/clock only", "a deadline that cannot be tested on its day is not tested",
		func(t *tree) []string {
			return inFiles(t, nil, false, func(f *file) []string {
				if f.pkg == "internal/clock" {
					return nil
				}
				return where(f, uses(f, "time", "Now", "Since", "Until"), "reads the machine's clock")
			})
		}},
	{"R11", "SQL takes time as a parameter", "a row and its entry carry one time, the act's",
		func(t *tree) []string {
			var broken []string
			for _, f := range t.files {
				switch {
				case f.syntax == nil && ambient.MatchString(f.sql):
					broken = append(broken, f.path+" takes the database's time: "+ambient.FindString(f.sql))
				case f.syntax != nil && !f.test:
					broken = append(broken, where(f, texts(f, ambient), "takes the database's time")...)
				}
			}
			return broken
		}},
	{"R12", "identity, then web, then act, then what act stands on; never back",
		"who decides does not depend on who asks",
		func(t *tree) []string {
			broken := reach(t, "web", tagSets, "identity")
			broken = append(broken, reach(t, "act", tagSets, "web", "identity")...)
			for _, pkg := range []string{"policy", "audit", "internal/db"} {
				broken = append(broken, reach(t, pkg, tagSets, "act", "web", "identity")...)
			}
			return broken
		}},
}

// handlers answer requests; stores hold rows.
var handlers = []string{"medical/desk", "server/prefecture", "audit/desk", "web", "missions/family/desk"}

func stores(t *tree) []string {
	return slices.DeleteFunc(t.packages(), func(pkg string) bool { return !strings.HasSuffix(pkg, "/store") })
}

// missions are the packages of missions. The list of those that are installed is none: it is the one place that knows them all.
func missions(t *tree) []string {
	return slices.DeleteFunc(t.packages(), func(pkg string) bool { return !strings.HasPrefix(pkg, "missions/") || pkg == "missions/installed" })
}

// Excuses: folders that may do what a rule bans elsewhere, and why. A new line here is a decision.
var environmentExcuses = map[string]string{
	"internal/dev": "linked into the development tool and tests only (R10)",
	"tools":        "run by hand at build time, linked into nothing",
}

// statementExcuses are the files whose statements are joined by a call, each from texts of its own.
var statementExcuses = map[string]string{
	"audit/erase.go":              "the table of a year: a retention of the closed list and a number, as a quoted name",
	"audit/search.go":             "the conditions of a search: constants whose parameters are numbered as they are added",
	"audit/export_search.go":      "the same",
	"audit/exposure.go":           "the same",
	"migrations/river.go":         "the rights of the queue, for the role that is migrated",
	"server/store/release_get.go": "ascending or descending",
}

var startExcuses = map[string]string{
	"medical/inspect": "inspector is started for each piece, confined, with arguments of its own (TestConfinedProcess)",
	"cmd/cloison":     "the operator's tool runs PostgreSQL's own for a backup and a restore",
}

var fileExcuses = map[string]string{
	"internal/dev":   "linked into the development tool and tests only (R10)",
	"tools":          "run by hand at build time, linked into nothing",
	"crypto/custody": "the keystore and keyholder's own chain are its purpose; the issuers' keys are refreshed by another unit while it runs",
	"medical/vault":  "the folder of sealed parts is its purpose; it gets the folder, and names files by opaque ids of its own",
	"e2e":            "stories against real processes, linked into nothing",
	"internal/crash": "its files exist only in builds with tag crashpoints, which are for tests",
}

func excused(f *file, excuses map[string]string) bool {
	for folder := range excuses {
		if under(f.pkg, folder) {
			return true
		}
	}
	return false
}

// reach lists what start reaches and must not.
func reach(t *tree, start string, under []string, banned ...string) []string {
	var broken []string
	for _, tags := range under {
		for pkg, way := range t.closure(tags, start) {
			if underAny(pkg, banned...) {
				broken = append(broken, fmt.Sprintf("%s reaches %s (tags %q): %s", start, pkg, tags, way))
			}
		}
	}
	slices.Sort(broken)
	return broken
}

// imports lists direct imports of pkgs, tests left out, that are banned.
func imports(t *tree, pkgs []string, banned func(from, to string) bool) []string {
	return inFiles(t, pkgs, false, func(f *file) []string {
		var broken []string
		for to := range f.imports {
			if banned(f.pkg, to) {
				broken = append(broken, f.path+" imports "+to)
			}
		}
		slices.Sort(broken)
		return broken
	})
}

// onlyIn lists files, tests included, that import what (or below) outside homes.
func onlyIn(t *tree, what string, homes ...string) []string {
	return inFiles(t, nil, true, func(f *file) []string {
		var broken []string
		for to := range f.imports {
			if under(to, shorten(what)) && !underAny(f.pkg, homes...) {
				broken = append(broken, f.path+" imports "+to)
			}
		}
		return broken
	})
}

// inFiles asks look of every Go file of pkgs (nil: all).
func inFiles(t *tree, pkgs []string, tests bool, look func(*file) []string) []string {
	var broken []string
	for _, f := range t.files {
		if f.syntax != nil && (tests || !f.test) && (pkgs == nil || slices.Contains(pkgs, f.pkg)) {
			broken = append(broken, look(f)...)
		}
	}
	return broken
}
