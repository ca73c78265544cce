package e2e_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const retries = 100

// Around each delivery of a dossier a hundred retries of the same release storm the relay, from the start of the delivery on, while programs are
// killed in the midst: each opinion is there once for its referral, a hundred acknowledgements are one, and the two ledgers differ nowhere.
func TestAStormOfRetriesAroundEachDeliveryDoublesNothing(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false)
	storm := newStorm(t, e)
	sent := 0
	for range l.steps() {
		if l.one(t); strings.HasPrefix(l.steps()[l.next-1].name, "acknowledge") {
			break
		}
		for ; sent < e.count(t, medicalZone, "SELECT count(*) FROM medical.releases"); sent++ {
			storm.strike(t, sent+1)
		}
	}
	if sent != 4 {
		t.Fatalf("%d releases were stormed", sent)
	}
	eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
	for range retries {
		if a := e.as(t, l.agent).call(t, call{op: "acknowledgeRelease", path: map[string]string{"release": l.release}}); a.Status != http.StatusConflict {
			t.Fatalf("acknowledged again: %s", a)
		}
	}
	e.calm(t)
	l.wentOnce(t)
	said := e.ledgers(t)
	if !strings.Contains(said, "envois concordants : 4\n") || !strings.Contains(said, "accusés concordants : 1\n") || !strings.Contains(said, "écarts : 0\n") {
		t.Errorf("the two ledgers:\n%s", said)
	}
}

// ledgers exports both, each by its own zone's credential, and compares the two files.
func (e *environment) ledgers(t *testing.T) string {
	t.Helper()
	files := []string{}
	for _, z := range []zone{medicalZone, serverZone} {
		out, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), "ledger", "export", "--zone", string(z),
			"--database-url-file", filepath.Join(e.dir, "keys", "database-"+string(z)+".url")).Output()
		if err != nil {
			t.Fatalf("exporting the ledger of %s: %v", z, err)
		}
		path := filepath.Join(t.TempDir(), string(z)+".csv")
		if err := os.WriteFile(path, out, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	said, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), "ledger", "compare", files[0], files[1]).CombinedOutput()
	if err != nil {
		t.Errorf("comparing the ledgers: %v", err)
	}
	return string(said)
}

// storm is somebody who has the medical zone's certificate and sends what it sends, again and again.
type storm struct {
	env    *environment
	client *http.Client
}

func newStorm(t *testing.T, e *environment) *storm {
	t.Helper()
	key := func(name string) string { return filepath.Join(e.dir, "keys", name) }
	own, err := tls.LoadX509KeyPair(key("relay-medical.pem"), key("relay-medical.key"))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := os.ReadFile(key("relay-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}, ServerName: "server.administrative.cloison", MinVersion: tls.VersionTLS13}}
	t.Cleanup(transport.CloseIdleConnections)
	return &storm{e, &http.Client{Transport: transport, Timeout: time.Minute}}
}

// strike sends release seq until a hundred retries are answered, from four sides, and kills a program at each third of it. A try that a dying
// program does not answer is made again.
func (s *storm) strike(t *testing.T, seq int) {
	t.Helper()
	body := s.body(t, seq)
	var answered, kills atomic.Int64
	var sides sync.WaitGroup
	refused := make(chan string, retries)
	ctx := t.Context()
	for range 4 {
		sides.Go(func() {
			for answered.Load() < retries && ctx.Err() == nil {
				status, said, err := s.put(ctx, seq, body)
				if err != nil {
					time.Sleep(20 * time.Millisecond) // the program is away: nothing to wait on but it
					continue
				}
				// A program whose database is being killed says that it cannot.
				if status != http.StatusOK && status != http.StatusServiceUnavailable && status != http.StatusInternalServerError {
					refused <- fmt.Sprintf("release %d: %d %s", seq, status, said)
					return
				}
				if status == http.StatusOK {
					answered.Add(1)
				}
			}
		})
	}
	for i, program := range [][]string{{"server", "medical"}, {"server"}, {"postgres"}, {"server", "medical"}}[(seq-1)%4] {
		third := int64(retries * (i + 1) / 3)
		eventually(t, "a third of the storm is over", func() bool { return answered.Load() >= third || len(refused) > 0 })
		s.env.kill(t, program)
		kills.Add(1)
	}
	sides.Wait()
	s.env.forget()
	eventually(t, "the databases are back", func() bool { return s.env.pool(t, medicalZone).Ping(t.Context()) == nil && s.env.pid("medical") > 1 })
	select {
	case said := <-refused:
		t.Fatal(said)
	default:
	}
	if answered.Load() < retries || kills.Load() == 0 {
		t.Fatalf("release %d: %d answers, %d kills", seq, answered.Load(), kills.Load())
	}
}

func (s *storm) body(t *testing.T, seq int) []byte {
	t.Helper()
	var body string
	if err := s.env.pool(t, medicalZone).QueryRow(t.Context(), "SELECT r.body FROM medical.releases r WHERE r.seq = $1", seq).Scan(&body); err != nil {
		t.Fatal(err)
	}
	return []byte(body)
}

func (s *storm) put(ctx context.Context, seq int, body []byte) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, fmt.Sprintf("https://127.0.0.1:%d/relay/v1/releases/%d", s.env.port+3, seq), bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	return response.StatusCode, string(said), err
}
