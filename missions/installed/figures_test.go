package installed_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"cloison/missions"
	"cloison/missions/family"
)

var (
	figures     = flag.Bool("figures", false, "measure the queue at 200,000 cases and the computation of 100,000 after a change of the law")
	figuresFile = flag.String("figures-file", "", "and write both figures to this file as JSON")
)

// fill puts cases of DT-LYON into the database, from one number to another, complete and computed with a law that is no more.
const fill = `
WITH c AS (
	INSERT INTO family.cases (id, agdref, family_name, given_names, address, post, law, direction, department, type, filed_on, request, state, due_on, version, created_at)
	SELECT gen_random_uuid(), (8000000000 + n)::text, 'NOM' || n, 'Awa', '', '', '0000000000000000', 'DT-LYON', '69', 'RF_INTRO', '2026-11-10', $3, 'COMPLET', date '2027-05-10' + (n % 400)::int, 2, '2026-11-10'
	FROM generate_series($1::bigint, $2::bigint) n RETURNING id
), e AS (
	INSERT INTO family.events (case_id, seq, at, on_day, actor, type, data)
	SELECT c.id, x.seq, '2026-11-10', '2026-11-10', 'OFII', x.type, x.data::jsonb FROM c, (VALUES (1, 'DEPOT', '{}'), (2, 'ATTESTATION_DE_DEPOT', '{"attestation": "1"}')) x (seq, type, data)
)
INSERT INTO family.evaluations (case_id, seq, at, what, given, result, law_version)
SELECT c.id, x.seq, '2026-11-10', x.what, x.given, x.result, '0000000000000000' FROM c, (VALUES (1, 'RESSOURCES', $4::jsonb, '{"basis": "BRUT"}'::jsonb), (2, 'LOGEMENT', $5::jsonb, '{}'::jsonb)) x (seq, what, given, result)`

// TestFigures prints the two figures of this mission; the second has a goal of its own, a minute.
func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("go test ./missions/installed -run TestFigures -figures: it fills a database of 200,000 cases")
	}
	o := newOffice(t)
	var asked family.Request
	text, _ := json.Marshal(request("69123")["request"])
	if err := json.Unmarshal(text, &asked); err != nil {
		t.Fatal(err)
	}
	incomes, err := family.Months([]family.Source{{Kind: "SALAIRE", Whose: family.OfApplicant, From: missions.NewDate(2025, 11, 1), To: missions.NewDate(2026, 10, 1), Amount: missions.Whole(1900), Stable: true}}, family.Gross)
	if err != nil {
		t.Fatal(err)
	}
	put := func(from, to int) {
		t.Helper()
		if _, err := o.world.super.Exec(t.Context(), fill, from, to, asked, incomes, family.Housing{Commune: "69123", Surface: missions.Whole(60), Decency: map[string]family.Verdict{}}); err != nil {
			t.Fatal(err)
		}
	}
	page := func() time.Duration {
		t.Helper()
		if _, err := o.world.super.Exec(t.Context(), "ANALYZE family.cases"); err != nil {
			t.Fatal(err)
		}
		var took []time.Duration
		for range 40 {
			from := time.Now()
			if status, _ := o.ask("agent", http.MethodGet, cases, nil); status != http.StatusOK {
				t.Fatal(status)
			}
			took = append(took, time.Since(from))
		}
		slices.Sort(took)
		return took[len(took)*95/100]
	}
	put(1, 10_000)
	small := page()
	put(10_001, 100_000)
	from := time.Now()
	o.sweep()
	computed := time.Since(from)
	if n := o.world.value(t, "SELECT count(*) FROM family.evaluations WHERE law_version = $1", family.CurrentLaw.Version()); n != 200_000 {
		t.Errorf("%d results were computed again", n)
	}
	put(100_001, 200_000)
	large := page()
	publish(t, []row{
		atMost("P9", "queue of a mission, 25 lines, of 200,000 cases (baseline: of 10,000), p95", ms(large), ms(small), "ms", 1.5),
		atMost("-", "100,000 cases computed again after a change of the law (baseline: a minute)", computed.Seconds(), 60, "s", 1),
	})
}

// row is one figure, in the form of those of package bench, beside which it is published.
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

func atMost(figure, work string, value, baseline float64, unit string, goal float64) row {
	return row{figure, work, value, baseline, unit, value / baseline, goal, true, value/baseline <= goal}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// publish prints the rows, and writes them where make bench keeps them. A goal that is not met is told, and is no red test: machines are shared.
func publish(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		met := "met"
		if !r.Met {
			met = "NOT MET"
		}
		fmt.Printf("%-4s %-80s %9.2f  %9.2f %-3s ratio %5.2f, goal <= %.2f: %s\n", r.Figure, r.Work, r.Value, r.Baseline, r.Unit, r.Ratio, r.Goal, met)
	}
	if *figuresFile == "" {
		return
	}
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*figuresFile, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
