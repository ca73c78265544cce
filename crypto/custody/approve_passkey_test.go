package custody_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/crypto/passkey"
	"cloison/crypto/passkey/passkeytest"
)

const portal = "https://medical.ofii.example"

// silent is a world whose provider of physicians answers from a running session. Each of the college has an authenticator, which the roster names.
type silent struct {
	*world
	held map[string]*passkeytest.Authenticator
}

func newSilent(t *testing.T) *silent {
	t.Helper()
	w := &silent{world: newWorld(t), held: map[string]*passkeytest.Authenticator{}}
	w.opts.Issuers[0].IgnoresReauthentication = true
	w.startup()
	w.unseal()
	for _, l := range usualRoster().Lines {
		w.held[l.Subject] = passkeytest.New(t, portal)
	}
	w.setRoster(w.roster())
	return w
}

// roster names each authenticator for who holds it; edit changes lines.
func (w *silent) roster(edit ...func(*wire.Line)) wire.Roster {
	r := usualRoster()
	for i := range r.Lines {
		l := &r.Lines[i]
		l.Passkeys = []passkey.Key{w.held[l.Subject].Key(w.t)}
		for _, e := range edit {
			e(l)
		}
	}
	return r
}

func (w *silent) nonce(digest []byte) string {
	w.t.Helper()
	n, err := w.Nonce(w.t.Context(), keyholder.ActOpinionSign, "d1", digest)
	must(w.t, err)
	return n
}

func (w *silent) give(nonce, subject string, a passkey.Assertion) (keyholder.Approval, error) {
	return w.ApprovePasskey(w.t.Context(), keyholder.ApprovePasskeyArgs{Nonce: nonce, Issuer: pscIssuer, Subject: subject, Assertion: a})
}

// touch is what a person does: his authenticator answers to the nonce of the act.
func (w *silent) touch(digest []byte, subject string) (keyholder.Approval, error) {
	w.t.Helper()
	n := w.nonce(digest)
	return w.give(n, subject, w.held[subject].Assert(w.t, n))
}

