package server_test

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/keyfile"
	"cloison/release"
	"cloison/release/form"
)

// Figures, never a verdict: `make bench` gives the sizes. Both need bin/server.
var (
	manyOpinions = flag.Int("opinions", 0, "measure the delivery, the acknowledgement and the archive of so many opinions")
	manyReleases = flag.Int("releases", 0, "measure the inbox of a zone that received so many releases")
)

// program is the real one, in a process of its own, on the database of a zone.
type program struct {
	pid      int
	relay    string
	machines string
	client   *http.Client // si-75.example
}

// startProgram runs bin/server as production does: mutual TLS on the relay and for the prefectures' own systems.
func (z *zone) startProgram() *program {
	z.t.Helper()
	dir, systems := z.t.TempDir(), newAuthority(z.t)
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			z.t.Fatal(err)
		}
		return path
	}
	pemOf := func(der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}) }
	own := func(name string, c tls.Certificate) (certificate, key string) {
		der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
		if err != nil {
			z.t.Fatal(err)
		}
		return put(name+".pem", pemOf(c.Certificate[0])), put(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		z.t.Fatal(err)
	}
	signing, err := keyfile.FormatPrivate(private)
	if err != nil {
		z.t.Fatal(err)
	}
	relayCert, relayKey := own("relay", z.peers.issue(z.t, serverName))
	machineCert, machineKey := own("machine", systems.issue(z.t, serverName))
	config := put("server.toml", fmt.Appendf(nil, `environment = "test"
zone = "server"
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:9"
relay_listen = "127.0.0.1:0"
relay_cert = %q
relay_key = %q
relay_ca = %q
relay_peer = %q
machine_listen = "127.0.0.1:0"
machine_url = "https://127.0.0.1:9"
machine_cert = %q
machine_key = %q
machine_ca = %q
database_url_file = %q
seal_certificate_files = [%q]
ack_private_key_file = %q
checkpoint_private_key_file = %q

[[issuer]]
name = "ProConnect"
kind = "proconnect"
issuer = "http://127.0.0.1:9/proconnect"
client_id = "server"
client_secret_file = %q
`, relayCert, relayKey, put("peers.pem", pemOf(z.peers.certificate.Raw)), medicalName, machineCert, machineKey, put("systems.pem", pemOf(systems.certificate.Raw)),
		put("database.url", []byte(z.names.RoleURL)), put("seal.pem", pemOf(z.sealer.Certificate.Raw)), put("ack.key", signing), put("log.key", signing), put("client.secret", []byte("not a secret"))))
	z.asOwner(`INSERT INTO server.machines (name, reference, prefecture, valid_from, valid_to) VALUES ('si-75.example', gen_random_uuid(), '75', '2020-01-01', '2099-12-31')`)
	command := exec.Command("../bin/server", "-config", config)
	said, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		z.t.Fatalf("starting bin/server (make build makes it): %v", err)
	}
	z.t.Cleanup(func() { _ = command.Process.Signal(syscall.SIGTERM); _ = command.Wait() })
	first, err := bufio.NewReader(said).ReadBytes('\n')
	var ready struct{ Msg, Relay, Machines string }
	if err != nil || json.Unmarshal(first, &ready) != nil || ready.Msg != "ready" {
		z.t.Fatalf("%v: %s", err, first)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 16, TLSClientConfig: &tls.Config{
		RootCAs: systems.pool(), ServerName: serverName, Certificates: []tls.Certificate{systems.issue(z.t, "si-75.example")}, MinVersion: tls.VersionTLS13,
	}}
	z.t.Cleanup(transport.CloseIdleConnections)
	return &program{pid: command.Process.Pid, relay: "https://" + ready.Relay, machines: "https://" + ready.Machines, client: &http.Client{Transport: transport, Timeout: 10 * time.Minute}}
}

// resident is a field of the process's own account of its memory, in MiB.
func (p *program) resident(t *testing.T, field string) float64 {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(value)[0], 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib / 1024
		}
	}
	t.Fatalf("no %s", field)
	return 0
}

