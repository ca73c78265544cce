package e2e_test

import (
	"crypto/rand"
	"encoding/json"
	"testing"
)

// The same call under the same key is one act: whoever lost the answer asks again and gets it.
func TestTheSameCallUnderTheSameKeyIsOneAct(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false)

	t.Run("createReferral", func(t *testing.T) {
		c := call{op: "createReferral", json: l.given.ReferralBody(l.given.Events[0].At), key: rand.Text()}
		one, other := e.as(t, "pref-75").do(t, c), e.as(t, "pref-75").do(t, c)
		sameAnswer(t, one, other)
		if one.Status != 201 || one.Header.Get("Location") == "" {
			t.Errorf("want 201 with a Location, got %s", one)
		}
		group := one.object(t)["id"]
		if n := e.count(t, serverZone, `SELECT count(*) FROM server.referrals r WHERE r.group_id = (SELECT g.group_id FROM server.referrals g WHERE g.id = $1::uuid)`, group); n != 1 {
			t.Errorf("want one referral, got %d", n)
		}
		done := 0
		for _, a := range []answer{one, other} {
			for _, entry := range e.entries(t, a) {
				if entry.Outcome == "DONE" && entry.Action == "referral.create" { // a replay also asks whether the agent may still see it
					done++
				}
			}
		}
		if done != 1 {
			t.Errorf("want one entry DONE for the two calls, got %d", done)
		}
		another := c
		another.key = rand.Text()
		if e.as(t, "pref-75").do(t, another).object(t)["id"] == group {
			t.Error("another key gave the same referral")
		}
	})

	l.to(t, "receiveCertificate")
	t.Run("createDocument", func(t *testing.T) {
		c := l.call("createDocument", l.given.Documents[0].Body())
		c.key = rand.Text()
		one, other := e.as(t, "sec-01").do(t, c), e.as(t, "sec-01").do(t, c)
		sameAnswer(t, one, other)
		id, _ := one.object(t)["id"].(string)
		if one.Status != 201 || id == "" {
			t.Errorf("want 201 with an id, got %s", one)
		}
		if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.documents WHERE dossier = $1", l.dossier); n != 1 {
			t.Errorf("want one document, got %d", n)
		}
		l.documents = []string{id}
		upload := l.upload(0, l.content(t, 0))
		upload.key = rand.Text()
		sameAnswer(t, e.as(t, "sec-01").do(t, upload), e.as(t, "sec-01").do(t, upload))
		if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.uploads WHERE dossier = $1", l.dossier); n != 1 {
			t.Errorf("want one upload, got %d", n)
		}
	})
	if len(l.documents) != 1 {
		t.FailNow() // said above
	}
	for i, s := range l.steps() {
		if s.name == "createDocument 2" {
			l.next = i
		}
	}

	l.to(t, "signReport")
	twice := func(t *testing.T, who string, c call, sign bool) {
		t.Helper()
		c.key = rand.Text()
		p := e.as(t, who)
		if sign {
			p.stepUp(t, p.call(t, c))
		}
		one := p.do(t, c)
		between := l.state(t)
		other := p.do(t, c)
		sameAnswer(t, one, other)
		if after := l.state(t); after != between {
			t.Errorf("the second %s changed something", c.op)
		}
	}
	t.Run("transmitReport", func(t *testing.T) {
		twice(t, "med-12", l.call("transmitReport", nil), false)
		if n := l.codes(t)["N3"]; n > 1 {
			t.Errorf("want one N3, got %d", n)
		}
	})
	l.next++
	l.to(t, "settleOpinion")
	for _, member := range []string{"med-02", "med-03", "med-06"} {
		t.Run("signOpinion "+member, func(t *testing.T) {
			twice(t, member, l.call("signOpinion", object{"composition": 1}), true)
		})
	}
	for l.steps()[l.next].name != "getOpinion" {
		l.next++
	}
	l.to(t, "getOpinion")
	t.Run("acknowledgeRelease", func(t *testing.T) {
		eventually(t, "the opinion is there", func() bool { return l.codes(t)["N6"] == 1 })
		c := l.acknowledgement()
		c.key = rand.Text()
		one, other := e.as(t, "pref-75").do(t, c), e.as(t, "pref-75").do(t, c)
		sameAnswer(t, one, other)
		if n := e.count(t, serverZone, "SELECT count(*) FROM server.acknowledgements WHERE referral = $1", l.referral); n != 1 {
			t.Errorf("want one acknowledgement, got %d", n)
		}
	})
	t.Run("a key serves its own person and object only", func(t *testing.T) {
		key := rand.Text()
		fresh := e.line(t, "case-01", false).to(t, "transmitReport")
		fresh.env.as(t, "sec-01").do(t, call{op: "composeCollege", path: map[string]string{"dossier": fresh.dossier}, json: fresh.given.Events[5].CollegeBody(), key: key})
		for _, member := range []string{"med-02", "med-03"} {
			c := fresh.call("giveAnswers", fresh.answersOf(member))
			c.key = key
			fresh.env.as(t, member).do(t, c)
		}
		if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.answers_given WHERE dossier = $1", fresh.dossier); n != 2 {
			t.Errorf("want two answers, got %d", n)
		}
	})
}

// sameAnswer: the stored status and Location, and the same object.
func sameAnswer(t *testing.T, one, other answer) {
	t.Helper()
	if one.Status != other.Status || one.Header.Get("Location") != other.Header.Get("Location") {
		t.Errorf("%s: the replay answered %d at %q, the first %d at %q", one.op, other.Status, other.Header.Get("Location"), one.Status, one.Header.Get("Location"))
	}
	a, b := one.object(t), other.object(t)
	if a["id"] != b["id"] || a["version"] != b["version"] || a["state"] != b["state"] {
		first, _ := json.Marshal([]any{a["id"], a["version"], a["state"]})
		then, _ := json.Marshal([]any{b["id"], b["version"], b["state"]})
		t.Errorf("%s: the replay shows %s, the first %s", one.op, then, first)
	}
}
