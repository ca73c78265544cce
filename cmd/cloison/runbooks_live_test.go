package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/keyholder"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
)

// site is what an operator of both zones has at hand, each thing under the path that the pages give it.
type liveSite struct {
	t     *testing.T
	dir   string // keyholder's
	ended <-chan struct{}
	paths *strings.Replacer
	ran   int
}

// Every command of the pages, typed as it stands in a living service: nothing but the paths is changed. The pages follow one another, as they would.
func TestRunbooksRunLive(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, page := range []string{"unseal", "stolen-session", "taken-over-web-host", "provider-down", "rotation", "lost-custodian", "leaked-share", "restore"} {
		s.page(page)
	}
	if s.ran < 25 {
		t.Errorf("%d commands were run", s.ran)
	}
}

func newSite(t *testing.T) *liveSite {
	t.Helper()
	dir, ended := aKeystore(t, "2026")
	does(t, "keys", "seal", "--socket", dir+"/custody.sock")
	<-ended
	s := &liveSite{t: t, dir: dir, ended: serveKeyholder(t, dir)}
	medicalZone, serverZone := pgtest.New(t, "medical"), pgtest.New(t, "server")
	s.twoDossiers(medicalZone)
	fresh := func() string {
		url, _ := (&aZone{names: medicalZone}).empty(t)
		return url
	}
	for name, content := range map[string]string{
		"roster.toml":  "[[line]]\nissuer = \"i\"\nsubject = \"s\"\nclass = \"secretariat\"\ncompartments = [\"civil\"]\nfrom = \"2026-01-01\"\n",
		"budgets.toml": budgets, "store/part": "sealed",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.paths = strings.NewReplacer(
		"/etc/cloison/medical-new-owner.url", fresh(), "/etc/cloison/drill-owner.url", fresh(),
		"/etc/cloison/medical-owner.url", secretFile(t, medicalZone.OwnerURL), "/etc/cloison/medical.url", secretFile(t, medicalZone.RoleURL),
		"/etc/cloison/server-owner.url", secretFile(t, serverZone.OwnerURL), "/etc/cloison", dir,
		"/srv/cloison/keystore", dir+"/ks", "/srv/cloison/jwks/", dir+"/", "/srv/cloison", dir, "/srv/ailleurs", dir, "/srv/essai", dir+"/scratch",
		"/run/keyholder", dir, "/media/cle", dir, "/media/coffre", dir, "https://psc.example", issuerHere(t))
	return s
}

func issuerHere(t *testing.T) string {
	t.Helper()
	var issuer *httptest.Server
	issuer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			fmt.Fprint(w, `{"keys":[{"kty":"EC"}]}`)
			return
		}
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, issuer.URL, issuer.URL+"/keys")
	}))
	t.Cleanup(issuer.Close)
	return issuer.URL
}

// twoDossiers are wrapped by this keyholder.
func (s *liveSite) twoDossiers(names pgtest.Names) {
	t := s.t
	t.Helper()
	s.unseal()
	keys := keyholder.Dial(s.dir + "/use.sock")
	defer keys.Close()
	at := time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)
	pool := pgtest.Open(t, names.OwnerURL)
	for range 2 {
		id := store.NewID()
		made, err := keys.CreateDossier(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		row := func(name string, c keyholder.Compartment) store.Key {
			return store.Key{Compartment: name, Epoch: c.Epoch, Recipient: c.Recipient, Signature: c.Signature, Wrapped: c.Wrapped}
		}
		err = db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
			err := store.CreateDossier(t.Context(), tx, store.NewDossier{ID: id, Group: store.NewID(), Channel: "ANEF", ReceivedAt: at,
				Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}},
				Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
					Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}})
			if err != nil {
				return err
			}
			return store.InsertKeys(t.Context(), tx, id, []store.Key{row(store.Civil, made.Civil), row(store.Medical, made.Medical)}, at)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	does(t, "keys", "seal", "--socket", s.dir+"/custody.sock")
	s.restart()
}

func (s *liveSite) unseal() {
	s.t.Helper()
	does(s.t, "keys", "unseal", "--socket", s.dir+"/custody.sock", "--keystore", s.dir+"/ks", s.dir+"/custodian-2.key", s.dir+"/custodian-3.key")
}

// restart is what the unit does when keyholder has replaced itself.
func (s *liveSite) restart() {
	s.t.Helper()
	<-s.ended
	s.ended = serveKeyholder(s.t, s.dir)
}

func (s *liveSite) page(name string) {
	t := s.t
	t.Helper()
	text, err := os.ReadFile("../../docs/runbooks/" + name + ".md")
	if err != nil {
		t.Fatal(err)
	}
	var commands [][]string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "cloison ") {
			commands = append(commands, strings.Fields(line)[1:])
		}
	}
	for i, c := range commands {
		s.run(name, c)
		if !slices.Contains(c, "seal") && !slices.Contains(c, "destroy") {
			continue
		}
		s.restart()
		if i+1 == len(commands) || !slices.Contains(commands[i+1], "unseal") {
			s.unseal()
		}
	}
	if name == "lost-custodian" { // from then on custodian 1 is the new one
		if err := os.Rename(s.dir+"/custodian-1-new.key", s.dir+"/custodian-1.key"); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *liveSite) run(page string, command []string) {
	t := s.t
	t.Helper()
	args := make([]string, len(command))
	for i, word := range command {
		// The zones are two hosts: one path is two folders.
		args[i] = s.paths.Replace(strings.Replace(word, "/srv/sauvegardes/", s.dir+"/backup-"+liveZoneOf(command)+"-", 1))
	}
	s.ran++
	if slices.Contains(command, "recover") {
		s.recoverElsewhere(page, args)
		return
	}
	if out, err := tool(t, args...); err != nil {
		t.Errorf("%s: cloison %s\n%s%v", page, strings.Join(command, " "), out, err)
	}
}

// recoverElsewhere has a new keystore, and a keyholder of its own, take what the living one would have lost.
func (s *liveSite) recoverElsewhere(page string, args []string) {
	t := s.t
	t.Helper()
	does(t, "keys", "tombstones", "--socket", s.dir+"/custody.sock", "--out", s.dir+"/tombstones.json")
	other, _ := aKeystore(t, "2027b")
	for i, a := range args {
		if strings.HasSuffix(a, "custody.sock") || strings.Contains(a, "custodian-") {
			args[i] = filepath.Join(other, filepath.Base(a))
		}
	}
	if out, err := tool(t, args...); err != nil {
		t.Errorf("%s: cloison %s\n%s%v", page, strings.Join(args, " "), out, err)
	}
}

func liveZoneOf(command []string) string {
	if slices.Contains(command, "server") {
		return "server"
	}
	return "medical"
}