// sync makes the database wait for its disk, as production's does.
func (z *zone) sync() {
	z.t.Helper()
	super, err := pgx.Connect(z.t.Context(), z.names.SuperURL)
	if err != nil {
		z.t.Fatal(err)
	}
	defer super.Close(z.t.Context())
	for _, sql := range []string{"ALTER SYSTEM SET fsync = on", "ALTER SYSTEM SET synchronous_commit = on", "SELECT pg_catalog.pg_reload_conf()"} {
		if _, err := super.Exec(z.t.Context(), sql); err != nil {
			z.t.Fatal(err)
		}
	}
}

// sealedOpinions makes n referrals of Paris with an opinion each, as the medical zone sends them, and the names of their documents.
func (z *zone) sealedOpinions(n int) (bodies [][]byte, opinions []release.Opinion, names form.Names) {
	z.t.Helper()
	var base release.Unsealed
	for i := range n {
		id := z.create("pref-75", caseOne).ID
		if i == 0 {
			base = z.opinion(1, id).Opinion.Unsealed
			names = z.namesOf(base)
		}
		u := base
		u.ID, u.Referral = release.OpinionID(id, 1), id
		o, err := z.sealer.Seal(u, names)
		if err != nil {
			z.t.Fatal(err)
		}
		body, err := release.Canonical(release.Release{Seq: int64(i + 1), Kind: release.ReleaseOpinion, Opinion: &o})
		if err != nil {
			z.t.Fatal(err)
		}
		bodies, opinions = append(bodies, body), append(opinions, o)
	}
	return bodies, opinions, names
}

// TestOpinionFigures: opinions delivered one after the other over the relay, as the medical zone does, while eight callers of the prefecture's system
// acknowledge them; against rendering and verifying the same opinions alone. Then all of them as one archive, and how much memory the program takes.
func TestOpinionFigures(t *testing.T) {
	if *manyOpinions == 0 {
		t.Skip("make bench gives the number of opinions: it gives figures only")
	}
	z := newZone(t)
	z.sync()
	bodies, opinions, names := z.sealedOpinions(*manyOpinions)
	p := z.startProgram()

	begun := time.Now()
	for _, o := range opinions {
		if _, err := z.sealer.Pins().Verify(o, names); err != nil {
			t.Fatal(err)
		}
	}
	alone := time.Since(begun)

	delivered := make(chan int, len(bodies))
	var failed atomic.Int64
	var callers sync.WaitGroup
	begun = time.Now()
	for range 8 {
		callers.Go(func() {
			for seq := range delivered {
				if a, err := p.send(p.client, http.MethodPost, p.machines+"/api/v1/releases/"+strconv.Itoa(seq)+"/acknowledgement", []byte("{}")); err != nil || a.StatusCode >= 300 {
					failed.Add(1)
				}
			}
		})
	}
	medical := z.medical()
	for i, body := range bodies {
		a, err := p.send(medical, http.MethodPut, p.relay+"/relay/v1/releases/"+strconv.Itoa(i+1), body)
		if err != nil || a.StatusCode != 200 {
			t.Fatalf("release %d: %v %v", i+1, a, err)
		}
		delivered <- i + 1
	}
	took := time.Since(begun)
	close(delivered)
	callers.Wait()
	both := time.Since(begun)
	if failed.Load() > 0 {
		t.Fatalf("%d are not acknowledged", failed.Load())
	}
	n := float64(len(bodies))
	rate := func(d time.Duration) float64 { return n / d.Seconds() }
	t.Logf("| P11 | %d opinions delivered and acknowledged | %.0f/s (delivered alone %.0f/s) | rendering and verifying alone %.0f/s | ratio %.2f | goal 200/s, 0.60 |",
		len(bodies), rate(both), rate(took), rate(alone), rate(both)/rate(alone))

	if err := os.WriteFile("/proc/"+strconv.Itoa(p.pid)+"/clear_refs", []byte("5"), 0); err != nil { // the mark of the highest begins here
		t.Fatal(err)
	}
	before := p.resident(t, "VmRSS")
	begun = time.Now()
	response, err := p.client.Get(p.machines + "/api/v1/opinions.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	size, err := io.Copy(io.Discard, response.Body)
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("%d %v", response.StatusCode, err)
	}
	highest := p.resident(t, "VmHWM")
	t.Logf("| ZIP | %d opinions, %.1f MiB, %.1f s | the program at its highest %.0f MiB, %.0f MiB before | grown by %.0f MiB | goal 64 MiB |",
		len(bodies), float64(size)/(1<<20), time.Since(begun).Seconds(), highest, before, highest-before)
}

