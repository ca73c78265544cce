package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestABadInputIsAProblemAndStandsInTheLog: what a prefecture may send wrong, by its system or by hand. Each is a problem document that says what to do,
// each leaves an entry, and nothing of a field that nobody expected is kept in any table or said in the journal.
func TestABadInputIsAProblemAndStandsInTheLog(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	const secret = "CNRYDIAGNOSTICQUEPERSONNENATTEND"
	referrals := "/api/v1/referrals"
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.notice(1, id))
	z.taken(z.opinion(2, id))
	changed := func(old, with string) string {
		body := strings.ReplaceAll(caseOne, old, with)
		if body == caseOne {
			t.Fatalf("%s: nothing changed", old)
		}
		return body
	}
	for name, c := range map[string]struct {
		who, path, body, key, entry string
		status                      int
	}{
		"a number that is none":                      {"pref-75", referrals, changed("9975100017", "99751A0017"), "k-1", "REFUSED INVALID", 422},
		"an unknown field that looks medical":        {"pref-75", referrals, changed(`"channel": "ANEF",`, `"channel": "ANEF", "pathologie": "`+secret+`",`), "k-2", "REFUSED UNKNOWN_FIELD", 400},
		"another, in the person":                     {"pref-75", referrals, changed(`"sex": "F",`, `"sex": "F", "diagnostic": "`+secret+`",`), "k-3", "REFUSED UNKNOWN_FIELD", 400},
		"a diagnosis as the name of a field":         {"pref-75", referrals, changed(`"sex": "F",`, `"sex": "F", "`+secret+`": true,`), "k-4", "REFUSED UNKNOWN_FIELD", 400},
		"a foreign territory":                        {"pref-75", referrals, changed(`"prefecture": "75"`, `"prefecture": "69"`), "k-5", "REFUSED WRONG_PREFECTURE", 403},
		"the opinion of a foreign territory":         {"pref-69", "/api/v1/releases/2/acknowledgement", "{}", "k-6", "REFUSED WRONG_PREFECTURE", 404},
		"an acknowledgement of what is no opinion":   {"pref-75", "/api/v1/releases/1/acknowledgement", "{}", "k-7", "REFUSED NOT_ACKNOWLEDGEABLE", 409},
		"an acknowledgement that says who signed it": {"pref-75", "/api/v1/releases/2/acknowledgement", `{"signature": "` + secret + `"}`, "k-8", "REFUSED UNKNOWN_FIELD", 400},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, z.portal+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		for header, value := range map[string]string{"X-Test-Subject": c.who, "Content-Type": "application/json", "Idempotency-Key": c.key} {
			request.Header.Set(header, value)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		again := z.call(c.who, http.MethodPost, c.path, c.body, "Idempotency-Key", c.key)
		var p problem
		again.into(t, &p)
		if response.StatusCode != c.status || response.Header.Get("Content-Type") != "application/problem+json" || again.status != c.status || p.Detail == "" ||
			!strings.Contains(name, "as the name") && strings.Contains(string(again.body), secret) { // whoever sent a field is told its name, and nobody else

			t.Errorf("%s: %d %s, then %d %s", name, response.StatusCode, response.Header.Get("Content-Type"), again.status, again.body)
		}
		if got := z.entriesOf(again); got != c.entry {
			t.Errorf("%s: entries %q", name, got)
		}
	}
	for _, table := range z.tables() {
		var kept int
		if err := z.owner.QueryRow(t.Context(), fmt.Sprintf("SELECT count(*) FROM %s t WHERE t::text ILIKE '%%' || $1 || '%%'", table), secret).Scan(&kept); err != nil || kept != 0 {
			t.Errorf("%s keeps it %d times, %v", table, kept, err)
		}
	}
	if strings.Contains(z.log.String(), secret) {
		t.Error("the journal says it")
	}
}

// tables are those that the owner of the zone's database reads.
func (z *zone) tables() (all []string) {
	z.t.Helper()
	const find = `SELECT coalesce(array_agg(format('%I.%I', t.schemaname, t.tablename)), '{}') FROM pg_catalog.pg_tables t WHERE t.schemaname IN ('server', 'audit', 'identity', 'jobs')`
	if err := z.owner.QueryRow(z.t.Context(), find).Scan(&all); err != nil || len(all) < 20 {
		z.t.Fatalf("%d tables, %v", len(all), err)
	}
	return all
}
