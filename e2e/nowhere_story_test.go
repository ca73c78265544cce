package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// strangers writes a people file of four physicians of the hospital: an intern, one whom OFII never empowered, one whose habilitation the directory
// ends, and one whose listing ends on the day of the story.
func strangers(t *testing.T, lastDay string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(theWorld.sample(), "people.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sample struct {
		Persons []json.RawMessage `json:"persons"`
	}
	if err := json.Unmarshal(raw, &sample); err != nil {
		t.Fatal(err)
	}
	var model string
	for _, one := range sample.Persons {
		if strings.Contains(string(one), `"med-11"`) {
			model = string(one)
		}
	}
	var persons []object
	for i, id := range []string{"int-01", "hop-01", "fin-01", "ech-01"} {
		number := fmt.Sprintf("9979009900%d", i)
		text := strings.NewReplacer("99790001772", number, `"med-11"`, `"`+id+`"`, "g.ponthieux-darcel", "x."+id).Replace(model)
		if id == "int-01" {
			text = strings.ReplaceAll(text, `"codeCategorieProfessionnelle": "C"`, `"codeCategorieProfessionnelle": "E"`)
		}
		var person object
		if err := json.Unmarshal([]byte(text), &person); err != nil {
			t.Fatal(err)
		}
		person["expected_medical_role"] = id == "fin-01" || id == "ech-01"
		person["college_memberships"] = []object{}
		if id == "ech-01" {
			person["college_memberships"] = []object{{"decision": "DEC-2026-01", "valid_from": "2026-01-01", "valid_to": lastDay}}
		}
		persons = append(persons, person)
	}
	text, err := json.Marshal(object{"persons": persons, "decisions": []object{}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "strangers.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Everybody who has no business here, each refused everywhere with the rule that the procedure gives. The story prints its table.
func TestWhoHasNoBusinessHereIsRefusedEverywhereWithItsRule(t *testing.T) {
	t.Parallel()
	const lastDay = "2026-03-12"
	e := start(t, options{clock: sharedClock, people: []string{strangers(t, lastDay)}})
	l := e.line(t, "case-01", false).to(t, "transmitReport")
	e.as(t, l.secretary).do(t, l.call("composeCollege", object{"decision_ref": "DEC-2026-01", "members": []string{"ech-01", "med-03", "med-06"}}))
	if _, err := e.database(t, medicalZone).Exec(t.Context(), `UPDATE identity.people SET valid_to = $2::text::date WHERE id = $1`, "fin-01", lastDay); err != nil {
		t.Fatal(err)
	}
	e.moveClock(t, e.now(t).Add(24*time.Hour))
	e.forget()
	before := l.state(t)
	var table []string
	row := func(who, where, how, rule string) {
		table = append(table, fmt.Sprintf("%-34s %-9s %-42s %s", who, where, how, rule))
	}

	// Whom no session is given: the sign-in says the rule, and without a session every operation answers the same.
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	nobody := &person{env: e, portal: e.zones[medicalZone], client: &http.Client{Jar: jar}}
	nobody.ID = "nobody"
	for _, x := range []struct {
		who, id string
		at      zone
		rule    string
	}{
		{"infirmière", "inf-01", medicalZone, "PROFESSION_NOT_PHYSICIAN"},
		{"interne", "int-01", medicalZone, "PROFESSION_NOT_PHYSICIAN"},
		{"médecin hospitalier non habilité", "hop-01", medicalZone, "NOT_HABILITATED"},
		{"habilitation finie hier", "fin-01", medicalZone, "NOT_HABILITATED"},
		{"préfecture", "pref-75", medicalZone, "PREFECTURE_NO_MEDICAL"},
		{"autre préfecture", "pref-93", medicalZone, "PREFECTURE_NO_MEDICAL"},
		{"agent d’une mission", "mis-01", medicalZone, "ROLE_NO_MEDICAL"},
		{"administrateur", "adm-01", medicalZone, "ROLE_NO_MEDICAL"},
		{"administrateur", "adm-01", serverZone, "ROLE_NOT_ALLOWED"},
		{"secrétariat médical", "sec-01", serverZone, "ROLE_NOT_ALLOWED"},
	} {
		e.wasRefused(t, e.refusedSignIn(t, x.at, x.id), refusal{status: 403, code: "forbidden", rule: x.rule})
		row(x.who, string(x.at), "sign-in", x.rule)
	}
	asked := append(append([]asking{}, readings...), sittings...)
	for _, one := range asked {
		if a := nobody.call(t, one.call(l)); a.Status != http.StatusUnauthorized {
			t.Errorf("%s without a session: %s", one.name, a)
		}
	}

	// Whom a session is given for something else: each operation says, or hides, its rule.
	for _, x := range []struct {
		who, id string
		want    refusal
		asked   []asking
	}{
		{"secrétariat d’un autre territoire", "sec-02", refusal{404, "not_found", "ROLE_NO_MEDICAL", true}, asked},
		{"médecin habilité, non désigné", "med-05", refusal{404, "not_found", "NOT_ASSIGNED", true}, readings[:6]},
		{"inscription finie hier", "ech-01", refusal{403, "forbidden", "MEMBER_DECISION_EXPIRED", false}, sittings},
		{"autre département", "pref-93", refusal{404, "not_found", "WRONG_PREFECTURE", true}, []asking{
			{"seeing the referral", func(l *line) call { return call{op: "getReferral", path: map[string]string{"referral": l.referral}} }},
			{"reading the opinion", func(l *line) call { return call{op: "getOpinion", path: map[string]string{"referral": l.referral}} }},
		}},
		{"agent d’une mission", "mis-01", refusal{404, "not_found", "ROLE_NOT_ALLOWED", true}, []asking{
			{"seeing the referral", func(l *line) call { return call{op: "getReferral", path: map[string]string{"referral": l.referral}} }},
			{"reading the opinion", func(l *line) call { return call{op: "getOpinion", path: map[string]string{"referral": l.referral}} }},
		}},
	} {
		at := medicalZone
		if strings.HasPrefix(x.id, "pref-") || strings.HasPrefix(x.id, "mis-") {
			at = serverZone
		}
		who := e.at(t, at, x.id)
		for _, one := range x.asked {
			l.refused(t, who, one.call(l), x.want)
			row(x.who, string(at), one.name, x.want.rule)
		}
	}
	if after := l.state(t); after != before {
		t.Errorf("something changed: before %+v, after %+v", before, after)
	}
	t.Logf("%d refusals\n%s", len(table), strings.Join(table, "\n"))
}
