package custody_test

import (
	"os"
	"testing"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// A reader is admitted on a fresh token and a roster line: each alone refuses.
func TestTwoProofs(t *testing.T) {
	t.Parallel()
	set := func(claim string, value any) func(tokenClaims) {
		return func(c tokenClaims) { c[claim] = value }
	}
	cases := map[string]struct {
		token func(w *world) string
		want  error
	}{
		"nonce not drawn here": {func(w *world) string { return w.psc.token("med-a", "abc") }, keyholder.ErrUnauthenticated},
		"no nonce":             {func(w *world) string { return w.psc.token("med-a", "") }, keyholder.ErrUnauthenticated},
		"nonce ten minutes old": {func(w *world) string {
			n := w.sessionNonce()
			w.clock.forward(10 * time.Minute)
			return w.psc.token("med-a", n)
		}, keyholder.ErrUnauthenticated},
		"nonce taken": {func(w *world) string {
			n := w.sessionNonce()
			if _, _, err := w.OpenSession(t.Context(), w.psc.token("med-a", n)); err != nil {
				t.Fatal(err)
			}
			return w.psc.token("med-a", n)
		}, keyholder.ErrUnauthenticated},
		"nonce of an approval": {func(w *world) string {
			n, err := w.Nonce(t.Context(), keyholder.ActReportSign, "d1", make([]byte, 32))
			must(t, err)
			return w.psc.token("med-a", n)
		}, keyholder.ErrUnauthenticated},
		"expired": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("exp", w.clock.Now().Add(-time.Second).Unix()))
		}, keyholder.ErrUnauthenticated},
		"other audience": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("aud", "someone"), set("azp", "someone"))
		}, keyholder.ErrUnauthenticated},
		"other audience, our party": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("aud", "someone"))
		}, keyholder.ErrUnauthenticated},
		"two audiences, other party": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("aud", []string{client, "other"}), set("azp", "other"))
		}, keyholder.ErrUnauthenticated},
		"two audiences, no party": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("aud", []string{client, "other"}), func(c tokenClaims) { delete(c, "azp") })
		}, keyholder.ErrUnauthenticated},
		"other issuer": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("iss", "https://evil.example"))
		}, keyholder.ErrUnauthenticated},
		"issuer's name, other issuer's key": {func(w *world) string {
			return w.pro.token("med-a", w.sessionNonce(), set("iss", pscIssuer))
		}, keyholder.ErrUnauthenticated},
		"signed by a key no longer pinned": {func(w *world) string {
			raw := w.psc.token("med-a", w.sessionNonce())
			w.psc.rotate(t, "k2")
			return raw
		}, keyholder.ErrUnauthenticated},
		"signed by nobody": {func(w *world) string { return w.psc.forged("med-a", w.sessionNonce(), "none") }, keyholder.ErrUnauthenticated},
		"signed with the pinned key as a secret": {func(w *world) string {
			return w.psc.forged("med-a", w.sessionNonce(), "HS256")
		}, keyholder.ErrUnauthenticated},
		"signed by the key that it brings along": {func(w *world) string {
			return w.psc.forged("med-a", w.sessionNonce(), "jwk")
		}, keyholder.ErrUnauthenticated},
		"signed by a key of another kind": {func(w *world) string {
			return w.psc.forged("med-a", w.sessionNonce(), "RS256")
		}, keyholder.ErrUnauthenticated},
		"signed with a secret that stands among the pinned keys": {func(w *world) string {
			return w.psc.sharing("med-a", w.sessionNonce())
		}, keyholder.ErrUnauthenticated},
		"not a token": {func(w *world) string { return "a.b.c" }, keyholder.ErrUnauthenticated},
		"not on the roster": {func(w *world) string {
			return w.psc.token("intern", w.sessionNonce())
		}, keyholder.ErrRefused{Rule: keyholder.RuleNotOnRoster}},
		"line not begun": {func(w *world) string {
			return w.psc.token("med-next", w.sessionNonce())
		}, keyholder.ErrRefused{Rule: keyholder.RuleNotOnRoster}},
		"line ended yesterday": {func(w *world) string {
			return w.psc.token("med-past", w.sessionNonce())
		}, keyholder.ErrRefused{Rule: keyholder.RuleNotOnRoster}},
		"another national id": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("preferred_username", "899790000009"))
		}, keyholder.ErrRefused{Rule: keyholder.RuleNotOnRoster}},
		"physician's line, an issuer that proves none": {func(w *world) string {
			return w.pro.token("med-pro", w.sessionNonce())
		}, keyholder.ErrRefused{Rule: keyholder.RuleClassNotProven}},
		"both": {func(w *world) string {
			return w.psc.token("med-a", w.sessionNonce(), set("SubjectNameID", "899790000001"))
		}, nil},
	}
	roster := usualRoster()
	next, past, pro := physician("med-next", "99790000011"), physician("med-past", "99790000012"), physician("med-pro", "99790000013")
	next.From, past.To, pro.Issuer = "2026-03-03", "2026-03-01", proIssuer
	roster.Lines = append(roster.Lines, next, past, pro)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			w.setRoster(roster)
			handle, class, err := w.OpenSession(t.Context(), c.token(w))
			want(t, err, c.want)
			if c.want == nil && (handle == "" || class != keyholder.ClassPhysician) {
				t.Errorf("handle %q class %q", handle, class)
			}
			if c.want != nil && handle != "" {
				t.Error("a handle was given")
			}
		})
	}
}

