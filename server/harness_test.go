// Package server_test tries the administrative zone as a whole: the portal's operations and the relay over real sockets,
// on a real PostgreSQL, as the program's own role.
package server_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/audit/desk"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/internal/dev/sealing"
	"cloison/policy"
	"cloison/release"
	"cloison/server/prefecture"
	"cloison/server/relay"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

type standing struct {
	mu sync.Mutex
	at time.Time
}

func (s *standing) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (s *standing) set(at string) {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = t
}

// zone is one administrative zone with its own database.
type zone struct {
	t                    *testing.T
	owner                *pgxpool.Pool
	pool                 *pgxpool.Pool
	clock                *standing
	bell                 *store.Bell
	portal               string // base URL
	door                 string // base URL of the relay
	peers                authority
	sealer               sealing.Sealer
	ackKey               ed25519.PublicKey
	doorApp              *fiber.App
	digest, singleDigest string // of DEC-2026-01 and of DES-2025-07
	log                  *lockedBuffer
	rules                *policy.Engine
	decided              *kept
	app                  *fiber.App
	gate                 *act.Gate
	desk                 *prefecture.Desk
	ops                  []web.Operation // of the prefectures
	logs                 *medicalLog
	names                pgtest.Names
	stamps               *x509.CertPool // whose time-stamps of seals are taken
}

var engine = sync.OnceValues(policy.New)

func newZone(t *testing.T) *zone {
	t.Helper()
	return newZoneOf(t, nil)
}

// newZoneOf takes the time-stamps of an authority.
func newZoneOf(t *testing.T, stamps *x509.CertPool) *zone {
	t.Helper()
	rules, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	z := &zone{t: t, stamps: stamps, clock: &standing{}, bell: store.NewBell(), log: &lockedBuffer{}, rules: rules, decided: &kept{}}
	z.clock.set("2026-01-16T15:20:00+01:00")
	z.names = pgtest.New(t, "server")
	z.owner, z.pool = pgtest.Open(t, z.names.OwnerURL), pgtest.Open(t, z.names.RoleURL)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	gate := act.New(act.Options{Pool: z.pool, Policy: rules, Clock: z.clock, Zone: "server", Location: paris, Constraints: prefecture.Constraints(), Decided: z.decided.keep})
	z.gate = gate
	z.startPortal(gate)
	z.startDoor(gate)
	z.loadDecisions()
	return z
}

func (z *zone) startPortal(gate *act.Gate) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		z.t.Fatal(err)
	}
	z.ackKey = public
	d, err := prefecture.New(prefecture.Options{
		Pool: z.pool, Gate: gate, Bell: z.bell, Pins: sealing.Usual().Pins(),
		Clock: z.clock, Logger: slog.New(slog.NewJSONHandler(z.log, nil)), Authority: z.stamps,
		Sign:  func(m []byte) []byte { return ed25519.Sign(private, m) },
		Shell: func(*web.Call) layout.Shell { return layout.Shell{Portal: layout.Prefecture} },
	})
	if err != nil {
		z.t.Fatal(err)
	}
	z.desk, z.ops = d, d.Operations()
	auditors, err := desk.New(desk.Options{Gate: gate, Shell: func(*web.Call) layout.Shell { return layout.Shell{Portal: layout.Prefecture} }, Location: time.UTC, Pool: z.pool, Zone: "server", Rules: z.rules, Decided: z.decided})
	if err != nil {
		z.t.Fatal(err)
	}
	listener, err := web.Listen("127.0.0.1:0", nil)
	if err != nil {
		z.t.Fatal(err)
	}
	z.portal = "http://" + listener.Addr().String()
	app, err := web.New(web.Options{
		Name: "server", Ops: append(d.Operations(), auditors.Operations()...), Gate: gate, Authenticate: authenticate,
		Render: layout.Render, PublicURL: z.portal, Logger: slog.New(slog.NewJSONHandler(z.log, nil)),
	})
	if err != nil {
		z.t.Fatal(err)
	}
	z.app = app
	go func() { _ = app.Listener(listener) }()
	z.t.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
}

