package launch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"cloison/internal/clock"
	"cloison/internal/dev/testclock"
)

// barrierLimit is how long PUT /clock waits for the two zones to be quiet.
const barrierLimit = 2 * time.Minute

// control is the address of the test clock and of the metrics.
type control struct {
	clock   clock.Clock
	test    *testclock.Clock // nil: the machine's
	pending func(context.Context) ([]string, error)
	sweep   func(context.Context) (map[string]int, error)
	states  func() []state
	limit   time.Duration // of the wait in put
	moving  sync.Mutex
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock", c.get)
	mux.HandleFunc("PUT /clock", c.put)
	mux.HandleFunc("GET /metrics", c.metrics)
	return mux
}

func (c *control) get(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"now": c.clock.Now().Format(time.RFC3339Nano)})
}

// put moves the clock, then waits until everything that follows has happened in
// both zones. The same time again is just the wait.
func (c *control) put(w http.ResponseWriter, r *http.Request) {
	if c.test == nil {
		problem(w, http.StatusNotFound, "not_found", "Cet environnement suit l'horloge de la machine. Relancez « cloison dev » avec --clock pour la déplacer.")
		return
	}
	var in struct {
		Now   time.Time `json:"now"`
		Force bool      `json:"force"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil || in.Now.IsZero() {
		problem(w, http.StatusBadRequest, "malformed", `Envoyez {"now": une date et heure RFC 3339}, et "force": true pour reculer.`)
		return
	}
	c.moving.Lock()
	defer c.moving.Unlock()
	if in.Now.Before(c.test.Now()) && !in.Force {
		problem(w, http.StatusConflict, "conflict", `L'horloge ne recule pas : envoyez "force": true si c'est voulu.`)
		return
	}
	if err := c.test.Set(in.Now); err != nil {
		problem(w, http.StatusBadRequest, "malformed", "Cette date ne tient pas dans l'horloge d'essai : restez entre 1678 et 2262.")
		return
	}
	swept, err := c.settle(r.Context())
	if err != nil {
		problem(w, http.StatusGatewayTimeout, "unavailable", err.Error())
		return
	}
	answer(w, http.StatusOK, map[string]any{"now": c.test.Now().Format(time.RFC3339Nano), "swept": swept})
}

// settle: what has to cross crosses, so that the sweeps see it; then they run; then what they made due crosses.
func (c *control) settle(ctx context.Context) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	if err := c.barrier(ctx); err != nil {
		return nil, err
	}
	swept, err := c.sweep(ctx)
	if err != nil {
		return nil, fmt.Errorf("L'horloge est déplacée, mais les rondes ne sont pas finies : %w. Voyez les journaux dans log/.", err) //nolint:staticcheck // a sentence for a person
	}
	return swept, c.barrier(ctx)
}

// barrier answers nil once nothing is pending.
func (c *control) barrier(ctx context.Context) error {
	for pause := 5 * time.Millisecond; ; pause = min(pause*3/2, 100*time.Millisecond) {
		left, err := c.pending(ctx)
		if err == nil && len(left) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("L'état des deux zones est illisible : %w", err) //nolint:staticcheck // a sentence for a person
			}
			return fmt.Errorf("L'horloge est déplacée, mais il reste : %s. Voyez les journaux dans log/.", strings.Join(left, ", ")) //nolint:staticcheck // a sentence for a person
		case <-time.After(pause):
		}
	}
}

func (c *control) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintln(w, "# HELP cloison_dev_program_up Whether the program runs.\n# TYPE cloison_dev_program_up gauge")
	states := c.states()
	for _, s := range states {
		up := 0
		if s.up {
			up = 1
		}
		fmt.Fprintf(w, "cloison_dev_program_up{program=%q} %d\n", s.name, up)
	}
	fmt.Fprintln(w, "# HELP cloison_dev_program_restarts_total Restarts since the launcher started.\n# TYPE cloison_dev_program_restarts_total counter")
	for _, s := range states {
		fmt.Fprintf(w, "cloison_dev_program_restarts_total{program=%q} %d\n", s.name, s.restarts)
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller may be gone
}

func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"title": http.StatusText(status), "detail": detail, "code": code}) // the caller may be gone
}
