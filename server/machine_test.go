package server_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloison/internal/clock"
	"cloison/server/machine"
	"cloison/server/prefecture"
	"cloison/web"
)

// machines is the listener of the prefectures' own systems.
type machines struct {
	z         *zone
	base      string
	authority authority
	clock     *standing // of certificates
}

// startMachines serves the machine API to si-69 and si-75, whom the owner has listed for 2026.
func (z *zone) startMachines() *machines {
	z.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		z.t.Fatal(err)
	}
	m := &machines{z: z, authority: newAuthority(z.t), clock: &standing{at: clock.Machine{}.Now()}}
	clients := machine.Clients{Pool: z.pool, Gate: z.gate, Clock: z.clock, Machine: m.clock, Location: paris}
	listener, err := web.ListenMutual("127.0.0.1:0", m.authority.issue(z.t, serverName), m.authority.pool())
	if err != nil {
		z.t.Fatal(err)
	}
	m.base = "https://" + listener.Addr().String()
	app, err := web.New(web.Options{
		Name: "machine", Ops: web.Bare(z.ops), Gate: z.gate, Authenticate: clients.Authenticate, PublicURL: m.base, Logger: slog.New(slog.NewJSONHandler(z.log, nil)),
	})
	if err != nil {
		z.t.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	z.t.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
	for _, p := range []string{"69", "75"} {
		z.asOwner(`INSERT INTO server.machines (name, reference, prefecture, valid_from, valid_to) VALUES ($1, gen_random_uuid(), $2, '2026-01-01', '2026-12-31')`,
			"si-"+p+".example", p)
	}
	return m
}

func (m *machines) client(version uint16, certificates ...tls.Certificate) *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: m.authority.pool(), ServerName: serverName, Certificates: certificates, MaxVersion: version, MinVersion: tls.VersionTLS12,
	}}
	m.z.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 40 * time.Second}
}

// of is the system that has that name.
func (m *machines) of(name string) *http.Client {
	return m.client(tls.VersionTLS13, m.authority.issue(m.z.t, name))
}

func (m *machines) call(client *http.Client, method, path, body string, headers ...string) answer {
	m.z.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, m.base+path, strings.NewReader(body))
	if err != nil {
		m.z.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return m.z.send(client, request)
}

// TestOnlyCertificatesOfTheAuthorityAreHeard: no other connection survives the handshake.
func TestOnlyCertificatesOfTheAuthorityAreHeard(t *testing.T) {
	t.Parallel()
	m := newZone(t).startMachines()
	for name, client := range map[string]*http.Client{
		"no certificate":               m.client(tls.VersionTLS13),
		"another authority":            m.client(tls.VersionTLS13, newAuthority(t).issue(t, "si-69.example")),
		"the relay's":                  m.client(tls.VersionTLS13, m.z.peers.issue(t, medicalName)),
		"TLS 1.2, a good certificate":  m.client(tls.VersionTLS12, m.authority.issue(t, "si-69.example")),
		"an expired one":               m.client(tls.VersionTLS13, m.dated(t, "si-69.example", -2*time.Hour, -time.Hour)),
		"one that is not in force yet": m.client(tls.VersionTLS13, m.dated(t, "si-69.example", time.Hour, 2*time.Hour)),
	} {
		if response, err := client.Get(m.base + "/api/openapi.json"); err == nil {
			response.Body.Close()
			t.Errorf("%s: answered %d", name, response.StatusCode)
		}
	}
	if a := m.call(m.of("si-69.example"), "GET", "/api/v1/referrals", ""); a.status != 200 {
		t.Errorf("the listed one: %d %s", a.status, a.body)
	}
}

