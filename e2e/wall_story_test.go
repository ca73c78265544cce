package e2e_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cloison/internal/dev/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Refusals of PostgreSQL.
const (
	noEntry      = "28000" // pg_hba.conf has no line for this role and database
	noPrivilege  = "42501" // the role has no CONNECT
	relayPort    = 3
	medicalPort  = 1
	serverPort   = 2
	documentPort = 5
)

// Each program's role reaches its own database and not the other zone's. Two walls stand there, and each alone refuses.
func TestNoRoleReachesTheOtherZonesDatabase(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	zones := postgres.Zones()
	for i, own := range zones {
		other := zones[1-i]
		if err := e.connectAs(t, own, own.Database); err != nil {
			t.Fatalf("%s does not reach its own database, so that its refusals prove nothing: %v", own.Role, err)
		}
		for _, database := range []string{other.Database, "postgres", "template1"} {
			if err := e.connectAs(t, own, database); sqlState(err) != noEntry {
				t.Errorf("%s on %s: want no entry, got %v", own.Role, database, err)
			}
		}
	}
	t.Run("without the access file, the privilege refuses", func(t *testing.T) {
		e.openAccess(t)
		for i, own := range zones {
			for _, database := range []string{zones[1-i].Database, "postgres", "template1"} {
				if err := e.connectAs(t, own, database); sqlState(err) != noPrivilege {
					t.Errorf("%s on %s: want no privilege, got %v", own.Role, database, err)
				}
			}
		}
	})
	// The checks have been seen to fail: with both walls down the same connection is made.
	t.Run("with both walls down it does connect", func(t *testing.T) {
		for i, own := range zones {
			other := zones[1-i].Database
			if _, err := e.database(t, medicalZone).Exec(t.Context(), "GRANT CONNECT ON DATABASE "+other+" TO "+own.Role); err != nil {
				t.Fatal(err)
			}
			if err := e.connectAs(t, own, other); err != nil {
				t.Errorf("%s on %s: %v", own.Role, other, err)
			}
		}
	})
}

// connectAs connects as a program does, with its password.
func (e *environment) connectAs(t *testing.T, z postgres.Zone, database string) error {
	t.Helper()
	password, err := os.ReadFile(filepath.Join(e.dir, "keys", "database-"+z.Name+".password"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), postgres.URL(e.dir, z.Role, strings.TrimSpace(string(password)), database))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var role string
	if err := conn.QueryRow(t.Context(), `SELECT current_user::text`).Scan(&role); err != nil || role != z.Role {
		t.Fatalf("connected as %q, not as %s: %v", role, z.Role, err)
	}
	return nil
}