// An issuer's tokens count only when they say what its entry requires: for a
// session and for an approval.
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	w := opened(t)
	refused := keyholder.ErrRefused{Rule: keyholder.RuleSecondFactor}
	for name, c := range map[string]struct {
		claim string
		value any
		pro   bool // ProConnect requires amr, Pro Santé Connect acr
		want  error
	}{
		"the acr required":          {"acr", "eidas1", false, nil},
		"the other acr allowed":     {"acr", "eidas2", false, nil},
		"another acr":               {"acr", "eidas", false, refused},
		"no acr":                    {"acr", nil, false, refused},
		"every amr required":        {"amr", []string{"mfa", "otp", "pwd"}, true, nil},
		"one amr of two":            {"amr", []string{"pwd"}, true, refused},
		"the other of two":          {"amr", []string{"mfa"}, true, refused},
		"an amr that is one string": {"amr", "mfa", true, refused},
		"no amr":                    {"amr", nil, true, refused},
	} {
		t.Run(name, func(t *testing.T) {
			edit := func(claims tokenClaims) { claims[c.claim] = c.value }
			from, subject := w.psc, "med-a"
			if c.pro {
				from, subject = w.pro, "sec-a"
			}
			_, _, err := w.OpenSession(t.Context(), from.token(subject, w.sessionNonce(), edit))
			want(t, err, c.want)
			if !c.pro {
				_, err = w.tryApprove(keyholder.ActOpinionSign, "d1", make([]byte, 32), subject, edit)
				want(t, err, c.want)
			}
		})
	}
	w.opts.Issuers[1].AMR = []string{"mfa"}
	w.restart()
	_, _, err := w.OpenSession(t.Context(), w.pro.token("sec-a", w.sessionNonce(), func(c tokenClaims) { c["amr"] = "mfa" }))
	must(t, err)
}

// The day of a line is Paris's: 23:30 UTC on its last day is the day after.
func TestRosterDayIsParis(t *testing.T) {
	t.Parallel()
	w := opened(t)
	l := physician("med-a", "99790000001")
	l.To = "2026-03-02"
	w.setRoster(wire.Roster{Lines: []wire.Line{l}})
	w.clock.forward(14*time.Hour - time.Second) // 22:59:59 UTC, 23:59:59 in Paris
	w.signIn("med-a")
	w.clock.forward(time.Second)
	_, err := w.trySignIn("med-a")
	wantRule(t, err, keyholder.RuleNotOnRoster)
}

func TestIssuerKeysAreReadAgain(t *testing.T) {
	t.Parallel()
	w := opened(t)
	w.signIn("med-a")
	w.psc.rotate(t, "k2")
	w.signIn("med-a")
	must(t, os.Remove(w.path("psc.json")))
	_, err := w.trySignIn("med-a")
	want(t, err, keyholder.ErrUnavailable)
}

func TestHandlesDie(t *testing.T) {
	t.Parallel()
	alive := func(w *world, h string) error {
		_, err := w.openMedical(h, w.dossier("d-handles"))
		return err
	}
	for name, kill := range map[string]func(w *world, h string){
		"at sign-out":               func(w *world, h string) { must(t, w.CloseSession(t.Context(), h)) },
		"after 30 idle minutes":     func(w *world, h string) { w.clock.forward(30 * time.Minute) },
		"when the clock jumps back": func(w *world, h string) { w.clock.forward(-time.Second) },
		"after 10 hours, used all along": func(w *world, h string) {
			for range 24 {
				w.clock.forward(25 * time.Minute)
				if w.clock.Now().Sub(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)) < 10*time.Hour {
					must(t, alive(w, h))
				}
			}
		},
		"at restart": func(w *world, h string) { w.restart() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			h := w.signIn("med-a")
			must(t, alive(w, h))
			kill(w, h)
			want(t, alive(w, h), keyholder.ErrUnauthenticated)
		})
	}
}

func TestRosterChangeKillsHandles(t *testing.T) {
	t.Parallel()
	w := opened(t)
	stays, goes := w.signIn("med-a"), w.signIn("med-b")
	w.setRoster(wire.Roster{Lines: []wire.Line{physician("med-a", "99790000001")}})
	for _, h := range []string{stays, goes} {
		_, err := w.openMedical(h, w.dossier("d1"))
		want(t, err, keyholder.ErrUnauthenticated)
	}
	w.signIn("med-a")
	_, err := w.trySignIn("med-b")
	wantRule(t, err, keyholder.RuleNotOnRoster)
}

// A handle of a line that ends at midnight does not outlive the day.
func TestHandleEndsWithItsLine(t *testing.T) {
	t.Parallel()
	w := opened(t)
	l := physician("med-a", "99790000001")
	l.To = "2026-03-02"
	w.setRoster(wire.Roster{Lines: []wire.Line{l}})
	w.clock.forward(13*time.Hour + 50*time.Minute)
	h := w.signIn("med-a")
	w.clock.forward(20 * time.Minute)
	_, err := w.openMedical(h, w.dossier("d1"))
	want(t, err, keyholder.ErrUnauthenticated)
}
