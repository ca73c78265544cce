package identity

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func (b *browser) sessions() []OwnSession {
	b.z.t.Helper()
	got := b.get("/api/v1/sessions")
	var own OwnSessions
	if err := json.Unmarshal([]byte(got.body), &own); err != nil || got.status != 200 {
		b.z.t.Fatalf("%d %s (%v)", got.status, got.body, err)
	}
	return own.Items
}

// A person sees the sessions open in his name and ends the one that he does not know; nobody sees or ends another's.
func TestOwnSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	one, two, other := z.browser(), z.browser(), z.browser()
	one.signIn("o.testard", doctor)
	two.signIn("o.testard", doctor)
	other.signIn("l.feint", clerk)
	own := two.sessions()
	if len(own) != 2 || own[0].Current == own[1].Current || own[0].Role != "MEDECIN" {
		t.Fatalf("%+v", own)
	}
	unknown := own[0]
	if unknown.Current {
		unknown = own[1]
	}
	if raw := two.get("/api/v1/sessions").body; strings.Contains(raw, two.cookie("cloison_medical")) {
		t.Error("a token stands in the list")
	}
	if theirs := other.sessions(); len(theirs) != 1 || theirs[0].ID == unknown.ID {
		t.Errorf("another person's list: %+v", theirs)
	}
	end := "/api/v1/sessions/" + unknown.ID + "/end"
	if got := other.do("POST", end, "Origin", z.url, "Content-Type", "application/json"); got.status != 404 || got.problem.Rule != "" || !one.signedIn() {
		t.Errorf("another person's session: %d %s", got.status, got.body)
	}
	if got := two.do("POST", end, "Origin", z.url, "Content-Type", "application/json"); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if one.signedIn() || !two.signedIn() || len(two.sessions()) != 1 {
		t.Error("what was ended goes on, or the other one does not")
	}
	if got := two.do("POST", end, "Origin", z.url, "Content-Type", "application/json"); got.status != 404 {
		t.Errorf("ended twice: %d", got.status)
	}
	// One that ran out, of idleness or of age, opens nothing: it is none to end, though nobody has asked anything of it since.
	idle, aged := z.browser(), z.browser()
	idle.signIn("o.testard", doctor)
	z.clock.move(20 * time.Minute)
	aged.signIn("o.testard", doctor)
	if n := len(two.sessions()); n != 3 {
		t.Errorf("%d sessions are listed while three are open", n)
	}
	z.clock.move(20 * time.Minute)
	if n := len(two.sessions()); n != 2 {
		t.Errorf("%d sessions are listed once one idled out", n)
	}
	z.exec(`update identity.sessions set expires_at = $1 where seen_at = opened_at and opened_at = (select max(s.opened_at) from identity.sessions s)`, z.clock.Now())
	if n := len(two.sessions()); n != 1 {
		t.Errorf("%d sessions are listed once one is too old", n)
	}
	if n := z.count(`select count(*) from audit.entries where action = 'session.close' and outcome = 'DONE' and object = $1`, unknown.ID); n != 1 {
		t.Errorf("%d entries of its end", n)
	}
}
