package installed_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"slices"
	"testing"
	"time"

	"cloison/missions"
	"cloison/missions/family"
)

var figures = flag.Bool("figures", false, "measure the queue at 200,000 cases and the computation of 100,000 after a change of the law")

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

// TestFigures prints the two figures of this mission; the second has a bound of its own, a minute.
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
	t.Logf("a page of the queue, p95: %v at 10,000 cases, %v at 200,000: ratio %.2f", small, large, float64(large)/float64(small))
	t.Logf("100,000 cases computed again after a change of the law: %v", computed)
	if computed > time.Minute {
		t.Error("it takes more than a minute")
	}
}