func sqlState(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// openAccess has PostgreSQL ask every role for its password on every database: what pg_hba.conf refuses is open.
func (e *environment) openAccess(t *testing.T) {
	t.Helper()
	path := filepath.Join(e.dir, "pg", "pg_hba.conf")
	lines, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, append(lines, "local all all scram-sha-256\n"...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	conn := e.database(t, medicalZone)
	if _, err := conn.Exec(t.Context(), `SELECT pg_catalog.pg_reload_conf()`); err != nil {
		t.Fatal(err)
	}
	own := postgres.Zones()[0]
	eventually(t, "the access file is read again", func() bool { return sqlState(e.connectAs(t, own, "postgres")) != noEntry })
}

// The relay's port knows the routes of the relay and the medical zone's certificate: anything else is 404, anybody else has no connection.
func TestTheRelayKnowsItsRoutesAndItsPeer(t *testing.T) {
	t.Parallel()
	e := shared(t)
	peer := e.relayClient(t, "relay-medical")
	t.Run("the routes of the relay", func(t *testing.T) {
		for _, path := range []string{"/relay/v1/referrals?after=0", "/relay/v1/acknowledgements?after=0"} {
			if status, body := e.relay(t, peer, http.MethodGet, path); status != http.StatusOK {
				t.Errorf("%s: %d %s", path, status, body)
			}
		}
		// An empty body is no release: it is refused by the route, not by its absence.
		if status, _ := e.relay(t, peer, http.MethodPut, "/relay/v1/releases/1"); status == http.StatusNotFound || status < 400 {
			t.Errorf("an empty release: %d", status)
		}
	})
	t.Run("anything else", func(t *testing.T) {
		for _, path := range []string{
			"/", "/healthz", "/readyz", "/api/openapi.json", "/api/v1/me", "/api/v1/referrals", "/login", "/callback", "/messages", "/journal", "/api/v1/audit/entries",
			"/relay", "/relay/", "/relay/v1", "/relay/v1/", "/relay/v1/releases", "/relay/v1/releases/1/", "/relay/v1/referrals/", "/relay/v1/Referrals", "/relay/v2/referrals",
			"/relay/v1/referrals/1", "/relay/v1/opinions", "/relay/v1/../v1/opinions", "/relay/v1/audit/entries", "//relay/v1/referrals", "/debug/pprof/", "/metrics",
		} {
			if status, _ := e.relay(t, peer, http.MethodGet, path); status != http.StatusNotFound {
				t.Errorf("GET %s: want 404, got %d", path, status)
			}
		}
		for _, c := range [][2]string{
			{http.MethodPost, "/relay/v1/referrals"}, {http.MethodPut, "/relay/v1/referrals"}, {http.MethodDelete, "/relay/v1/releases/1"}, {http.MethodPost, "/relay/v1/releases/1"},
			{http.MethodGet, "/relay/v1/releases/1"}, {http.MethodPatch, "/relay/v1/acknowledgements"}, {http.MethodPost, "/relay/v1/acknowledgements"}, {http.MethodOptions, "/"},
		} {
			if status, _ := e.relay(t, peer, c[0], c[1]); status != http.StatusNotFound {
				t.Errorf("%s %s: want 404, got %d", c[0], c[1], status)
			}
		}
	})
	t.Run("anybody else", func(t *testing.T) {
		older := e.relayTLS(t, "relay-medical")
		older.MinVersion, older.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
		unknown := e.relayTLS(t, "relay-medical")
		unknown.Certificates = nil
		for name, config := range map[string]*tls.Config{
			"no certificate": unknown,
			"a certificate of the same authority for another name": e.relayTLS(t, "relay-server"),
			"TLS 1.2": older,
		} {
			resp, err := clientOf(config).Get(e.relayURL("/relay/v1/referrals?after=0"))
			if err == nil {
				resp.Body.Close()
				t.Errorf("%s: answered %d", name, resp.StatusCode)
			}
		}
		resp, err := http.Get("http://127.0.0.1:" + strconv.Itoa(e.port+relayPort) + "/relay/v1/referrals?after=0")
		if err == nil {
			defer resp.Body.Close()
			if body, _ := io.ReadAll(resp.Body); resp.StatusCode < 400 || strings.Contains(string(body), "items") {
				t.Errorf("without TLS: %d", resp.StatusCode)
			}
		}
	})
}

func (e *environment) relayTLS(t *testing.T, pair string) *tls.Config {
	t.Helper()
	file := func(name string) string { return filepath.Join(e.dir, "keys", name) }
	certificate, err := tls.LoadX509KeyPair(file(pair+".pem"), file(pair+".key"))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := os.ReadFile(file("relay-ca.pem"))
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(authority) {
		t.Fatalf("reading the relay's authority: %v", err)
	}
	listener, err := os.ReadFile(file("relay-server.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: pool, ServerName: nameIn(t, listener), MinVersion: tls.VersionTLS13}
}

func (e *environment) relayClient(t *testing.T, pair string) *http.Client {
	t.Helper()
	return clientOf(e.relayTLS(t, pair))
}

func clientOf(config *tls.Config) *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}, Timeout: 20 * time.Second}
}

func (e *environment) relayURL(path string) string {
	return "https://127.0.0.1:" + strconv.Itoa(e.port+relayPort) + path
}

func (e *environment) relay(t *testing.T, client *http.Client, method, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, e.relayURL(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, string(body)
}

// Who listens where: medical on its portal and, once it stands, on the documents' origin; server on its portal and the relay; keyholder and
// PostgreSQL on no port at all. So nothing on the medical side can be dialled by the administrative zone but the portal, and that has no route
// of the relay's.
func TestTheProgramsListenWhereTheyMayAndNowhereElse(t *testing.T) {
	t.Parallel()
	e := shared(t)
	at := func(offset int) string { return fmt.Sprintf("tcp 127.0.0.1:%d", e.port+offset) }
	for _, c := range []struct {
		program   string
		must, may []string
	}{
		{"medical", []string{at(medicalPort)}, []string{at(medicalPort), at(documentPort)}},
		{"server", []string{at(serverPort), at(relayPort)}, []string{at(serverPort), at(relayPort)}},
		{"keyholder", nil, nil},
		{"postgres", nil, nil},
	} {
		got := listening(t, e.pid(c.program))
		for _, address := range c.must {
			if !slices.Contains(got, address) {
				t.Errorf("%s does not listen on %s, so that what it does not listen on proves nothing: %v", c.program, address, got)
			}
		}
		for _, address := range got {
			if !slices.Contains(c.may, address) {
				t.Errorf("%s listens on %s", c.program, address)
			}
		}
	}
	for _, path := range []string{"/relay/v1/referrals", "/relay/v1/acknowledgements", "/relay/v1/releases/1", "/relay", "/relay/v1/audit/checkpoint"} {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost} {
			req, err := http.NewRequestWithContext(t.Context(), method, e.url(medicalPort)+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s on the medical portal: %d", method, path, resp.StatusCode)
			}
		}
	}
	for op, o := range e.zones[medicalZone].ops {
		if !strings.HasPrefix(o.path, "/api/v1/") {
			t.Errorf("%s stands at %s, outside the portal's own interface", op, o.path)
		}
	}
	// The reading of /proc has been seen to find: this very process, once it listens.
	own, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	datagram, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer datagram.Close()
	for _, want := range []string{"tcp " + own.Addr().String(), "udp " + datagram.LocalAddr().String()} {
		if !slices.Contains(accepted(t, "/proc/self", "/proc/thread-self/net"), want) {
			t.Errorf("%s was not found in /proc", want)
		}
	}
}

// listening are the addresses that a process accepts on, out of /proc: its sockets' inodes among those of its network namespace.
func listening(t *testing.T, pid int) []string {
	t.Helper()
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	return accepted(t, proc, filepath.Join(proc, "net"))
}

// accepted reads the sockets of proc in the tables of a network namespace. This process's own first thread may stand in another one, which
// the story of the namespaces made: what runs now looks at its own.
func accepted(t *testing.T, proc, namespace string) []string {
	t.Helper()
	descriptors, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		t.Fatalf("reading the open files of a program (root, or its owner, may): %v", err)
	}
	sockets := map[string]bool{}
	for _, d := range descriptors {
		target, err := os.Readlink(filepath.Join(proc, "fd", d.Name()))
		if inode, ok := strings.CutPrefix(target, "socket:["); ok && err == nil {
			sockets[strings.TrimSuffix(inode, "]")] = true
		}
	}
	var all []string
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		all = append(all, accepting(t, filepath.Join(namespace, table), table, sockets)...)
	}
	return all
}