// dated is a certificate of the authority from and until so long from now.
func (m *machines) dated(t *testing.T, name string, from, until time.Duration, more ...string) tls.Certificate {
	t.Helper()
	key, template := newTemplate(t, name)
	now := clock.Machine{}.Now()
	template.DNSNames, template.NotBefore, template.NotAfter = append([]string{name}, more...), now.Add(from), now.Add(until)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, m.authority.certificate, key.Public(), m.authority.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestAMachineComesInByTheOwnersList: by its one name, between its dates, until it is revoked, which its next call feels. What is refused to a
// name of the list leaves an entry.
func TestAMachineComesInByTheOwnersList(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	m := z.startMachines()
	refused := func(what string, client *http.Client, status int, code, rule, entry string) {
		t.Helper()
		a := m.call(client, "GET", "/api/v1/referrals", "")
		var p problem
		a.into(t, &p)
		if a.status != status || p.Code != code || p.Rule != rule || p.Detail == "" || z.entriesOf(a) != entry {
			t.Errorf("%s: %d %s, entries %q", what, a.status, a.body, z.entriesOf(a))
		}
	}
	refused("a name of no list", m.of("si-38.example"), 401, "unauthenticated", "", "")
	refused("two names", m.client(tls.VersionTLS13, m.dated(t, "si-69.example", -time.Hour, time.Hour, "si-75.example")), 401, "unauthenticated", "", "")
	si := m.of("si-69.example")
	if a := m.call(si, "GET", "/api/v1/referrals", ""); a.status != 200 || z.entriesOf(a) != "DONE ALLOW_PREFECTURE" {
		t.Errorf("the listed one: %d %s %s", a.status, a.body, z.entriesOf(a))
	}
	z.clock.set("2027-01-01T00:30:00+01:00")
	refused("after its dates", si, 403, "forbidden", "MACHINE_NOT_IN_FORCE", "REFUSED MACHINE_NOT_IN_FORCE")
	z.clock.set("2026-12-31T23:30:00+01:00")
	if a := m.call(si, "GET", "/api/v1/referrals", ""); a.status != 200 {
		t.Errorf("on its last day: %d %s", a.status, a.body)
	}
	z.asOwner("UPDATE server.machines SET revoked_at = $1 WHERE prefecture = '69'", clock.Machine{}.Now())
	refused("revoked, on the connection that was open", si, 403, "forbidden", "MACHINE_REVOKED", "REFUSED MACHINE_REVOKED")
}

// A connection may outlive the certificate that opened it; nothing is answered on it any more.
func TestACertificateThatExpiredEndsItsConnection(t *testing.T) {
	t.Parallel()
	m := newZone(t).startMachines()
	si := m.of("si-69.example")
	if a := m.call(si, "GET", "/api/v1/referrals", ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	m.clock.set(clock.Machine{}.Now().Add(2 * time.Hour).Format(time.RFC3339))
	if a := m.call(si, "GET", "/api/v1/referrals", ""); a.status != 401 {
		t.Errorf("after its certificate: %d %s", a.status, a.body)
	}
}

// TestAMachineSeesItsOwnPrefectureAlone: the rules of an agent hold, by every way of asking; nothing else is served there.
func TestAMachineSeesItsOwnPrefectureAlone(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	m := z.startMachines()
	id := z.create("pref-75", caseOne).ID
	mine, theirs := m.of("si-75.example"), m.of("si-69.example")
	for path, status := range map[string]int{"/api/v1/referrals/" + id: 200, "/api/v1/audit/entries": 404, "/api/v1/me": 404, "/saisines": 404, "/login": 404} {
		if a := m.call(mine, "GET", path, ""); a.status != status {
			t.Errorf("%s for its own: %d", path, a.status)
		}
	}
	for _, path := range []string{"/api/v1/referrals/" + id, "/api/v1/referrals/" + id + "/opinion"} {
		z.refused(func() answer { return m.call(theirs, "GET", path, "") }, 404, "not_found", "", "WRONG_PREFECTURE")
	}
	z.refused(func() answer { return m.call(theirs, "POST", "/api/v1/referrals", caseOne) }, 403, "forbidden", "WRONG_PREFECTURE", "WRONG_PREFECTURE")
	if a := m.call(theirs, "GET", "/api/v1/referrals", ""); strings.Contains(string(a.body), id) {
		t.Error("another prefecture's system lists it")
	}
}

// TestTheExamplesAreAccepted: the document shows bodies that the program takes, as they stand.
func TestTheExamplesAreAccepted(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	m := z.startMachines()
	si := m.of("si-69.example")
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			RequestBody struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
	}
	m.call(si, "GET", "/api/openapi.json", "").into(t, &spec)
	examples := map[string][2]string{} // by operation: media type and body
	paths := map[string]string{}
	for path, methods := range spec.Paths {
		for _, op := range methods {
			paths[op.OperationID] = path
			for media, content := range op.RequestBody.Content {
				if content.Example != nil {
					examples[op.OperationID] = [2]string{media, string(content.Example)}
				}
			}
		}
	}
	send := func(op, referral string) answer {
		t.Helper()
		example, there := examples[op]
		if !there {
			t.Fatalf("%s has no example", op)
		}
		body := example[1]
		if example[0] == "text/csv" {
			if err := json.Unmarshal([]byte(body), &body); err != nil {
				t.Fatal(err)
			}
		}
		a := m.call(si, "POST", strings.ReplaceAll(paths[op], "{referral}", referral), body, "Content-Type", example[0])
		if a.status < 200 || a.status > 299 {
			t.Errorf("%s: %d %s", op, a.status, a.body)
		}
		return a
	}
	var group prefecture.ReferralGroup
	send("createReferral", "").into(t, &group)
	var report prefecture.ImportReport
	send("importReferrals", "").into(t, &report)
	if report.Created != 2 {
		t.Errorf("the file of the example: %+v", report)
	}
	sent := []string{"correctReferral", "changeLiberty", "recordDecision", "declareAppeal", "requestAttestation", "closeAppeal", "transferReferral"}
	for _, op := range sent {
		send(op, group.ID)
	}
	send("withdrawReferral", report.Lines[0].Referral)
	// Handing over needs a message; its body is sent by TestAMessageGoesToAnotherBureau.
	sent = append(sent, "handOverRelease")
	for op := range examples {
		if !strings.Contains(strings.Join(append(sent, "createReferral", "importReferrals", "withdrawReferral"), " "), op) {
			t.Errorf("the example of %s is sent by nothing", op)
		}
	}
}
