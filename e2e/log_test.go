package e2e_test

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cloison/internal/dev/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// entry is a line of the log, as an auditor reads it.
type entry struct {
	Action, Object, Item, Decision, Rule, Outcome, Role, Purpose, RequestID string
}

// entries is what the log of the zone of an answer says of its request, asked as the auditor.
func (e *environment) entries(t *testing.T, a answer) []entry {
	t.Helper()
	if a.RequestID == "" {
		t.Fatalf("%s: no X-Request-Id", a)
	}
	return e.find(t, a.portal.zone, url.Values{"request_id": {a.RequestID}})
}

// find looks in the log of a zone, as the auditor: one request, or a search with its ground.
func (e *environment) find(t *testing.T, z zone, query url.Values) []entry {
	t.Helper()
	op := "listAuditEntries"
	if !query.Has("request_id") {
		op = "searchAuditEntries"
		query.Set("ground", "CONTROLE")
	}
	list := e.at(t, z, "aud-01").do(t, call{op: op, query: query}).items(t)
	var found []entry
	for _, o := range list {
		text := func(name string) string { s, _ := o[name].(string); return s }
		found = append(found, entry{
			Action: text("action"), Object: text("object"), Item: text("item"), Decision: text("decision"), Rule: text("rule"),
			Outcome: text("outcome"), Role: text("role"), Purpose: text("purpose"), RequestID: text("request_id"),
		})
	}
	return found
}

// database connects to a zone's database as the owner of the folder.
func (e *environment) database(t *testing.T, z zone) *pgx.Conn {
	t.Helper()
	name := "cloison_" + string(z)
	conn, err := pgx.Connect(t.Context(), postgres.URL(e.dir, postgres.Superuser, "", name))
	if err != nil {
		t.Fatalf("connecting to %s: %v", name, err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// pool is for looking at a zone's database: its connections stay, since a new one costs more than what it asks. One that a story has broken by a kill is
// not used again.
func (e *environment) pool(t *testing.T, z zone) *pgxpool.Pool {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if pool := e.pools[z]; pool != nil {
		return pool
	}
	config, err := pgxpool.ParseConfig(postgres.URL(e.dir, postgres.Superuser, "", "cloison_"+string(z)))
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 2
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) { return conn.Ping(ctx) == nil, nil }
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	if err != nil {
		t.Fatal(err)
	}
	e.pools[z] = pool
	return pool
}

// catalogue keeps the queries that are made from the catalogue of a database: it is the same in every environment.
type catalogue struct {
	mu   sync.Mutex
	made map[string]string
}

func (c *catalogue) of(name string, make func() (string, error)) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if query, found := c.made[name]; found {
		return query, nil
	}
	query, err := make()
	if err != nil {
		return "", err
	}
	c.made[name] = query
	return query, nil
}

// count answers one number.
func (e *environment) count(t *testing.T, z zone, query string, args ...any) int {
	t.Helper()
	var n int
	if err := e.pool(t, z).QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("counting in %s: %v", z, err)
	}
	return n
}

// logs are the files that the programs write, by path.
func (e *environment) logs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(e.dir, "log", "*.log"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no log in the folder: %v", err)
	}
	return files
}

// state is all that both databases hold about one dossier and its referral, row by row, but not what they say: two states that are equal
// mean that nothing was added, taken away or rewritten.
type state struct{ medical, server string }

// rowsOf makes, from the catalogue, one query over every table of a schema that has that column: no table can be forgotten. Tasks are left out:
// time raises them by itself, while a refused call is on its way.
const rowsOf = `
SELECT 'SELECT coalesce(string_agg(name || $q$=$q$ || n || $q$:$q$ || digest, $q$ $q$ ORDER BY name), $q$$q$) FROM ('
	|| string_agg(format('SELECT %L AS name, count(*) AS n, coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), $q$$q$) AS digest FROM %I.%I t WHERE t.%I = $1',
		c.table_name, c.table_schema, c.table_name, c.column_name), ' UNION ALL ')
	|| ') every'
FROM information_schema.columns c JOIN information_schema.tables b USING (table_schema, table_name)
WHERE c.table_schema = $1 AND c.column_name = $2 AND b.table_type = 'BASE TABLE' AND c.table_name <> 'tasks'`

func (l *line) state(t *testing.T) (s state) {
	t.Helper()
	l.crossed(t)
	s.medical = l.env.rows(t, medicalZone, "dossier", l.dossier) + l.env.rows(t, medicalZone, "id", l.dossier)
	s.server = l.env.rows(t, serverZone, "referral", l.referral)
	return s
}

