package identity

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"
)

const dossier = "/api/v1/dossiers/0b6f3c3e-7f0e-4d59-8a52-1f6d3f0a9b11/signature"

func (b *browser) sign() answer { b.z.t.Helper(); return b.do("POST", dossier) }

// begun signs in and asks for the act: it answers the path of the step-up.
func (b *browser) begun() string {
	b.z.t.Helper()
	b.signIn("o.testard", doctor)
	got := b.sign()
	if got.status != 403 || got.problem.Code != "step_up_required" || !strings.HasPrefix(got.problem.StepUp, "/step-up?id=") {
		b.z.t.Fatalf("%d %s", got.status, got.body)
	}
	return got.problem.StepUp
}

func TestStepUpIsConsumedOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	path := b.begun()
	b.seen = nil
	if got := b.get(path + "&login_hint=o.testard"); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	asked := b.seen[0].Query()
	if asked.Get("prompt") != "login" || asked.Get("max_age") != "0" || !strings.HasPrefix(asked.Get("nonce"), "report.sign-") {
		t.Errorf("asked %v", asked)
	}
	if n := z.count(`select count(*) from audit.entries e join identity.step_ups u on u.id::text = e.item and u.dossier = e.object
		where e.action = 'step_up.approve' and e.outcome = 'DONE' and e.object_kind = 'dossier' and e.retention = 'PROCEDURE'`); n != 1 {
		t.Errorf("%d entries of the confirmation", n)
	}
	if got := b.get("/api/v1/me"); !strings.Contains(got.body, `"step_up_until":"2026-01-12T09:10:00Z"`) {
		t.Errorf("%s", got.body)
	}
	if got := b.sign(); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.sign(); got.status != 403 || got.problem.Code != "step_up_required" {
		t.Errorf("it serves twice: %d %s", got.status, got.body)
	}
	if got := b.get(path); got.status != 404 {
		t.Errorf("it is begun again: %d", got.status)
	}
}

func TestStepUpIsBoundToActAndDigest(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	if got := b.get(b.begun()); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	z.digest = append([]byte{1}, make([]byte, 31)...)
	if got := b.sign(); got.problem.Code != "step_up_required" {
		t.Errorf("another content: %d %s", got.status, got.body)
	}
	z.digest = make([]byte, 32)
	if got := b.do("POST", strings.Replace(dossier, "0b6f", "1b6f", 1)); got.problem.Code != "step_up_required" {
		t.Errorf("another dossier: %d %s", got.status, got.body)
	}
	other := z.browser()
	other.signIn("o.testard", doctor)
	if got := other.sign(); got.problem.Code != "step_up_required" {
		t.Errorf("another session: %d %s", got.status, got.body)
	}
	z.clock.move(approvalLife)
	if got := b.sign(); got.problem.Code != "step_up_required" {
		t.Errorf("too late: %d %s", got.status, got.body)
	}
}

func TestStepUpKeepsNoPlainDigest(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	z.digest = bytes.Repeat([]byte{7}, 32)
	z.browser().begun()
	var kept []byte
	if err := z.owner.QueryRow(t.Context(), `select digest from identity.step_ups`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 32 || bytes.Equal(kept, z.digest) {
		t.Errorf("the database holds %x of %x", kept, z.digest)
	}
}

func TestStepUpNeedsTheSamePersonNow(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	path := b.begun()
	z.as("sub-med-b")
	if got := b.get(path); got.status != http.StatusConflict {
		t.Errorf("another person: %d %s", got.status, got.body)
	}
	z.as(doctor).set(bends("auth_time", z.clock.Now().Add(-3*time.Minute).Unix()))
	if got := b.get(path); got.status != http.StatusUnauthorized {
		t.Errorf("an old authentication: %d %s", got.status, got.body)
	}
	z.psc.set(bends("auth_time", nil))
	if got := b.get(path); got.status != http.StatusUnauthorized {
		t.Errorf("no time of authentication: %d %s", got.status, got.body)
	}
	z.psc.set(bends("nonce", "session-0"))
	if got := b.get(path); got.status != http.StatusUnauthorized {
		t.Errorf("a nonce of another act: %d %s", got.status, got.body)
	}
	z.psc.set(func(f *fakeIssuer) { f.bend = nil })
	stranger := z.browser()
	stranger.signIn("l.feint", clerk)
	if got := stranger.get(path); got.status != 404 {
		t.Errorf("another session begins it: %d %s", got.status, got.body)
	}
	if got := z.browser().get(path); got.status != 401 {
		t.Errorf("without session: %d %s", got.status, got.body)
	}
	if got := b.get("/step-up?id=x"); got.status != 404 {
		t.Errorf("no id: %d", got.status)
	}
	if got := b.sign(); got.problem.Code != "step_up_required" {
		t.Fatalf("one of them counts: %d %s", got.status, got.body)
	}
	if z.keys.asked != 0 {
		t.Errorf("keyholder was asked %d times to approve", z.keys.asked)
	}
	z.as(doctor)
	if got := b.get(path); got.status != 200 {
		t.Fatalf("the person himself: %d %s", got.status, got.body)
	}
	if got := b.sign(); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