// Columns of /proc/net/tcp, and its state of a socket that listens. A socket of UDP that has no peer takes from anybody.
const (
	localColumn, peerColumn, stateColumn, inodeColumn = 1, 2, 3, 9

	stateListen = "0A"
)

func accepting(t *testing.T, file, table string, sockets map[string]bool) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) <= inodeColumn || !sockets[fields[inodeColumn]] {
			continue
		}
		unconnected := strings.HasPrefix(table, "udp") && strings.Trim(fields[peerColumn], "0:") == ""
		if fields[stateColumn] == stateListen || unconnected {
			all = append(all, table+" "+address(t, fields[localColumn]))
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// address reads "0100007F:1F90": words of four bytes in the machine's order, here little endian, then the port.
func address(t *testing.T, text string) string {
	t.Helper()
	digits, port, _ := strings.Cut(text, ":")
	ip, err := hex.DecodeString(digits)
	number, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil {
		t.Fatalf("reading the address %s", text)
	}
	for word := range slices.Chunk(ip, 4) {
		slices.Reverse(word)
	}
	return net.JoinHostPort(net.IP(ip).String(), strconv.FormatUint(number, 10))
}

// nameIn is the DNS name of a certificate.
func nameIn(t *testing.T, file []byte) string {
	t.Helper()
	block, _ := pem.Decode(file)
	if block == nil {
		t.Fatal("no certificate in the file")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil || len(certificate.DNSNames) != 1 {
		t.Fatalf("reading a certificate: %v", err)
	}
	return certificate.DNSNames[0]
}
