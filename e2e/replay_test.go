package e2e_test

import (
	"crypto/rand"
	"testing"
)

// A key kept from the time when one could see a dossier shows nothing of it after: what a replay answers is decided anew, and reading takes
// no key at all.
func TestAReplayShowsNothingThatWasRevoked(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "receiveCertificate")
	reading := l.call("getDossier", nil)
	reading.key = rand.Text()
	announcing := l.call("createDocument", l.given.Documents[0].Body())
	assigning := l.call("assignRapporteur", map[string]any{"rapporteur": "med-12"})
	announcing.key, assigning.key = rand.Text(), rand.Text()
	secretary := e.as(t, "sec-01")
	secretary.do(t, reading)
	l.documents = []string{secretary.do(t, announcing).object(t)["id"].(string)}
	sending := l.upload(0, l.content(t, 0))
	sending.key = rand.Text()
	for _, c := range []call{sending, assigning} {
		secretary.do(t, c)
		if a := secretary.call(t, c); a.Status != 200 {
			t.Fatalf("a replay of %s, the right still held: %s", c.op, a)
		}
	}
	conn := e.database(t, medicalZone)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "UPDATE identity.people SET directions = '{DT-LYON}' WHERE id = 'sec-01'"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []call{reading, assigning, sending} {
		if a := secretary.call(t, c); a.Status != 404 {
			t.Errorf("%s under its old key: want 404, got %s", c.op, a)
		}
	}
}

// A college under a decision that designates single physicians would be an unlawful author (R. 425-13), and its opinion one that no
// prefecture takes.
func TestACollegeSitsUnderADecisionThatListsColleges(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "transmitReport")
	body := map[string]any{"decision_ref": "DES-2025-07", "members": []string{"med-02", "med-03", "med-06"}}
	l.refused(t, e.as(t, "sec-01"), l.call("composeCollege", body), refusal{status: 403, code: "forbidden", rule: "MEMBER_NOT_IN_DECISION"})
}
