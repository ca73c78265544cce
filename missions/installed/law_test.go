package installed_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"cloison/missions/family"
)

// TestTheIndexOfStaleCasesIsThatOfUndecidedOnes: the states in it are those of the domain, and so is what the question finds. The list of who arrives has
// its own in the same way.
func TestTheIndexOfStaleCasesIsThatOfUndecidedOnes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, want := range map[string][]family.State{"cases_stale": family.Undecided(), "cases_arriving": family.Arriving()} {
		var index string
		if err := o.world.super.QueryRow(t.Context(), "SELECT indexdef FROM pg_catalog.pg_indexes WHERE schemaname = 'family' AND indexname = $1", name).Scan(&index); err != nil {
			t.Fatal(err)
		}
		var states []family.State
		for _, found := range regexp.MustCompile(`'([A-Z_]+)'::text`).FindAllStringSubmatch(index, -1) {
			states = append(states, family.State(found[1]))
		}
		if !slices.Equal(states, want) {
			t.Errorf("%s is of %v, want %v", name, states, want)
		}
	}
	for _, state := range family.States() {
		if _, err := o.world.super.Exec(t.Context(), `INSERT INTO family.cases (id, agdref, family_name, given_names, law, direction, department, type, filed_on, request, state, version, created_at)
			VALUES (gen_random_uuid(), (8000000000 + (SELECT count(*) FROM family.cases))::text, 'NOM', 'Awa', $1, 'DT-LYON', '69', 'RF_INTRO', '2026-11-10', '{}', $2, 1, '2026-11-10')`,
			[]string{"0000000000000000", "ffffffffffffffff"}[len(state)%2], state); err != nil {
			t.Fatal(err)
		}
	}
	o.sweep()
	if n := o.world.value(t, "SELECT count(*) FROM family.cases WHERE law = $1", family.CurrentLaw.Version()); n != len(family.Undecided()) {
		t.Errorf("%d cases were computed again, want those of %d states", n, len(family.Undecided()))
	}
}

// TestAChangeOfTheLawIsComputedAgain: results of undecided cases, beside the old ones, once; and no decided case is touched.
func TestAChangeOfTheLawIsComputedAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	waits, decided := o.file("9975100345", "NDIAYE"), o.file("9975100346", "AUTRE")
	o.proposed(decided)
	o.event("prefect", decided, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 200)
	body := map[string]any{"surface": "62.5", "decent": []string{}, "not_decent": []string{}, "described": false}
	if status, got := o.ask("agent", http.MethodPost, cases+"/"+waits+"/housing", body); status != 200 {
		t.Fatalf("%d %v", status, got)
	}
	results := func(id string) int {
		t.Helper()
		return o.world.value(t, "SELECT count(*) FROM family.evaluations WHERE case_id::text = $1", id)
	}
	o.sweep()
	if n, m := results(waits), results(decided); n != 1 || m != 2 {
		t.Errorf("the law is the same, and %d and %d results are kept", n, m)
	}
	if _, err := o.world.super.Exec(t.Context(), "UPDATE family.cases SET law = '0000000000000000'"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		o.sweep()
	}
	if n, m := results(waits), results(decided); n != 2 || m != 2 {
		t.Errorf("%d and %d results after a change of the law, want 2 and 2", n, m)
	}
	_, got := o.ask("agent", http.MethodGet, cases+"/"+waits, nil)
	if all := got["evaluations"].([]any); len(all) != 2 || all[0].(map[string]any)["finding"].(map[string]any)["why"] != all[1].(map[string]any)["finding"].(map[string]any)["why"] {
		t.Errorf("%v", all)
	}
	if n := o.world.value(t, "SELECT count(*) FROM audit.entries WHERE action = 'family.law.recompute' AND outcome = 'DONE'"); n < 1 {
		t.Error("no entry of it")
	}
}
