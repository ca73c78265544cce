package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/internal/secret"
	"cloison/policy"
	"cloison/web"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type stillClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stillClock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *stillClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fakeKeys stands for keyholder: it draws nonces, knows its handles, and approves what it drew a nonce for.
type fakeKeys struct {
	mu      sync.Mutex
	drawn   map[string]bool
	handles map[string]bool
	opened  int
	asked   int // approvals
	sealed  bool
	dead    bool // no handle is known any more
}

func (k *fakeKeys) nonce(_ context.Context, action, _ string, _ []byte) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	nonce := fmt.Sprintf("%s-%d", action, len(k.drawn))
	k.drawn[nonce] = true
	return nonce, nil
}

func (k *fakeKeys) open(context.Context, string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sealed {
		return "", act.NewError(act.Sealed, "")
	}
	k.opened++
	handle := fmt.Sprintf("handle-%d", k.opened)
	k.handles[handle] = true
	return handle, nil
}

func (k *fakeKeys) close(_ context.Context, handle string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.handles, handle)
	return nil
}

func (k *fakeKeys) approve(_ context.Context, nonce, token string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked++
	if !k.drawn[nonce] || token == "" {
		return nil, act.NewError(act.Unauthenticated, "")
	}
	return json.Marshal(map[string]string{"nonce": nonce})
}

// zone is a whole portal of one zone: real PostgreSQL as the program's role, real policy, real gate; issuers that lie
// on demand.
type zone struct {
	t       *testing.T
	url     string
	clock   *stillClock
	owner   *pgxpool.Pool
	pool    *pgxpool.Pool
	service *Service
	gate    *act.Gate
	keys    *fakeKeys
	psc     *fakeIssuer
	pro     *fakeIssuer
	digest  []byte // what the act of signing binds its step-up to
}

func newZone(t *testing.T, name string, change ...func(*Options)) *zone {
	t.Helper()
	z := &zone{t: t, clock: &stillClock{now: time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)}, digest: make([]byte, 32),
		keys: &fakeKeys{drawn: map[string]bool{}, handles: map[string]bool{}}}
	z.owner, z.pool = pgtest.Database(t, name)
	z.load("testdata/people.json")
	z.psc, z.pro = newFakeIssuer(t, PSC, z.clock), newFakeIssuer(t, ProConnect, z.clock)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	z.gate = act.New(act.Options{Pool: z.pool, Policy: engine, Clock: z.clock, Zone: name, Location: paris})
	listener, err := web.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	z.url = "http://" + listener.Addr().String()
	options := Options{
		Zone: name, Pool: z.pool, Gate: z.gate, Clock: z.clock, Location: paris, PublicURL: z.url,
		Issuers: []Issuer{
			{Kind: PSC, URL: z.psc.server.URL, ClientID: "cloison", ClientSecret: secret.NewString("s3cret")},
			{Kind: ProConnect, URL: z.pro.server.URL, ClientID: "cloison", ClientSecret: secret.NewString("s3cret")},
		},
		QuickLogin: true,
		Pace:       Pace{Rate: 1000, Burst: 1000},
		LeavePage:  func(c *fiber.Ctx, to Choice) error { return c.SendString("vers " + to.URL) },
		LoginPage: func(c *fiber.Ctx, choices []Choice) error {
			return c.SendString(fmt.Sprintf("choix %v", choices))
		},
	}
	if name == Medical {
		options.Nonce, options.OpenSession, options.CloseSession, options.Approve = z.keys.nonce, z.keys.open, z.keys.close, z.keys.approve
	}
	for _, c := range change {
		c(&options)
	}
	if z.service, err = New(options); err != nil {
		t.Fatal(err)
	}
	app, err := web.New(web.Options{
		Name: name, Gate: z.gate, PublicURL: z.url, Routes: append(z.service.Routes(), web.Route{Method: "GET", Path: "/", Why: "test", Handler: z.home}),
		Ops: append(z.service.Ops(), z.signing(), z.opening()), Authenticate: z.service.Authenticate, Translate: z.service.Translate,
		Logger: slog.New(slog.NewTextHandler(testWriter{t}, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(listener) //nolint:errcheck // ends with the test
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	return z
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Logf("%s", strings.TrimSuffix(string(b), "\n"))
	}
	return len(b), nil
}

func (z *zone) home(c *fiber.Ctx) error {
	who, err := z.service.Authenticate(c)
	if err != nil {
		return err
	}
	return c.SendString("bonjour " + who.Login)
}

// signing is an act that needs step-up. me.get stands for its action: policy allows it to every person.
func (z *zone) signing() web.Operation {
	return web.Op("sign", "POST", "/dossiers/:dossier/signature", "me.get", func(c *web.Call, in struct {
		Dossier string `path:"dossier"`
	}) (web.Reply[web.None], error) {
		_, err := z.gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) error {
			given, err := z.service.RequireStepUp(ctx, tx, c.Who, StepUp{Act: "report.sign", Dossier: in.Dossier, Digest: z.digest})
			if err != nil {
				return err
			}
			return z.service.ConsumeStepUp(ctx, tx, given.ID)
		})
		return web.Reply[web.None]{}, err
	})
}

