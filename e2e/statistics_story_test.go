package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/internal/dev/postgres"
)

// Five opinions of a year leave five records that name nobody and nothing of their dossiers; the year over, custodians have them counted by the tool: what
// leaves is one table a field, the log says so, and the records are gone.
func TestAYearOfOpinionsIsCountedAndNobodyFound(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	var dossiers []*line
	for range 5 {
		l := e.line(t, "case-01", false)
		last := ""
		for _, s := range l.steps() {
			if strings.HasPrefix(s.name, "signOpinion ") {
				last = s.name
			}
		}
		dossiers = append(dossiers, l.to(t, last))
	}
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.statistics s WHERE s.year = 2026"); n != 5 {
		t.Fatalf("%d records of five opinions", n)
	}
	e.namesNobody(t, dossiers)
	out := filepath.Join(t.TempDir(), "2026.json")
	said, err := e.countYear(t, out, 1, 2)
	if err == nil || !strings.Contains(said, "n'est pas finie") {
		t.Errorf("a year that goes on is counted: %s", said)
	}
	e.moveClock(t, time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC))
	if said, err = e.countYear(t, out, 1); err == nil {
		t.Errorf("one custodian has the year counted: %s", said)
	}
	if said, err = e.countYear(t, out, 1, 2); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	table := e.table(t, out)
	if table.Opinions != 5 || table.Counted != 5 || len(table.Tables) != 7 {
		t.Errorf("the table says %+v", table)
	}
	for _, want := range []string{"{kind [{SEJ_L4259_PREMIERE 5 5}]}", "{outcome [{FAVORABLE 5 5}]}"} {
		if !strings.Contains(fmt.Sprint(table.Tables), want) {
			t.Errorf("no %s in %v", want, table.Tables)
		}
	}
	if strings.Contains(fmt.Sprint(table.Tables), "SANS_CODE") {
		t.Errorf("the illness of the report is not counted: %v", table.Tables)
	}
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.statistics"); n != 0 {
		t.Errorf("%d records stay", n)
	}
	if n := e.count(t, medicalZone, "SELECT count(*) FROM audit.entries e WHERE e.action = 'statistics.count' AND e.object = '2026'"); n != 1 {
		t.Errorf("%d entries say that the year was counted", n)
	}
	if said, err = e.countYear(t, filepath.Join(t.TempDir(), "again.json"), 1, 2); err == nil || !strings.Contains(said, "effacées") {
		t.Errorf("counted again: %s", said)
	}
}

// namesNobody: no row holds an id of these dossiers, nor does the log hold a digest of a record, by which its act would be found.
func (e *environment) namesNobody(t *testing.T, dossiers []*line) {
	t.Helper()
	rows, err := e.database(t, medicalZone).Query(t.Context(), "SELECT s.slot || s.mark || s.sealed FROM medical.statistics s")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row []byte
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		for _, l := range dossiers {
			for _, id := range []string{l.dossier, l.referral, "SEJ_L4259", "case-01"} {
				if bytes.Contains(row, []byte(id)) {
					t.Errorf("a record says %s", id)
				}
			}
		}
	}
	const tied = `SELECT count(*) FROM medical.statistics s, audit.entries e, unnest(e.digests) d WHERE d IN (sha256(s.sealed), sha256(s.slot), s.slot, s.mark)`
	if n := e.count(t, medicalZone, tied); n != 0 {
		t.Errorf("%d entries tie a record to an act", n)
	}
}

type yearlyTable struct {
	Opinions, Counted int
	Tables            []struct {
		Field string
		Lines []struct {
			Word                 string
			Opinions, Favourable int
		}
	}
}

func (e *environment) table(t *testing.T, file string) (table yearlyTable) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &table)
	}
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// countYear is the tool, as custodians run it.
func (e *environment) countYear(t *testing.T, out string, custodians ...int) (string, error) {
	t.Helper()
	owner := filepath.Join(t.TempDir(), "owner.url")
	write(t, owner, postgres.URL(e.dir, postgres.Superuser, "", "cloison_medical"))
	args := []string{"keys", "statistics", "--year", "2026", "--socket", filepath.Join(e.dir, "run", "custody.sock"), "--database-url-file", owner, "--out", out}
	for _, n := range custodians {
		args = append(args, filepath.Join(e.dir, "keys", "custodians", keystore.CustodianFile(n)))
	}
	said, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), args...).CombinedOutput()
	return string(said), err
}
