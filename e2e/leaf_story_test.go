package e2e_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/custody"
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
	found := map[string]map[string]logged{"medical": e.outcomes(t, medicalZone), "server": e.outcomes(t, serverZone)}
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
	for _, a := range requestsOf(t, record) {
		got := found[a.Zone][a.RequestID]
		seen++
		if a.says(got) {
			continue
		}
		t.Errorf("%s %s answered %d %s: entries %v", a.Zone, a.Operation, a.Status, a.Code, got)
		if got.acts < 1 && got.refusals < 1 && got.served < 1 {
			missing++
		} else {
			doubled++
		}
	}
	t.Logf("%d requests answered: missing %d, doubled %d", seen, missing, doubled)
	if seen < 900 {
		t.Errorf("%d requests were recorded: a run that looks at nothing is not green", seen)
	}
}

// eachOpeningHasItsEntry holds the log of the medical zone against keyholder's own chain, as an operator's timer does every minute.
func (e *environment) eachOpeningHasItsEntry(t *testing.T) {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), "audit", "openings", "--zone", "medical", "--from", "2015-01-01", "--wait", "0s",
		"--database-url-file", filepath.Join(e.dir, "keys", "database-medical.url"), "--chain", filepath.Join(e.dir, "state", custody.ChainFile)).CombinedOutput()
	if err != nil || strings.TrimSpace(string(said)) != "aucune différence" {
		t.Errorf("%v: %s", err, said)
	}
}

// logged is what the log holds of one request. Acts are told apart by what was done to which object: a bundle for a judge is recorded as made, and as left.
type logged struct{ acts, actsTwice, refusals, intents, served int }

// says holds the entries of a request against what it was answered.
func (a answered) says(got logged) bool {
	read := got.intents == got.served // of a sealed part: before it is opened, and after
	switch {
	case a.Status >= 400:
		return read && got.refusals == 1 && got.acts == 0
	case a.Method == http.MethodGet && (a.Reads || a.Operation == "previewOpinion"):
		return got == logged{intents: 1, served: 1}
	case a.Method == http.MethodGet:
		return got == logged{acts: 1}
	}
	return read && got.acts >= 1 && got.actsTwice == 0 && got.refusals == 0
}

// outcomes are the entries of a zone by request, each with its leaf.
func (e *environment) outcomes(t *testing.T, z zone) map[string]logged {
	t.Helper()
	rows, err := e.pool(t, z).Query(t.Context(), `
SELECT e.request_id, count(DISTINCT (e.action, e.object, e.item)) FILTER (WHERE e.outcome = 'DONE'),
    count(*) FILTER (WHERE e.outcome = 'DONE') - count(DISTINCT (e.action, e.object, e.item)) FILTER (WHERE e.outcome = 'DONE'),
    count(*) FILTER (WHERE e.outcome = 'REFUSED'), count(*) FILTER (WHERE e.outcome = 'INTENT'), count(*) FILTER (WHERE e.outcome = 'SERVED')
FROM audit.entries e JOIN audit.leaves l ON l.entry = e.id WHERE e.request_id <> '' GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]logged{}
	var request string
	var one logged
	_, err = pgx.ForEachRow(rows, []any{&request, &one.acts, &one.actsTwice, &one.refusals, &one.intents, &one.served}, func() error {
		found[request] = one
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

type answered struct{ play.Asked }

func requestsOf(t *testing.T, record string) (all []answered) {
	t.Helper()
	file, err := os.Open(record)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var one answered
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
