package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cloison/internal/dev/postgres"
)

// publish runs `cloison reference publish` as the owner of a zone's database.
func (e *environment) publish(t *testing.T, z zone, what string) ([]byte, error) {
	t.Helper()
	url := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(url, []byte(postgres.URL(e.dir, postgres.Superuser, "", "cloison_"+string(z))), 0o600); err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), theWorld.program("cloison"), "reference", "publish", "--zone", string(z), "--database-url-file", url, what).Output()
}

// A composition decision is entered by one person and confirmed by another, whom it does not name; the owner publishes it then, and only then does
// anybody sit by it. Both zones know it by one digest, and the custodians are given what binds it in their roster.
func TestADecisionTakesTwoHandsAndAPublication(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "transmitReport")
	clerk, head := e.as(t, l.secretary), e.as(t, chief)
	members := l.members()
	const ref = "DEC-2026-09"
	decision := func(ref string, persons ...string) object {
		return object{"ref": ref, "kind": "COLLEGE", "signed_on": "2026-03-02", "published_on": "2026-03-05", "valid_from": "2026-03-06", "persons": persons}
	}
	record := func(body object) call { return call{op: "recordCompositionDecision", json: body} }
	entered := func(who *person, body object) string {
		t.Helper()
		id, _ := who.do(t, record(body)).object(t)["id"].(string)
		return id
	}
	confirm := func(id string) call {
		return call{op: "confirmCompositionDecision", path: map[string]string{"decision": id}}
	}
	id, own, naming := entered(clerk, decision(ref, members...)), entered(head, decision("DEC-2026-10", members...)), entered(clerk, decision("DEC-2026-11", chief))
	late := decision(ref, members...)
	late["published_on"] = "2026-03-01"
	compose := l.call("composeCollege", object{"decision_ref": ref, "members": members})

	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"a physician who is no head of service enters", e.as(t, "med-05"), record(decision(ref, members...)), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{"published before it is signed", clerk, record(late), refusal{422, "invalid", "", false}},
		{"somebody named twice", clerk, record(decision(ref, "med-05", "med-05")), refusal{422, "invalid", "", false}},
		{"a secretary who would sit", clerk, record(decision(ref, "sec-01")), refusal{422, "invalid", "", false}},
		{"the secretariat confirms", clerk, confirm(id), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{"who entered it confirms", head, confirm(own), refusal{403, "forbidden", "DECISION_SAME_HAND", false}},
		{"whom it names confirms", head, confirm(naming), refusal{403, "forbidden", "DECISION_NAMES_YOU", false}},
		{"a college before it counts", clerk, compose, refusal{403, "forbidden", "MEMBER_NOT_IN_DECISION", false}},
	} {
		t.Run(x.name, func(t *testing.T) { l.refused(t, x.who, x.call, x.want) })
	}
	if _, err := e.publish(t, medicalZone, ref); err == nil {
		t.Error("published after one hand")
	}
	head.do(t, confirm(id))
	l.refused(t, head, confirm(id), refusal{409, "conflict", "DECISION_CONFIRMED", false})
	l.refused(t, clerk, compose, refusal{403, "forbidden", "MEMBER_NOT_IN_DECISION", false})

	text, err := e.publish(t, medicalZone, ref)
	if err != nil {
		t.Fatalf("publishing: %v", err)
	}
	file, spaced := filepath.Join(t.TempDir(), "decision.json"), filepath.Join(t.TempDir(), "spaced.json")
	for path, content := range map[string]string{file: string(text), spaced: " " + string(text)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.publish(t, serverZone, file); err != nil {
		t.Fatalf("publishing in the other zone: %v", err)
	}
	if _, err := e.publish(t, serverZone, spaced); err == nil {
		t.Error("a file that is not canonical was taken")
	}
	clerk.do(t, compose)
	if n := e.count(t, serverZone, `SELECT count(*)::int FROM server.decision_digests d WHERE d.ref = $1 AND d.digest = $2`, ref, digestOf(text)); n != 1 {
		t.Error("the other zone does not know it by the same digest")
	}
	bound, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), "keys", "listings", "--decision", file).Output()
	if err != nil || strings.Count(string(bound), "[[line.listing]]") != len(members) || !strings.Contains(string(bound), digestOf(text)) {
		t.Errorf("what the custodians are given: %v\n%s", err, bound)
	}
	published := 0
	for _, one := range head.do(t, call{op: "listCompositionDecisions"}).items(t) {
		if one["published"] == true {
			published++
		}
	}
	if published != 1 {
		t.Errorf("%d decisions are published", published)
	}
}

// digestOf is that of a decision's canonical form, as it was written.
func digestOf(text []byte) string {
	sum := sha256.Sum256([]byte(strings.TrimSuffix(string(text), "\n")))
	return hex.EncodeToString(sum[:])
}

// members are those that the case designates.
func (l *line) members() []string {
	var list []string
	for _, e := range l.given.Events {
		if e.Type == "COLLEGE_DESIGNE" {
			for _, m := range e.Data["members"].([]any) {
				list = append(list, m.(string))
			}
		}
	}
	return list
}