func (p *program) send(client *http.Client, method, url string, body []byte) (*http.Response, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response, err
}

// TestInboxFigures: the first pages of the portal for a prefecture that receives a fifth of everything, and for one that receives little, in a zone of
// a hundredth of the releases and in one of all of them.
func TestInboxFigures(t *testing.T) {
	if *manyReleases == 0 {
		t.Skip("make bench gives the number of releases: it gives figures only")
	}
	z := newZone(t)
	z.clock.set("2026-03-12T10:02:00+01:00")
	seed := newSeed(z)
	pages := []struct{ who, path string }{{"pref-75", "/messages"}, {"pref-2A", "/messages"}, {"pref-75", "/saisines"}, {"pref-75", "/api/v1/releases?after=%d"}, {"pref-75", "/rapprochement"}}
	var few []time.Duration
	for _, size := range []int{*manyReleases / 100, *manyReleases} {
		seed.fill(size)
		for i, page := range pages {
			path := page.path
			if strings.Contains(path, "%d") {
				path = fmt.Sprintf(path, size-25)
			}
			took := z.hundred(page.who, path)
			if len(few) < len(pages) {
				few = append(few, took[94])
				continue
			}
			t.Logf("| P9 | %s, %s, of %d releases | median %s, p95 %s | of %d: p95 %s | ratio %.2f | goal 1.50 |",
				page.who, page.path, size, took[49].Round(100*time.Microsecond), took[94].Round(100*time.Microsecond), size/100, few[i].Round(100*time.Microsecond), took[94].Seconds()/few[i].Seconds())
		}
	}
}

// hundred asks for a page a hundred times, and answers how long each took, the quickest first.
func (z *zone) hundred(who, path string) []time.Duration {
	z.t.Helper()
	kind := "text/html"
	if strings.HasPrefix(path, "/api/") {
		kind = "application/json"
	}
	var took []time.Duration
	for range 105 {
		begun := time.Now()
		if a := z.call(who, http.MethodGet, path, "", "Accept", kind); a.status != 200 {
			z.t.Fatalf("%s: %d %s", path, a.status, a.body)
		}
		took = append(took, time.Since(begun))
	}
	took = took[5:] // plans and caches
	slices.Sort(took)
	return took
}

// seed fills a zone with referrals of three releases each: taken, certificate received, opinion. One opinion in a hundred waits.
type seed struct {
	z    *zone
	base release.Opinion
	done int // releases
}

func newSeed(z *zone) *seed {
	u := release.Unsealed{}
	id := z.create("pref-75", caseOne).ID
	u = z.opinion(1, id).Opinion.Unsealed
	o, err := z.sealer.SealDigest(u, [32]byte{})
	if err != nil {
		z.t.Fatal(err)
	}
	return &seed{z: z, base: o}
}

const seeded = 3 // releases of a referral

func (s *seed) fill(size int) {
	s.z.t.Helper()
	const step = 20_000 // referrals at once
	for s.done+seeded <= size {
		s.load(min(step, (size-s.done)/seeded))
	}
	s.z.asOwner("ANALYZE")
}

