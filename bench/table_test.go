package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"text/tabwriter"
)

// row is one figure. A ratio of rates is to be at least its goal, one of times at most.
type row struct {
	Figure   string  `json:"figure"`
	Work     string  `json:"work"`
	Value    float64 `json:"value"`
	Baseline float64 `json:"baseline"`
	Unit     string  `json:"unit"`
	Ratio    float64 `json:"ratio"`
	Goal     float64 `json:"goal"`
	AtMost   bool    `json:"at_most"`
	Met      bool    `json:"met"`
}

func atLeast(figure, work string, value, baseline float64, unit string, goal float64) row {
	ratio := value / baseline
	return row{figure, work, value, baseline, unit, ratio, goal, false, ratio >= goal}
}

func atMost(figure, work string, value, baseline float64, unit string, goal float64) row {
	ratio := value / baseline
	return row{figure, work, value, baseline, unit, ratio, goal, true, ratio <= goal}
}

// publish prints the rows and writes them to bench/out/NAME.json.
func publish(b *testing.B, name string, rows []row) {
	b.Helper()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfigure\twork\tvalue\tbaseline\tunit\tratio\tgoal\tmet")
	for _, r := range rows {
		sign, met := ">=", "yes"
		if r.AtMost {
			sign = "<="
		}
		if !r.Met {
			met = "NO"
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%.1f\t%s\t%.2f\t%s %.2f\t%s\n", r.Figure, r.Work, r.Value, r.Baseline, r.Unit, r.Ratio, sign, r.Goal, met)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		b.Fatal(err)
	}
	if err := os.MkdirAll("out", 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("out", name+".json"), append(text, '\n'), 0o644); err != nil {
		b.Fatal(err)
	}
}
