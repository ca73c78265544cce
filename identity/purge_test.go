package identity

import (
	"testing"
	"time"
)

func TestOldSignInsAreForgottenNowAndThen(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	b.start("/login?issuer=psc")
	z.clock.move(pendingLife + time.Second)
	b.start("/login?issuer=psc")
	if n := z.pending(); n != 1 {
		t.Fatalf("%d rows, the old one among them", n)
	}
	z.exec(`update identity.pending_sign_ins set created_at = created_at - interval '1 hour'`)
	b.start("/login?issuer=psc")
	if n := z.pending(); n != 2 {
		t.Errorf("%d rows: old ones are looked for at each sign-in", n)
	}
	z.clock.move(pendingPurgeEvery)
	b.start("/login?issuer=psc")
	if n := z.pending(); n != 2 {
		t.Errorf("%d rows: old ones are kept", n)
	}
}

func TestOldSessionsAreForgotten(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	left := z.browser()
	if got := left.get(left.begun()); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	left.sign()
	left.do("POST", "/logout")
	z.clock.move(sessionKept)
	z.browser().signIn("o.testard", doctor)
	if n := z.count(`select count(*) from identity.sessions`); n != 2 {
		t.Fatalf("%d sessions: one was forgotten before its time", n)
	}
	z.clock.move(z.service.limits.absolute + time.Second)
	now := z.browser()
	now.signIn("o.testard", doctor)
	if n := z.count(`select count(*) from identity.sessions`); n != 2 {
		t.Errorf("%d sessions: the old one is kept", n)
	}
	if n := z.count(`select count(*) from identity.step_ups`); n != 0 {
		t.Errorf("%d old step-ups are kept", n)
	}
	if !now.signedIn() {
		t.Error("the new session is gone")
	}
}
