package identity

import (
	"strings"
	"testing"
)

// Whoever is hinted at, known or not, the answer is the same: anybody may ask.
func TestHintIsNoOracle(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical, func(o *Options) { o.QuickLogin = false })
	var first string
	for _, login := range []string{"o.testard", "l.feint", "nobody"} {
		b := z.browser()
		got := b.get("/login?login_hint=" + login)
		if got.status != 200 || len(b.seen) != 0 || !strings.Contains(got.body, "login_hint="+login) {
			t.Errorf("%s: %d after %d redirects: %s", login, got.status, len(b.seen), got.body)
		}
		same := strings.ReplaceAll(got.body, login, "")
		if first == "" {
			first = same
		}
		if same != first {
			t.Errorf("%s is told apart: %s", login, got.body)
		}
	}
	b := z.browser()
	z.as(doctor)
	if got := b.get("/login?issuer=psc&login_hint=o.testard"); got.status != 200 || b.seen[0].Query().Get("login_hint") != "o.testard" {
		t.Errorf("chosen: %d %s, asked %v", got.status, got.body, b.seen)
	}
	if got := z.browser().get("/login?login_hint=" + strings.Repeat("x", hintLimit+1)); got.status != 422 {
		t.Errorf("an endless hint: %d", got.status)
	}
}
