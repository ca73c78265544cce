package launch

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloison/internal/clock"
	"cloison/internal/dev/testclock"
)

func newControl(t *testing.T) (*control, *httptest.Server) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, "2026-01-12T09:00:00+01:00")
	if err != nil {
		t.Fatal(err)
	}
	test, err := testclock.Create(filepath.Join(t.TempDir(), "clock"), at)
	if err != nil {
		t.Fatal(err)
	}
	c := &control{
		clock: test, test: test, limit: 200 * time.Millisecond,
		pending: func(context.Context) ([]string, error) { return nil, nil },
		sweep:   func(context.Context) (map[string]int, error) { return map[string]int{}, nil },
		states:  func() []state { return []state{{"medical", true, 2}, {"server", false, 0}} },
	}
	s := httptest.NewServer(c.handler())
	t.Cleanup(s.Close)
	return c, s
}

func call(t *testing.T, method, url, body string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	_ = json.NewDecoder(response.Body).Decode(&answer) // metrics are no JSON
	return response.StatusCode, answer
}

func TestTheClockMovesForwardAndBackOnlyByForce(t *testing.T) {
	t.Parallel()
	c, s := newControl(t)
	for _, tc := range []struct {
		name, body string
		status     int
		now        string
	}{
		{"forward", `{"now":"2026-01-13T09:00:00+01:00"}`, 200, "2026-01-13T08:00:00Z"},
		{"the same is the barrier", `{"now":"2026-01-13T08:00:00Z"}`, 200, "2026-01-13T08:00:00Z"},
		{"back", `{"now":"2026-01-01T00:00:00Z"}`, 409, "2026-01-13T08:00:00Z"},
		{"back by force", `{"now":"2026-01-01T00:00:00Z","force":true}`, 200, "2026-01-01T00:00:00Z"},
		{"no time", `{}`, 400, "2026-01-01T00:00:00Z"},
		{"a field too many", `{"now":"2026-02-01T00:00:00Z","forse":true}`, 400, "2026-01-01T00:00:00Z"},
		{"beyond the file", `{"now":"2400-01-01T00:00:00Z"}`, 400, "2026-01-01T00:00:00Z"},
	} {
		status, answer := call(t, http.MethodPut, s.URL+"/clock", tc.body)
		if status != tc.status || c.test.Now().Format(time.RFC3339) != tc.now {
			t.Errorf("%s: %d %v, clock at %v", tc.name, status, answer, c.test.Now())
		}
		if swept, ok := answer["swept"].(map[string]any); status == 200 && (!ok || len(swept) != 0 || answer["now"] != tc.now) {
			t.Errorf("%s: %v", tc.name, answer)
		}
		if _, got := call(t, http.MethodGet, s.URL+"/clock", ""); got["now"] != tc.now {
			t.Errorf("%s: GET says %v", tc.name, got)
		}
	}
}

func TestPutWaitsUntilNothingIsPending(t *testing.T) {
	t.Parallel()
	c, s := newControl(t)
	c.limit = time.Minute
	var left atomic.Int32
	left.Store(3)
	c.pending = func(context.Context) ([]string, error) {
		if left.Add(-1) >= 0 {
			return []string{"1 message(s) à transmettre"}, nil
		}
		return nil, nil
	}
	if status, answer := call(t, http.MethodPut, s.URL+"/clock", `{"now":"2026-02-01T00:00:00Z"}`); status != 200 || left.Load() >= 0 {
		t.Errorf("%d %v with %d left", status, answer, left.Load())
	}
}

func TestPutNamesWhatIsLeft(t *testing.T) {
	t.Parallel()
	c, s := newControl(t)
	c.pending = func(context.Context) ([]string, error) { return []string{"2 saisine(s) à recevoir"}, nil }
	status, answer := call(t, http.MethodPut, s.URL+"/clock", `{"now":"2026-02-01T00:00:00Z"}`)
	if detail, _ := answer["detail"].(string); status != http.StatusGatewayTimeout || !strings.Contains(detail, "2 saisine(s) à recevoir") {
		t.Errorf("%d %v", status, answer)
	}
	c.pending = func(context.Context) ([]string, error) { return nil, errors.New("no such table") }
	status, answer = call(t, http.MethodPut, s.URL+"/clock", `{"now":"2026-02-01T00:00:00Z"}`)
	if detail, _ := answer["detail"].(string); status != http.StatusGatewayTimeout || !strings.Contains(detail, "illisible") {
		t.Errorf("%d %v", status, answer)
	}
}

func TestTheMachinesClockIsNotMoved(t *testing.T) {
	t.Parallel()
	c, s := newControl(t)
	c.clock, c.test = clock.Machine{}, nil
	if status, answer := call(t, http.MethodPut, s.URL+"/clock", `{"now":"2026-02-01T00:00:00Z"}`); status != 404 || answer["code"] != "not_found" {
		t.Errorf("%d %v", status, answer)
	}
	if status, _ := call(t, http.MethodGet, s.URL+"/metrics", ""); status != 200 {
		t.Errorf("metrics: %d", status)
	}
}