// load copies n referrals with all that came for them. The owner enters them: what is measured is reading.
func (s *seed) load(n int) {
	s.z.t.Helper()
	var groups, referrals, releases, opinions, waiting, acknowledged [][]any
	var civil, liberty string
	err := s.z.owner.QueryRow(s.z.t.Context(), "SELECT g.civil::text, g.liberty_history::text FROM server.referral_groups g LIMIT 1").Scan(&civil, &liberty)
	if err != nil {
		s.z.t.Fatal(err)
	}
	at := time.Date(2026, 1, 16, 15, 0, 0, 0, time.UTC)
	for i := range n {
		number := s.done/seeded + i
		id, code := fmt.Sprintf("%08x-0000-4000-8000-%012x", number+1, number+1), s.code(number)
		groups = append(groups, []any{id, "SEJ_L4259_PREMIERE", "ANEF", code, "DT-PARIS", "PAYS_ORIGINE", "CIV", json.RawMessage(liberty), json.RawMessage(civil), at, "seed"})
		referrals = append(referrals, []any{id, id, 1, 1, fmt.Sprintf("99%08d", number%1e8), "patient", code})
		seq := int64(s.done + i*seeded)
		on := release.Date("2026-01-16")
		n0 := release.NewNotice(id, release.ReferralAnswered, on, release.NoticeFields{TechnicalCode: ptr(release.Accepted)})
		n1 := release.NewNotice(id, release.CertificateReceived, on, release.NoticeFields{ReceivedOn: &on})
		o := s.base
		o.ID, o.Referral, o.Receiver = release.OpinionID(id, 1), id, code
		for j, r := range []release.Release{{Kind: release.ReleaseNotice, Notice: &n0}, {Kind: release.ReleaseNotice, Notice: &n1}, {Kind: release.ReleaseOpinion, Opinion: &o}} {
			r.Seq = seq + int64(j) + 1
			body, err := release.Canonical(r)
			if err != nil {
				s.z.t.Fatal(err)
			}
			row := []any{r.Seq, id, string(r.Kind), []string{"N0", "N1", "N6"}[j], "2026-01-16", string(body), nil, at, code}
			if r.Opinion != nil {
				row[6] = make([]byte, 32)
			}
			releases = append(releases, row)
		}
		opinions = append(opinions, []any{o.ID, id, 1, seq + 3, "2026-03-12", o.Decision.Ref, o.Decision.Digest, []int32{1, 2, 3}})
		if number%100 == 0 {
			waiting = append(waiting, []any{seq + 3})
			continue
		}
		k := int64(len(acknowledged)) + seq + 1
		acknowledged = append(acknowledged, []any{k, seq + 3, id, 1, "2026-03-12", at, "seed", fmt.Sprintf(`{"seq":%d,"release":%d}`, k, seq+3)})
	}
	for _, table := range []struct {
		name    string
		columns []string
		rows    [][]any
	}{
		{"referral_groups", []string{"id", "kind", "channel", "prefecture", "direction", "country_role", "country", "liberty_history", "civil", "opened_at", "opened_by"}, groups},
		{"referrals", []string{"id", "group_id", "file", "version", "agdref", "requester", "prefecture"}, referrals},
		{"releases", []string{"seq", "referral", "kind", "code", "dated", "body", "seal_digest", "received_at", "received_by"}, releases},
		{"opinions", []string{"id", "referral", "version", "release", "issued_on", "decision_ref", "decision_digest", "authors"}, opinions},
		{"waiting_opinions", []string{"release"}, waiting},
		{"acknowledgements", []string{"seq", "release", "referral", "version", "dated", "at", "author", "body"}, acknowledged},
	} {
		if _, err := s.z.owner.CopyFrom(s.z.t.Context(), pgx.Identifier{"server", table.name}, table.columns, pgx.CopyFromRows(table.rows)); err != nil {
			s.z.t.Fatalf("%s: %v", table.name, err)
		}
	}
	s.done += n * seeded
}

// code is who refers: Paris a fifth, Corse-du-Sud one in a thousand, and Lyon the rest.
func (s *seed) code(number int) string {
	switch {
	case number%1000 == 7:
		return "2A"
	case number%5 == 0:
		return "75"
	}
	return "69"
}