// crossed waits until what this dossier had to say to the other zone is there, and back, its destruction too: the relay works on its own time.
func (l *line) crossed(t *testing.T) {
	t.Helper()
	medical, server := l.env.pool(t, medicalZone), l.env.pool(t, serverZone)
	const left = `SELECT (SELECT count(*) FROM medical.releases WHERE dossier::text = $1), (SELECT count(*) FROM medical.acknowledgements WHERE dossier::text = $1),
		(SELECT count(*) FROM medical.shreddings_to_tell WHERE dossier::text = $1)`
	const came = `SELECT (SELECT count(*) FROM server.releases WHERE referral::text = $1), (SELECT count(*) FROM server.acknowledgements WHERE referral::text = $1), 0`
	eventually(t, "what this dossier sends has crossed", func() bool {
		var out, in [3]int
		if err := medical.QueryRow(t.Context(), left, l.dossier).Scan(&out[0], &out[1], &out[2]); err != nil {
			t.Fatalf("counting what left: %v", err)
		}
		if err := server.QueryRow(t.Context(), came, l.referral).Scan(&in[0], &in[1], &in[2]); err != nil {
			t.Fatalf("counting what came: %v", err)
		}
		return out == in
	})
}

func (e *environment) rows(t *testing.T, z zone, column, value string) (rows string) {
	t.Helper()
	query, err := theWorld.rows.of(string(z)+"."+column, func() (query string, err error) {
		err = e.pool(t, z).QueryRow(t.Context(), rowsOf, string(z), column).Scan(&query)
		return strings.ReplaceAll(query, "= $1", "::text = $1"), err
	})
	if err != nil {
		t.Fatalf("reading the catalogue of %s: %v", z, err)
	}
	if err := e.pool(t, z).QueryRow(t.Context(), query, value).Scan(&rows); err != nil {
		t.Fatalf("reading the rows of %s: %v", z, err)
	}
	return rows
}

// refusal is what a refused call must give.
type refusal struct {
	status int
	code   string
	rule   string // empty: no rule decided, and the entry names the code instead
	hidden bool   // the answer does not tell the rule
}

// refused does a call that must be refused: a problem document in French with its rule and request id, nothing changed, and an entry that says
// which rule. It is the shape of every refusal story.
func (l *line) refused(t *testing.T, p *person, c call, want refusal) answer {
	t.Helper()
	before := l.state(t)
	a := p.call(t, c)
	l.env.wasRefused(t, a, want)
	if after := l.state(t); after != before {
		t.Errorf("%s: the refused call changed something: before %+v, after %+v", a, before, after)
	}
	return a
}

// wasRefused looks at the answer and at its entry.
func (e *environment) wasRefused(t *testing.T, a answer, want refusal) {
	t.Helper()
	if a.Status != want.status || a.Problem.Code != want.code {
		t.Fatalf("want %d %s %s, got: %s", want.status, want.code, want.rule, a)
	}
	e.isProblem(t, a)
	shown := want.rule
	if want.hidden {
		shown = ""
	}
	if a.Problem.Rule != shown {
		t.Errorf("%s: want rule %q in the answer", a, shown)
	}
	recorded := want.rule
	if recorded == "" { // no rule decided: the kind of the problem stands for it
		recorded = strings.ToUpper(want.code)
	}
	found := e.entries(t, a)
	if len(found) == 0 {
		t.Fatalf("%s: no entry of this request in the log", a)
	}
	for _, one := range found {
		if one.Outcome != "REFUSED" {
			continue
		}
		if one.Rule != recorded || one.Decision == "ALLOW" {
			t.Errorf("%s: the entry says %+v, want rule %q", a, one, recorded)
		}
		return
	}
	t.Errorf("%s: no entry says that it was refused: %+v", a, found)
}

// isProblem: a problem document that a person can use.
func (e *environment) isProblem(t *testing.T, a answer) {
	t.Helper()
	if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
		t.Errorf("%s: not a problem document: %s", a, kind)
	}
	if a.Problem.Title == "" || !french(a.Problem.Detail) {
		t.Errorf("%s: no French sentence that says what to do", a)
	}
	if a.Problem.RequestID == "" || a.Problem.RequestID != a.RequestID {
		t.Errorf("%s: request_id %q is not that of X-Request-Id, %q", a, a.Problem.RequestID, a.RequestID)
	}
}

// french tells a sentence from a code or a library's own words: it begins with a capital, ends with a stop and uses a French article.
func french(sentence string) bool {
	if sentence == "" || !strings.HasSuffix(sentence, ".") || strings.ToUpper(sentence[:1]) != sentence[:1] && sentence[0] < 0x80 {
		return false
	}
	for _, word := range []string{" le ", " la ", " les ", "L’", "l’", " un ", " une ", " ce ", " cette ", "Ce ", "Cet", "Le ", "La ", " des ", " du ", " cet ", "Vous ", "Les "} {
		if strings.Contains(sentence, word) {
			return true
		}
	}
	return false
}