func (z *zone) startDoor(gate *act.Gate) {
	z.sealer = sealing.Usual()
	z.logs = newMedicalLog(z.t)
	app, err := relay.New(relay.Options{
		Pool: z.pool, Gate: gate, Bell: z.bell, Peer: medicalName, Pins: z.sealer.Pins(), Logger: slog.New(slog.NewJSONHandler(z.log, nil)),
		Logs: z.logs.witnessedBy(z.pool, z.clock),
	})
	if err != nil {
		z.t.Fatal(err)
	}
	z.doorApp, z.peers = app, newAuthority(z.t)
	listener, err := relay.Listen("127.0.0.1:0", relay.TLS{Certificate: z.peers.issue(z.t, serverName), Authority: z.peers.pool(), Peer: medicalName})
	if err != nil {
		z.t.Fatal(err)
	}
	z.door = "https://" + listener.Addr().String()
	go func() { _ = app.Listener(listener) }()
	z.t.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
}

var subjects = map[string]act.Subject{
	"pref-75": {ID: "pref-75", Reference: "00000000-0000-4000-8000-000000000075", Session: "s-75", Role: "PREFECTURE", Prefecture: "75"},
	// The agent of pref-75 once he serves another prefecture.
	"pref-75-moved": {ID: "pref-75", Reference: "00000000-0000-4000-8000-000000000075", Session: "s-76", Role: "PREFECTURE", Prefecture: "93"},
	"pref-69":       {ID: "pref-69", Reference: "00000000-0000-4000-8000-000000000069", Session: "s-69", Role: "PREFECTURE", Prefecture: "69"},
	"pref-93":       {ID: "pref-93", Reference: "00000000-0000-4000-8000-000000000093", Session: "s-93", Role: "PREFECTURE", Prefecture: "93"},
	"pref-2A":       {ID: "pref-2A", Reference: "00000000-0000-4000-8000-00000000002a", Session: "s-2A", Role: "PREFECTURE", Prefecture: "2A"},
	"pref-974":      {ID: "pref-974", Reference: "00000000-0000-4000-8000-000000000974", Session: "s-974", Role: "PREFECTURE", Prefecture: "974"},
	"aud-01":        {ID: "aud-01", Reference: "00000000-0000-4000-8000-000000000001", Session: "s-01", Role: "AUDITEUR_CONFORMITE"},
	"mis-01":        {ID: "mis-01", Reference: "00000000-0000-4000-8000-000000000002", Session: "s-02", Role: "AGENT_MISSION", Mission: "ASILE_GUDA"},
}

func authenticate(c *fiber.Ctx) (act.Subject, error) {
	who, ok := subjects[c.Get("X-Test-Subject")]
	if !ok {
		return act.Subject{}, act.NewError(act.Unauthenticated, "")
	}
	return who, nil
}

// answer is a response, read.
type answer struct {
	status    int
	requestID string
	location  string
	body      []byte
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

type problem struct{ Code, Rule, Detail string }

// call is one call to the portal, as somebody.
func (z *zone) call(who, method, path, body string, headers ...string) answer {
	z.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, z.portal+path, strings.NewReader(body))
	if err != nil {
		z.t.Fatal(err)
	}
	request.Header.Set("X-Test-Subject", who)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return z.send(http.DefaultClient, request)
}

func (z *zone) send(client *http.Client, request *http.Request) answer {
	z.t.Helper()
	response, err := client.Do(request)
	if err != nil {
		z.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		z.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("X-Request-Id"), response.Header.Get("Location"), body}
}

