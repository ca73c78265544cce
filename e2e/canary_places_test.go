package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cloison/internal/dev/canary"
	"cloison/internal/dev/postgres"

	"github.com/jackc/pgx/v5"
)

// watch looks for the words of one dossier in everything that an environment leaves.
type watch struct {
	env     *environment
	tokens  canary.Case
	medical *canary.Searcher // what medical secrecy covers
	civil   *canary.Searcher // names, birth, address, contact, AGDREF
}

// thrownWord is sent where it does not belong. Unlike the others, a program that is sent it holds it in its memory.
const thrownWord = "CNRYTHROWN0000"

func (e *environment) watch(t *testing.T, id string) *watch {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(theWorld.sample(), "cases", id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{env: e}
	if w.tokens, err = canary.ReadCase(raw); err != nil {
		t.Fatal(err)
	}
	var medical, civil error
	looked := append(slices.Clone(w.tokens.Medical), canary.Token{Text: thrownWord, Name: "thrown at the doors"})
	w.medical, medical = canary.New(append(looked, e.excerpts(t, id)...)...)
	w.civil, civil = canary.New(w.tokens.Civil...)
	if err := errors.Join(medical, civil); err != nil {
		t.Fatal(err)
	}
	return w
}

// excerpts are pieces of the bytes of the documents: what a PDF shows does not stand in them.
func (e *environment) excerpts(t *testing.T, id string) []canary.Token {
	t.Helper()
	l := e.line(t, id, false)
	var all []canary.Token
	for i, d := range l.given.Documents {
		tokens, err := canary.Excerpts(d.ID, l.content(t, i))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tokens...)
	}
	return all
}

// none fails the story for each hit.
func none(t *testing.T, hits []canary.Hit) {
	t.Helper()
	for _, h := range hits {
		t.Errorf("found: %s", h)
	}
}

// body searches what a person was answered.
func body(t *testing.T, s *canary.Searcher, who string, a answer) []canary.Hit {
	t.Helper()
	var whole bytes.Buffer
	if err := a.Header.Write(&whole); err != nil {
		t.Fatal(err)
	}
	whole.Write(a.Body)
	hits, _, err := s.Search(a.op+" answered "+strconv.Itoa(a.Status)+" to "+who, &whole)
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

// plainStorage has PostgreSQL keep every value as it came: its own compression would hide a word from a search of raw files.
func (w *watch) plainStorage(t *testing.T) {
	t.Helper()
	const columns = `SELECT format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', a.attrelid::regclass, a.attname)
		FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage IN ('x', 'm') AND n.nspname !~ '^(pg_|information_schema)'`
	for _, z := range []zone{medicalZone, serverZone} {
		conn := w.env.database(t, z)
		rows, err := conn.Query(t.Context(), columns)
		if err != nil {
			t.Fatal(err)
		}
		statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || len(statements) == 0 {
			t.Fatalf("no column to keep as it comes: %v", err)
		}
		for _, sql := range statements {
			if _, err := conn.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// dump searches what pg_dump writes of a zone's database, table by table, and answers how many bytes each table had.
func (w *watch) dump(t *testing.T, s *canary.Searcher, z zone) ([]canary.Hit, map[string]int64) {
	t.Helper()
	bin, err := postgres.Find(os.Getenv("PG_BIN_DIR"))
	if err != nil {
		t.Fatal(err)
	}
	database := "cloison_" + string(z)
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "pg_dump"), "--host", filepath.Join(w.env.dir, "run"), "--username", postgres.Superuser, "--no-password", database)
	cmd.Env, cmd.Stderr = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}, &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hits, tables, err := s.Dump("dump of "+database, out)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		t.Fatalf("dumping %s: %v: %s", database, err, said.String())
	}
	return hits, tables
}

// files searches all that rests under the folder: the cluster's own files and its WAL, the store, logs, keys, run, state, configurations.
func (w *watch) files(t *testing.T, s *canary.Searcher, parts ...string) ([]canary.Hit, canary.Searched) {
	t.Helper()
	if _, err := w.env.database(t, medicalZone).Exec(t.Context(), `CHECKPOINT`); err != nil { // what is in memory only is written
		t.Fatal(err)
	}
	hits, done, err := s.Files(filepath.Join(append([]string{w.env.dir}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return hits, done
}

// clusterFolder is where PostgreSQL keeps the files of one database.
func (w *watch) clusterFolder(t *testing.T, z zone) string {
	t.Helper()
	oid := w.env.count(t, z, `SELECT oid::int FROM pg_catalog.pg_database WHERE datname = current_database()`)
	return filepath.Join("pg", "base", strconv.Itoa(oid))
}

// process searches the memory, the environment and the command line of one program.
func (w *watch) process(t *testing.T, s *canary.Searcher, name string, pid int) ([]canary.Hit, canary.Image) {
	t.Helper()
	hits, image, err := s.Process(name, pid)
	if err != nil {
		t.Fatal(err)
	}
	if len(image.Unread) > 0 {
		t.Errorf("memory of %s that was not read: %s", name, strings.Join(image.Unread, ", "))
	}
	return hits, image
}

// launched searches the environment and the command line of a program that may know more than server: medical and keyholder.
func (w *watch) launched(t *testing.T, s *canary.Searcher, name string) []canary.Hit {
	t.Helper()
	var all []canary.Hit
	for _, file := range []string{"environ", "cmdline"} {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(w.env.pid(name)), file))
		if err != nil {
			t.Fatal(err)
		}
		hits, _, err := s.Search(file+" of "+name, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, hits...)
	}
	return all
}

// openedElsewhere lists the files that a program holds open and that are neither in the environment's folder nor its own program.
func (w *watch) openedElsewhere(t *testing.T, name string) []string {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(w.env.pid(name)))
	descriptors, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		t.Fatal(err)
	}
	var elsewhere []string
	for _, d := range descriptors {
		target, err := os.Readlink(filepath.Join(proc, "fd", d.Name()))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			t.Fatal(err)
		case !strings.HasPrefix(target, "/"): // sockets, pipes, the kernel's own
		case strings.HasPrefix(target, "/sys/fs/cgroup/"): // Go's runtime, which asks how many processors it has
		case target == "/dev/null" || strings.HasPrefix(target, w.env.dir+"/"):
		default:
			elsewhere = append(elsewhere, target)
		}
	}
	return elsewhere
}