func TestSignOpinionWithPasskeys(t *testing.T) {
	t.Parallel()
	w := newSilent(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	var ids []string
	for _, subject := range []string{"med-a", "med-b", "med-c"} {
		a, err := w.touch(o.bodyDigest(), subject)
		must(t, err)
		if a.Nonce != keyholder.ApprovalNonce(a.Act, a.Digest, a.Draw) || a.Subject != subject || a.Token.Reveal() != "" || a.Assertion == nil {
			t.Errorf("approved as %+v", a)
		}
		archived, err := a.Archive()
		must(t, err)
		back, err := keyholder.ParseApproval(archived)
		must(t, err)
		if _, err := w.held[subject].Key(t).Verify(back.Nonce, *back.Assertion); err != nil {
			t.Error("what is archived does not verify:", err)
		}
		ids = append(ids, a.ID)
	}
	w.restart() // approvals are kept, and the counters
	_, err := w.SignOpinion(t.Context(), o.request("d1", ids...))
	must(t, err)
	w.held["med-a"].Counter = 0
	_, err = w.touch(o.bodyDigest(), "med-a")
	wantRule(t, err, keyholder.RulePasskeyCounter)
}

func TestApprovePasskeyRefuses(t *testing.T) {
	t.Parallel()
	w := newSilent(t)
	digest := bytes.Repeat([]byte{7}, 32)
	mine := w.held["med-a"]
	edited := func(edit func(*passkeytest.Answer)) error {
		n := w.nonce(digest)
		_, err := w.give(n, "med-a", mine.Assert(t, n, edit))
		return err
	}
	for name, edit := range map[string]func(*passkeytest.Answer){
		"another challenge":     func(o *passkeytest.Answer) { o.Challenge = w.nonce(digest) },
		"another origin":        func(o *passkeytest.Answer) { o.Origin = "https://evil.example" },
		"another relying party": func(o *passkeytest.Answer) { o.RPID = "ofii.example" },
		"nobody verified":       func(o *passkeytest.Answer) { o.Flags = passkeytest.Present },
		"a registration":        func(o *passkeytest.Answer) { o.Type = "webauthn.create" },
	} {
		t.Run(name, func(t *testing.T) { wantRule(t, edited(edit), keyholder.RulePasskeyAssertion) })
	}
	t.Run("another person's key", func(t *testing.T) {
		n := w.nonce(digest)
		_, err := w.give(n, "med-a", w.held["med-b"].Assert(t, n))
		wantRule(t, err, keyholder.RulePasskeyUnknown)
	})
	t.Run("another person's key under one's own credential", func(t *testing.T) {
		n := w.nonce(digest)
		a := w.held["med-b"].Assert(t, n)
		a.Credential = mine.Key(t).Credential
		_, err := w.give(n, "med-a", a)
		wantRule(t, err, keyholder.RulePasskeyAssertion)
	})
	t.Run("a key that no custodian has seen", func(t *testing.T) {
		n := w.nonce(digest)
		_, err := w.give(n, "med-a", passkeytest.New(t, portal).Assert(t, n))
		wantRule(t, err, keyholder.RulePasskeyUnknown)
	})
	t.Run("someone unlisted", func(t *testing.T) {
		n := w.nonce(digest)
		_, err := w.give(n, "intern", mine.Assert(t, n))
		wantRule(t, err, keyholder.RuleNotOnRoster)
	})
	t.Run("a secretary, of a provider that does authenticate anew", func(t *testing.T) {
		n, err := w.Nonce(t.Context(), keyholder.ActDisclosure, "d1", digest)
		must(t, err)
		_, err = w.ApprovePasskey(t.Context(), keyholder.ApprovePasskeyArgs{Nonce: n, Issuer: proIssuer, Subject: "sec-a", Assertion: w.held["sec-a"].Assert(t, n)})
		wantRule(t, err, keyholder.RulePasskeyNotAsked)
	})
	t.Run("twice", func(t *testing.T) {
		n := w.nonce(digest)
		_, err := w.give(n, "med-a", mine.Assert(t, n))
		must(t, err)
		_, err = w.give(n, "med-a", mine.Assert(t, n))
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("ten minutes later", func(t *testing.T) {
		n := w.nonce(digest)
		a := mine.Assert(t, n)
		w.clock.forward(10 * time.Minute)
		_, err := w.give(n, "med-a", a)
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("a session's nonce", func(t *testing.T) {
		n := w.sessionNonce()
		_, err := w.give(n, "med-a", mine.Assert(t, n))
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("an act of the head of service", func(t *testing.T) {
		n, err := w.Nonce(t.Context(), keyholder.ActBudget, "d1", digest)
		must(t, err)
		_, err = w.give(n, "med-a", mine.Assert(t, n))
		wantRule(t, err, keyholder.RuleNotHead)
	})
}

// The counter goes forward, across restarts, or there are two of the key: that is said. An authenticator that counts nothing is none of that.
func TestAPasskeyThatCountsBackwardsIsAnAlarm(t *testing.T) {
	t.Parallel()
	w := newSilent(t)
	digest := bytes.Repeat([]byte{7}, 32)
	w.held["med-b"].Uncounted = true
	for range 2 {
		_, err := w.touch(digest, "med-b")
		must(t, err)
	}
	_, err := w.touch(digest, "med-a")
	must(t, err)
	var journal bytes.Buffer
	w.opts.Log = slog.New(slog.NewTextHandler(&journal, nil))
	w.restart()
	w.held["med-a"].Counter-- // the copy
	_, err = w.touch(digest, "med-a")
	wantRule(t, err, keyholder.RulePasskeyCounter)
	w.held["med-a"].Uncounted, w.held["med-a"].Counter = true, 0
	_, err = w.touch(digest, "med-a")
	wantRule(t, err, keyholder.RulePasskeyCounter)
	w.shutdown()
	if !strings.Contains(journal.String(), "ALARM a passkey counts backwards") {
		t.Error("no alarm")
	}
}

// Nobody has two doors: where tokens are fresh no passkey approves, where they are not no token does, however fresh it says it is.
func TestAPasskeyIsNoSecondDoor(t *testing.T) {
	t.Parallel()
	w := newSilent(t)
	digest := bytes.Repeat([]byte{7}, 32)
	_, err := w.tryApprove(keyholder.ActOpinionSign, "d1", digest, "med-a")
	wantRule(t, err, keyholder.RulePasskeyAsked)

	handle := w.signIn("med-a") // a token still opens a session
	door, err := w.Passkeys(t.Context(), handle)
	must(t, err)
	if !door.Asked || len(door.Keys) != 1 || door.Keys[0].Name() != w.held["med-a"].Key(t).Name() {
		t.Errorf("the door of med-a is %+v", door)
	}
	w.opts.Issuers[0].IgnoresReauthentication = false
	w.restart()
	_, err = w.touch(digest, "med-a")
	wantRule(t, err, keyholder.RulePasskeyNotAsked)
	_, err = w.tryApprove(keyholder.ActOpinionSign, "d1", digest, "med-a")
	must(t, err)
	if door, err = w.Passkeys(t.Context(), w.signIn("med-a")); err != nil || door.Asked {
		t.Errorf("the door of med-a is %+v, %v", door, err)
	}
	_, err = w.Passkeys(t.Context(), handle)
	want(t, err, keyholder.ErrUnauthenticated)
}

// A passkey that was lost: custodians take it off, and what it approved signs nothing any more.
func TestAPasskeyTakenOffTheRosterSignsNothing(t *testing.T) {
	t.Parallel()
	w := newSilent(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	var ids []string
	for _, subject := range []string{"med-a", "med-b", "med-c"} {
		a, err := w.touch(o.bodyDigest(), subject)
		must(t, err)
		ids = append(ids, a.ID)
	}
	lost := func(l *wire.Line) {
		if l.Subject == "med-b" {
			l.Passkeys = nil
		}
	}
	w.setRoster(w.roster(lost))
	_, err := w.touch(o.bodyDigest(), "med-b")
	wantRule(t, err, keyholder.RulePasskeyUnknown)
	_, err = w.SignOpinion(t.Context(), o.request("d1", ids...))
	wantRule(t, err, keyholder.RuleNotOnRoster)
	w.setRoster(w.roster())
	_, err = w.SignOpinion(t.Context(), o.request("d1", ids...))
	must(t, err)
}
