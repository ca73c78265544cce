package bench

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"cloison/internal/clock"
)

var (
	figuresFile = flag.String("figures", "", "measure at the real sizes, and write the figures to this file as JSON")
	seconds     = flag.Duration("each", 3*time.Second, "how long each figure is measured")
)

// figure is one row: a measure, its baseline in the same run, and the goal of the ratio.
type figure struct {
	Row      string  `json:"row"`
	What     string  `json:"what"`
	P50      float64 `json:"p50_ms"`
	P95      float64 `json:"p95_ms"`
	Baseline string  `json:"baseline"`
	Base95   float64 `json:"baseline_p95_ms"`
	Ratio    float64 `json:"ratio"`
	Goal     float64 `json:"goal"`
	Met      bool    `json:"met"`
}

func compared(name, what string, got measure, baseline string, base measure, goal float64) figure {
	f := figure{Row: name, What: what, P50: ms(got.p50), P95: ms(got.p95), Baseline: baseline, Base95: ms(base.p95), Goal: goal}
	f.Ratio = f.P95 / f.Base95
	f.Met = f.Ratio <= goal
	return f
}

type measure struct{ p50, p95 time.Duration }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// sampled repeats do for a while and answers its percentiles.
func sampled(t *testing.T, do func()) measure {
	t.Helper()
	do() // plans and caches
	var all []time.Duration
	machine := clock.Machine{}
	for end := machine.Now().Add(*seconds); len(all) < 5 || machine.Now().Before(end) && *figuresFile != ""; {
		begin := machine.Now()
		do()
		all = append(all, machine.Now().Sub(begin))
	}
	slices.Sort(all)
	return measure{all[len(all)/2], all[len(all)*95/100]}
}

// report prints the table and writes it.
func report(t *testing.T, figures []figure) {
	t.Helper()
	fmt.Printf("%-4s %-52s %9s %9s  %-28s %9s %7s %6s\n", "row", "what", "p50 ms", "p95 ms", "baseline", "p95 ms", "ratio", "goal")
	for _, f := range figures {
		met := "met"
		if !f.Met {
			met = "NOT MET"
		}
		fmt.Printf("%-4s %-52s %9.2f %9.2f  %-28s %9.2f %7.2f %6.2f %s\n", f.Row, f.What, f.P50, f.P95, f.Baseline, f.Base95, f.Ratio, f.Goal, met)
	}
	if *figuresFile == "" {
		return
	}
	b, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*figuresFile, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
