package play

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Options is what to play, and where.
type Options struct {
	Dir      string
	Port     int       // that of the development environment
	Only     string    // a dossier's id, or a pipeline; empty: all
	Until    time.Time // what comes later is not played; zero: all
	JSON     string    // a file that receives the report; empty: none
	Record   string    // a file that receives a line for each answered request; empty: none
	People   []string
	Out      io.Writer
	Progress bool // say each act on Out
}

// ErrDifferent: the run went to its end and something is not as expected.
var ErrDifferent = errors.New("des valeurs diffèrent de ce qui est attendu")

// Run plays, prints and compares. It answers ErrDifferent when at least one value differs.
func Run(ctx context.Context, o Options) (*Report, error) { return runAt(ctx, at(o.Port), o) }

func runAt(ctx context.Context, env environment, o Options) (*Report, error) {
	cases, err := LoadCases(o.Dir, o.Only)
	if err != nil {
		return nil, err
	}
	people, err := LoadPeople(o.People...)
	if err != nil {
		return nil, err
	}
	steps := order(cases)
	if !o.Until.IsZero() {
		cases, steps = until(o.Until, cases, steps)
	}
	p, err := newPlayer(ctx, env, o, cases, people)
	if err != nil {
		return nil, err
	}
	if err := p.run(ctx, steps); err != nil {
		return nil, err
	}
	if !o.Until.IsZero() {
		if err := p.clock.set(ctx, o.Until); err != nil {
			return nil, err
		}
	}
	return finish(o, p.results(cases))
}

func finish(o Options, r *Report) (*Report, error) {
	out := newPrinter(o.Out)
	for _, d := range r.Dossiers {
		out.result(d)
	}
	out.total(r)
	if o.JSON != "" {
		b, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return r, fmt.Errorf("writing the report: %w", err)
		}
		if err := os.WriteFile(o.JSON, append(b, '\n'), 0o600); err != nil {
			return r, fmt.Errorf("writing the report: %w", err)
		}
	}
	if r.Differences > 0 {
		return r, ErrDifferent
	}
	return r, nil
}