// account is a person of sample/people.json.
type account struct {
	ID         string   `json:"id"`
	Role       string   `json:"role"`
	Prefecture string   `json:"prefecture"`
	Directions []string `json:"territorial_directions"`
}

// everyone is everybody who has an account, in the file's order.
func everyone(t *testing.T) []account {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(theWorld.sample(), "people.json"))
	if err != nil {
		t.Fatal(err)
	}
	var people struct{ Persons []account }
	if err := json.Unmarshal(raw, &people); err != nil {
		t.Fatal(err)
	}
	return people.Persons
}

// readable is all that a person gets by asking both faces of a portal for everything that it offers to read, with ids of this dossier.
func (p *person) readable(t *testing.T, ids map[string][]string) []answer {
	t.Helper()
	var all []answer
	ask := func(path, accept string) {
		a, _, err := p.get(t.Context(), path, accept)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	for _, op := range p.portal.ops {
		if op.method != "GET" {
			continue
		}
		for _, path := range filled(op.path, ids) {
			for _, query := range []string{"", "?open=civil&purpose=SECRETARIAT", "?open=medical&purpose=INSTRUCTION", "?purpose=CONTROLE&limit=100"} {
				ask(path+query, "application/json")
			}
		}
	}
	for _, path := range p.pages(t) {
		ask(path, "text/html")
	}
	return all
}

// filled puts every known id into the parameters of a path.
func filled(path string, ids map[string][]string) []string {
	before, rest, ok := strings.Cut(path, "{")
	if !ok {
		return []string{path}
	}
	name, after, _ := strings.Cut(rest, "}")
	var all []string
	for _, id := range ids[name] {
		all = append(all, filled(before+id+after, ids)...)
	}
	return all
}

var href = regexp.MustCompile(`(?:href|src)="(/[^"]*)"`)

// proof is the page of one entry of the log: an auditor has as many as there are entries, and a few say what all say.
var proof = regexp.MustCompile(`^/journal/[0-9a-f-]{36}/`)

// pages are those that the first one leads to, and so on, each once.
func (p *person) pages(t *testing.T) []string {
	t.Helper()
	queue, seen, proofs := []string{"/"}, map[string]bool{"/": true}, 0
	for i := 0; i < len(queue); i++ {
		if len(queue) > 300 {
			t.Fatalf("%s: the pages do not end", p.ID)
		}
		a, _, err := p.get(t.Context(), queue[i], "text/html")
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range href.FindAllSubmatch(a.Body, -1) {
			next := strings.ReplaceAll(string(found[1]), "&amp;", "&")
			if !seen[next] && !strings.HasPrefix(next, "/logout") && !strings.HasPrefix(next, "/login") && !strings.HasPrefix(next, "/assets/") {
				seen[next] = true
				if proof.MatchString(next) {
					if proofs++; proofs > 10 {
						continue
					}
				}
				queue = append(queue, next)
			}
		}
	}
	return queue
}

// holder starts a program that holds a word in its memory, and in nothing else that can be seen from outside.
func holder(t *testing.T, word string) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", "read held; echo ready; read rest")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // killed
	})
	if _, err := io.WriteString(in, word+"\n"); err != nil {
		t.Fatal(err)
	}
	if said, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the program that holds a word said %q: %v", said, err)
	}
	return cmd.Process.Pid
}

// inSource answers the hits whose source begins so.
func inSource(hits []canary.Hit, prefix string) []canary.Hit {
	var some []canary.Hit
	for _, h := range hits {
		if strings.HasPrefix(h.Source, prefix) {
			some = append(some, h)
		}
	}
	return some
}

func distinct(hits []canary.Hit) map[string]bool {
	words := map[string]bool{}
	for _, h := range hits {
		words[h.Token] = true
	}
	return words
}

func amount(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
