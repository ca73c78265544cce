package installed_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"
)

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|name="_key" value="[^"]*"`)

// refer is a prefecture's referral of the person of requested, under that number, as the administrative zone keeps it.
func (w world) refer(t *testing.T, agdref, familyName string) {
	t.Helper()
	const sql = `WITH g AS (
	INSERT INTO server.referral_groups (id, kind, channel, prefecture, direction, country_role, country, liberty_history, civil, opened_at, opened_by)
	VALUES (gen_random_uuid(), 'SEJ_L4259_PREMIERE', 'ANEF', '69', 'DT-LYON', 'PAYS_ORIGINE', 'SEN', '[{"status": "LIBRE"}]',
		jsonb_build_object('patient', jsonb_build_object('family_name', $2::text, 'given_names', 'Awa', 'birth_date', '1988-02-03'), 'legal_representatives', '[]'::jsonb), '2026-11-01', 'pref-69')
	RETURNING id, prefecture)
INSERT INTO server.referrals (id, group_id, file, version, agdref, requester, prefecture) SELECT gen_random_uuid(), g.id, 1, 1, $1, 'patient', g.prefecture FROM g`
	if _, err := w.super.Exec(t.Context(), sql, agdref, familyName); err != nil {
		t.Fatal(err)
	}
}

// TestAReferralChangesNoAnswer: two offices meet the same persons in the same order; in one of them a prefecture has referred the person, under each of the
// numbers and under the name. The warning of the same person, the refusal of a second request, searches, counts, statistics and pages are byte for byte
// the same. (The running programs: TestAMissionAgentCannotTellWhoHasAMedicalReferral.)
func TestAReferralChangesNoAnswer(t *testing.T) {
	t.Parallel()
	with, without := newOffice(t), newOffice(t)
	for _, number := range []string{"9975100345", "9975100346", "9975100399"} {
		with.world.refer(t, number, "NDIAYE")
	}
	one, two := with.answers(), without.answers()
	for i := range one {
		if one[i] != two[i] {
			t.Errorf("answer %d tells that somebody was referred:\n%s\n%s", i, one[i], two[i])
		}
	}
	if len(one) != len(two) || len(one) < 20 {
		t.Errorf("%d and %d answers", len(one), len(two))
	}
}

// answers are all that an agent is told of three cases, two of which may be one person's, in one order.
func (o *office) answers() (all []string) {
	o.t.Helper()
	ask := func(who, method, path string, body any) map[string]any {
		o.t.Helper()
		status, got := o.ask(who, method, path, body)
		delete(got, "request_id")
		all = append(all, anyID.ReplaceAllString(fmt.Sprintf("%s %s %s: %d %v", who, method, path, status, got), "ID"))
		return got
	}
	search := func(text string) {
		ask("agent", http.MethodPost, "/api/v1/missions/family/search", map[string]any{"text": text})
	}
	counts := func() {
		ask("agent", http.MethodGet, "/api/v1/missions/family/statistics", nil)
		ask("agent", http.MethodGet, "/regroupement/statistiques", nil)
		ask("siege", http.MethodGet, "/api/v1/missions/family/national", nil)
		ask("agent", http.MethodGet, cases, nil)
		ask("agent", http.MethodGet, "/regroupement", nil)
	}
	search("9975100345")
	search("NDIAYE")
	counts()
	first := ask("agent", http.MethodPost, cases, requested("9975100345", "NDIAYE", "69123"))["id"].(string)
	ask("agent", http.MethodPost, cases, requested("9975100345", "NDIAYE", "69123")) // one request at a time
	ask("agent", http.MethodGet, "/regroupement/"+first, nil)                        // nobody is like him
	second := ask("agent", http.MethodPost, cases, requested("9975100346", "NDIAYE", "69123"))["id"].(string)
	ask("agent", http.MethodPost, cases, requested("9975100347", "AUTRE", "69123"))
	for _, id := range []string{first, second} {
		ask("agent", http.MethodGet, cases+"/"+id, nil)
		ask("agent", http.MethodGet, "/regroupement/"+id, nil) // the warning, and under which number
		ask("agent", http.MethodGet, "/regroupement/"+id+"/reunir", nil)
	}
	ask("agent", http.MethodPost, cases+"/"+first+"/same-person", map[string]any{"other": second})
	ask("agent", http.MethodGet, "/regroupement/"+first, nil)
	search("9975100346")
	search("9975100399") // a number that only the prefecture knows
	search("NDI")
	counts()
	return all
}