// opening is an act that needs keyholder.
func (z *zone) opening() web.Operation {
	return web.Op("open", "POST", "/openings", "me.get", func(c *web.Call, _ web.None) (web.Reply[web.None], error) {
		_, err := z.gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(context.Context, *act.Tx) error {
			if z.keys.dead {
				return act.NewError(act.Unauthenticated, "")
			}
			return nil
		})
		return web.Reply[web.None]{}, err
	})
}

func (z *zone) load(file string) {
	z.t.Helper()
	f, err := os.Open(file)
	if err != nil {
		z.t.Fatal(err)
	}
	defer f.Close()
	people, err := ParsePeople(f)
	if err != nil {
		z.t.Fatal(err)
	}
	err = db.InTx(z.t.Context(), z.owner, func(tx pgx.Tx) error { return LoadPeople(z.t.Context(), tx, people.Persons) })
	if err != nil {
		z.t.Fatal(err)
	}
}

// browser follows redirects with a cookie jar. seen lists the addresses.
type browser struct {
	z      *zone
	client *http.Client
	seen   []*url.URL
}

func (z *zone) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		z.t.Fatal(err)
	}
	b := &browser{z: z}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		b.seen = append(b.seen, r.URL)
		return nil
	}}
	return b
}

// as makes the issuer of a person speak of him.
func (z *zone) as(subject string) *fakeIssuer {
	f := z.pro
	if strings.HasPrefix(subject, "sub-med") || strings.HasPrefix(subject, "sub-inf") {
		f = z.psc
	}
	f.set(func(f *fakeIssuer) { f.who = subject })
	return f
}

type answer struct {
	status  int
	header  http.Header
	body    string
	problem web.Problem
}

func (b *browser) do(method, path string, headers ...string) answer {
	b.z.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.z.url + path
	}
	request, err := http.NewRequest(method, path, nil)
	if err != nil {
		b.z.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.z.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.z.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(raw)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		if err := json.Unmarshal(raw, &a.problem); err != nil {
			b.z.t.Fatal(err)
		}
	}
	return a
}

func (b *browser) get(path string) answer { b.z.t.Helper(); return b.do("GET", path) }

// signIn goes the whole way, as the person of that login.
func (b *browser) signIn(login, subject string) answer {
	b.z.t.Helper()
	b.z.as(subject)
	return b.get("/login?login_hint=" + login)
}

func (b *browser) cookie(name string) string {
	at, _ := url.Parse(b.z.url + "/callback")
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) signedIn() bool { b.z.t.Helper(); return b.get("/api/v1/me").status == http.StatusOK }

// entries of one request.
func (z *zone) entries(request string) []audit.Entry {
	z.t.Helper()
	found, err := audit.Find(z.t.Context(), z.pool, audit.Filter{RequestID: request})
	if err != nil {
		z.t.Fatal(err)
	}
	return found
}

func (z *zone) count(sql string, args ...any) int {
	z.t.Helper()
	var n int
	if err := z.owner.QueryRow(z.t.Context(), sql, args...).Scan(&n); err != nil {
		z.t.Fatal(err)
	}
	return n
}

func (z *zone) exec(sql string, args ...any) {
	z.t.Helper()
	if _, err := z.owner.Exec(z.t.Context(), sql, args...); err != nil {
		z.t.Fatal(err)
	}
}
