package e2e_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/dev/play"
)

// oneLeafForEachAct counts from the other side: each request that the player was answered, against the entries of that request and their leaves. What was
// done has one entry that says so, what was read one that was there before and one that ends it, what was refused one refusal; each entry has one leaf.
func (e *environment) oneLeafForEachAct(t *testing.T, record string) {
	t.Helper()
	for _, z := range []zone{medicalZone, serverZone} {
		eventually(t, "every entry is numbered", func() bool {
			return e.count(t, z, "SELECT (SELECT count(*) FROM audit.entries) - (SELECT count(*) FROM audit.leaves)") == 0
		})
		if twice := e.count(t, z, `SELECT count(*) FROM (SELECT FROM audit.leaves l JOIN audit.entries e ON e.id = l.entry GROUP BY l.entry HAVING count(*) <> 1) d`); twice != 0 {
			t.Errorf("%s: %d entries have more than a leaf", z, twice)
		}
	}
	logged := map[string]map[string]map[string]int{"medical": e.outcomes(t, medicalZone), "server": e.outcomes(t, serverZone)}
	// What the programs do by themselves is counted by what it left.
	for what, c := range map[string]struct {
		zone         zone
		action, rows string
	}{
		"releases delivered": {medicalZone, "release.deliver", "SELECT count(*) FROM medical.deliveries"},
		"releases received":  {serverZone, "release.receive", "SELECT count(*) FROM server.releases"},
		"referrals received": {medicalZone, "referral.receive", "SELECT count(*) FROM medical.dossier_referrals"},
	} {
		const acts = "SELECT count(*) FROM audit.entries e WHERE e.action = $1 AND e.outcome = 'DONE'"
		if entries, rows := e.count(t, c.zone, acts, c.action), e.count(t, c.zone, c.rows); entries != rows || rows == 0 {
			t.Errorf("%s: %d entries, %d rows", what, entries, rows)
		}
	}
	missing, doubled, seen := 0, 0, 0
	shapes := map[string]int{}
	for _, asked := range requestsOf(t, record) {
		got := logged[asked.Zone][asked.RequestID]
		delete(logged[asked.Zone], asked.RequestID)
		seen++
		shapes[fmt.Sprintf("%s %s %d %s reads=%t %v", asked.Zone, asked.Operation, asked.Status, asked.Code, asked.Reads, got)]++
		less, more := compared(asked, got)
		if less || more {
			t.Errorf("%s %s answered %d %s: entries %v", asked.Zone, asked.Operation, asked.Status, asked.Code, got)
		}
		if less {
			missing++
		}
		if more {
			doubled++
		}
	}
	for _, line := range slices.Sorted(maps.Keys(shapes)) {
		t.Logf("%4d %s", shapes[line], line)
	}
	t.Logf("%d requests answered: missing %d, doubled %d", seen, missing, doubled)
	if seen < 1000 {
		t.Errorf("%d requests were recorded: a run that looks at nothing is not green", seen)
	}
}

// compared says whether the entries of a request say less than was done, or more.
func compared(asked play.Asked, got map[string]int) (less, more bool) {
	want := map[string]int{}
	switch {
	case asked.Status >= 400:
		want["REFUSED"] = 1
	case asked.Method == http.MethodGet && asked.Reads:
		want["INTENT"], want["SERVED"] = 1, 1
	default:
		want["DONE"] = 1
	}
	for outcome, n := range want {
		less = less || got[outcome] < n
		more = more || got[outcome] > n
	}
	return less, more
}

// outcomes are the entries of a zone by request, counted by outcome, each with its leaf.
func (e *environment) outcomes(t *testing.T, z zone) map[string]map[string]int {
	t.Helper()
	rows, err := e.pool(t, z).Query(t.Context(), `SELECT e.request_id, e.outcome, count(*) FROM audit.entries e JOIN audit.leaves l ON l.entry = e.id
WHERE e.request_id <> '' GROUP BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]int{}
	var request, outcome string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&request, &outcome, &n}, func() error {
		if found[request] == nil {
			found[request] = map[string]int{}
		}
		found[request][outcome] = n
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func requestsOf(t *testing.T, record string) (all []play.Asked) {
	t.Helper()
	file, err := os.Open(record)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var one play.Asked
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(one.RequestID) == "" {
			t.Errorf("%s was answered without a request id", one.Operation)
		}
		all = append(all, one)
	}
	return all
}