// refused asserts the three things of a refusal: its kind and rule, that nothing changed, and its entry.
func (z *zone) refused(do func() answer, status int, code, rule, recorded string) {
	z.t.Helper()
	before := z.rows()
	a := do()
	var p problem
	a.into(z.t, &p)
	if a.status != status || p.Code != code || p.Rule != rule || p.Detail == "" {
		z.t.Errorf("got %d %s, want %d %s %s", a.status, a.body, status, code, rule)
	}
	if after := z.rows(); after != before {
		z.t.Errorf("a refused act changed something: %s, before %s", after, before)
	}
	var rules string
	const entry = `SELECT coalesce(string_agg(e.outcome || ' ' || e.rule, ', '), '') FROM audit.entries e WHERE e.request_id = $1`
	if err := z.pool.QueryRow(z.t.Context(), entry, a.requestID).Scan(&rules); err != nil {
		z.t.Fatal(err)
	}
	if rules != "REFUSED "+recorded {
		z.t.Errorf("entries of the request: %q, want REFUSED %s", rules, recorded)
	}
}

// rows says how much the zone holds.
func (z *zone) rows() string {
	z.t.Helper()
	var all string
	const count = `SELECT concat_ws(' ', (SELECT count(*) FROM server.referrals), (SELECT count(*) FROM server.referral_events),
		(SELECT count(*) FROM server.releases), (SELECT count(*) FROM server.opinions), (SELECT count(*) FROM server.acknowledgements),
		(SELECT string_agg(f.agdref || f.prefecture, ' ' ORDER BY f.position) FROM server.referrals f), (SELECT count(*) FROM server.appeals),
		(SELECT count(*) FROM server.attestation_requests), (SELECT count(*) FROM server.referral_charges), (SELECT count(*) FROM server.imported_lines), (SELECT count(*) FROM server.hand_overs), (SELECT count(*) FROM server.opinion_readings),
		(SELECT string_agg(c.name || c.value, ' ' ORDER BY c.name) FROM server.counters c), (SELECT count(*) FROM identity.idempotency))`
	if err := z.pool.QueryRow(z.t.Context(), count).Scan(&all); err != nil {
		z.t.Fatal(err)
	}
	return all
}

func ptr[T any](v T) *T { return &v }

// decisions are two published ones: a college of four lines and a single physician.
func decisions(t *testing.T) []release.CompositionDecision {
	t.Helper()
	terms := []release.DecisionTerms{
		{Ref: "DEC-2026-01", Kind: "COLLEGE", SignedOn: "2025-12-15", PublishedOn: "2025-12-19", ValidFrom: "2026-01-01"},
		{Ref: "DES-2025-07", Kind: "MED1", SignedOn: "2025-07-29", PublishedOn: "2025-07-30", ValidFrom: "2025-07-31"},
	}
	var people []release.ListedPerson
	for i, name := range []string{"PREMIERAUX", "DEUXIEMEAUX", "TROISIEMEAUX", "QUATRIEMEAUX"} {
		p := release.ListedPerson{ID: "m", RPPS: "9979000100" + string(rune('0'+i)), FamilyName: name, GivenName: "Dominique",
			Listings: []release.Listing{{Decision: "DEC-2026-01", ValidFrom: "2026-01-01"}}}
		if i == 3 {
			p.Listings = []release.Listing{{Decision: "DEC-2026-01", ValidFrom: "2026-01-01", ValidTo: ptr(release.Date("2026-02-28"))},
				{Decision: "DES-2025-07", ValidFrom: "2025-07-31"}}
		}
		people = append(people, p)
	}
	built, err := release.BuildDecisions(terms, people)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func (z *zone) loadDecisions() {
	z.t.Helper()
	all := decisions(z.t)
	err := db.InTx(z.t.Context(), z.owner, func(tx pgx.Tx) error { return store.LoadDecisions(z.t.Context(), tx, all) })
	if err != nil {
		z.t.Fatal(err)
	}
	if z.digest, err = all[0].Digest(); err != nil {
		z.t.Fatal(err)
	}
	if z.singleDigest, err = all[1].Digest(); err != nil {
		z.t.Fatal(err)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
