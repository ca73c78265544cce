package identity

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// start asks for a sign-in and goes no further.
func (b *browser) start(path string) answer {
	b.z.t.Helper()
	follow := b.client.CheckRedirect
	defer func() { b.client.CheckRedirect = follow }()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b.get(path)
}

func (z *zone) drawn() int {
	z.keys.mu.Lock()
	defer z.keys.mu.Unlock()
	return len(z.keys.drawn)
}

func (z *zone) pending() int { return z.count(`select count(*) from identity.pending_sign_ins`) }

func TestSignInsHaveAPace(t *testing.T) {
	t.Parallel()
	machine := &stillClock{now: time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)}
	z := newZone(t, Medical, func(o *Options) { o.Pace, o.Machine = Pace{Rate: 0.5, Burst: 3}, machine })
	b := z.browser()
	for i := range 3 {
		if got := b.start("/login?issuer=psc"); got.status != http.StatusSeeOther {
			t.Fatalf("%d: %d %s", i, got.status, got.body)
		}
	}
	for _, path := range []string{"/login?issuer=psc", "/login?login_hint=o.testard", "/step-up?id=0b6f3c3e-7f0e-4d59-8a52-1f6d3f0a9b11"} {
		got := z.browser().start(path)
		wait, _ := strconv.Atoi(got.header.Get("Retry-After"))
		if got.status != http.StatusTooManyRequests || got.problem.Code != "rate_limited" || wait < 1 || wait > 2 ||
			!strings.Contains(got.problem.Detail, "Attendez") {
			t.Errorf("%s: %d, Retry-After %q: %s", path, got.status, got.header.Get("Retry-After"), got.body)
		}
	}
	// What a stranger writes of where he comes from changes nothing.
	for _, header := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP"} {
		if got := z.browser().do("GET", "/login?issuer=psc", header, "for=203.0.113.9, 203.0.113.9"); got.status != http.StatusTooManyRequests {
			t.Errorf("by another address, says %s: %d", header, got.status)
		}
	}
	if z.drawn() != 3 || z.pending() != 3 {
		t.Errorf("%d nonces and %d rows after 3 sign-ins", z.drawn(), z.pending())
	}
	// The page with the choices draws nothing.
	if got := b.start("/login"); got.status != 200 {
		t.Errorf("choices: %d", got.status)
	}
	machine.move(2 * time.Second)
	if got := b.start("/login?issuer=psc"); got.status != http.StatusSeeOther {
		t.Errorf("later: %d", got.status)
	}
	if got := b.start("/login?issuer=psc"); got.status != http.StatusTooManyRequests {
		t.Errorf("one more: %d", got.status)
	}
}

func TestTurnstile(t *testing.T) {
	t.Parallel()
	now := &stillClock{now: time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)}
	turnstile := func(p Pace) *turnstile {
		t.Helper()
		made, err := newTurnstile(p, now)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	t.Run("a fast address leaves the others theirs", func(t *testing.T) {
		s := turnstile(Pace{Rate: 1, Burst: 2, TotalRate: 1, TotalBurst: 4})
		for range 100 {
			s.admit("192.0.2.1")
		}
		free := 0
		for i := range 20 {
			if s.admit(fmt.Sprintf("198.51.100.%d", i)) == 0 {
				free++
			}
		}
		if free != 2 {
			t.Errorf("%d of the 2 left got in", free)
		}
	})
	t.Run("many addresses meet the total", func(t *testing.T) {
		s := turnstile(Pace{Rate: 1, Burst: 2, TotalRate: 10, TotalBurst: 50})
		in := 0
		for i := range 20000 {
			if s.admit(fmt.Sprintf("2001:db8:%x:%x::1", i>>8, i&0xff)) == 0 {
				in++
			}
		}
		if in != 50 {
			t.Errorf("%d got in", in)
		}
		now.move(time.Second)
		if wait := s.admit("203.0.113.9"); wait != 0 {
			t.Errorf("a second later it waits %v", wait)
		}
	})
	t.Run("defaults", func(t *testing.T) {
		s := turnstile(Pace{})
		in := 0
		for range 100 {
			if s.admit("192.0.2.1") == 0 {
				in++
			}
		}
		if in != 10 {
			t.Errorf("%d at once", in)
		}
	})
	if _, err := newTurnstile(Pace{Rate: -1}, now); err == nil {
		t.Error("a negative pace")
	}
	for from, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:0:1:a:b:c:d": "2001:db8:0:1::/64", "fe80::1%eth0": "fe80::/64", "": "",
	} {
		if got := network(from); got != want {
			t.Errorf("%q is %q", from, got)
		}
	}
}

// A wait takes nothing: who tries again too early waits no longer for it.
func TestRefusedSignInCostsNothing(t *testing.T) {
	t.Parallel()
	now := &stillClock{now: time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)}
	s, err := newTurnstile(Pace{Rate: 1, Burst: 1}, now)
	if err != nil {
		t.Fatal(err)
	}
	s.admit("192.0.2.1")
	for range 50 {
		if wait := s.admit("192.0.2.1"); wait > time.Second || wait <= 0 {
			t.Fatalf("it waits %v", wait)
		}
	}
}
