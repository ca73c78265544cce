package custody

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

type moved struct{ now time.Time }

func (m *moved) Now() time.Time { return m.now }

// direct is an open service without sockets, whose quotas a test can narrow.
func direct(t *testing.T) (*Service, *moved) {
	t.Helper()
	dir, err := os.MkdirTemp("", "kd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	err = Init(filepath.Join(dir, "ks"), keystore.Options{
		Environment: "test", Zone: "medical", Epoch: "2026", N: 1, K: 1, Custodians: dir, Recovery: filepath.Join(dir, "recovery"),
	})
	if err != nil {
		t.Fatal(err)
	}
	clock := &moved{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	limits, me := wire.Limits{PersonHour: 1, PersonDay: 1, ZoneDay: 1}, []uint32{uint32(os.Getuid())}
	s, err := New(Options{
		Environment: "test", Zone: "medical", Keystore: filepath.Join(dir, "ks"), State: dir,
		Issuers: []Issuer{{Issuer: "i", ClientID: "c", JWKS: filepath.Join(dir, "jwks"), Classes: []string{keyholder.ClassPhysician}}},
		Budgets: wire.Budgets{Civil: limits, Medical: limits}, IndexRate: 2, UseUIDs: me, CustodyUIDs: me,
		Clock: clock, Location: time.UTC, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	use, custody := listenAt(t, dir, "use.sock"), listenAt(t, dir, "custody.sock")
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(t.Context(), use, custody) }()
	t.Cleanup(func() { <-ended; s.Close() })
	err = operator.Unseal(t.Context(), filepath.Join(dir, "custody.sock"), filepath.Join(dir, "ks"), filepath.Join(dir, keystore.CustodianFile(1)))
	if err != nil {
		t.Fatal(err)
	}
	return s, clock
}

func (s *Service) asked(t *testing.T, op string, args any) error {
	t.Helper()
	b, err := canonical.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	return s.call(useOperations(), 0, keyholder.Request{Op: op, Args: b}).Failure.Err()
}

// lines of the chain file.
func (s *Service) lines(t *testing.T) (out []chain.Record) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.opts.State, ChainFile))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var r chain.Record
		if err := json.Unmarshal([]byte(strings.SplitN(line, " ", 3)[2]), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

var (
	forSession  = keyholder.NonceArgs{Act: keyholder.ActSession}
	forApproval = keyholder.NonceArgs{Act: keyholder.ActOpinionSign, Dossier: "d1", Digest: make([]byte, 32)}
)

// Strangers at the sign-in page use up sessions' nonces and nothing else, and
// write nothing.
func TestQuotasAreSeparate(t *testing.T) {
	t.Parallel()
	s, clock := direct(t)
	s.sessionNonces.quota, s.approvalNonces.quota = 3, 2
	before := len(s.lines(t))
	for range 3 {
		if err := s.asked(t, keyholder.OpNonce, forSession); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(s.lines(t)); got != before {
		t.Errorf("sessions' nonces wrote %d lines", got-before)
	}
	if err := s.asked(t, keyholder.OpNonce, forSession); !errors.Is(err, keyholder.ErrRateLimited) {
		t.Errorf("a fourth: %v", err)
	}
	before = len(s.lines(t))
	for range 2 {
		if err := s.asked(t, keyholder.OpNonce, forApproval); err != nil {
			t.Errorf("an approval after sessions are used up: %v", err)
		}
	}
	if got := len(s.lines(t)); got != before+2 {
		t.Errorf("two approvals' nonces wrote %d lines", got-before)
	}
	if err := s.asked(t, keyholder.OpNonce, forApproval); !errors.Is(err, keyholder.ErrRateLimited) {
		t.Errorf("a third approval: %v", err)
	}
	for i := range 3 { // two an hour here
		err := s.asked(t, keyholder.OpIndex, keyholder.IndexArgs{Class: keyholder.IndexNameBirth, Value: "1"})
		if (i == 2) != errors.Is(err, keyholder.ErrRateLimited) {
			t.Errorf("search tag %d: %v", i, err)
		}
	}
	if err := s.asked(t, keyholder.OpIndex, keyholder.IndexArgs{Class: keyholder.IndexCare, Value: "1"}); err != nil {
		t.Errorf("a tag of care after search tags are used up: %v", err)
	}
	for i := range 3 {
		err := s.asked(t, keyholder.OpIndex, keyholder.IndexArgs{Class: keyholder.IndexNameBirth, Value: "1", Search: true})
		if (i == 2) != errors.Is(err, keyholder.ErrRateLimited) {
			t.Errorf("search %d, after the tags of referrals are used up: %v", i, err)
		}
	}
	clock.now = clock.now.Add(nonceLife)
	for _, a := range []keyholder.NonceArgs{forSession, forApproval} {
		if err := s.asked(t, keyholder.OpNonce, a); err != nil {
			t.Errorf("%s after ten minutes: %v", a.Act, err)
		}
	}
}

// However often a limit refuses, the chain grows by two lines a minute.
func TestRefusalsByALimitAreCounted(t *testing.T) {
	t.Parallel()
	s, clock := direct(t)
	s.sessionNonces.quota = 0
	before := len(s.lines(t))
	for range 100 {
		if err := s.asked(t, keyholder.OpNonce, forSession); !errors.Is(err, keyholder.ErrRateLimited) {
			t.Fatal(err)
		}
		_ = s.asked(t, keyholder.OpIndex, keyholder.IndexArgs{Class: keyholder.IndexAGDREF, Value: "1"})
	}
	// The first refusal of each, and the two tags that the rate lets through.
	if got := len(s.lines(t)) - before; got != 4 {
		t.Errorf("200 calls wrote %d lines", got)
	}
	clock.now = clock.now.Add(heldFor)
	before = len(s.lines(t))
	_ = s.asked(t, keyholder.OpStatus, keyholder.None{}) // any call tells
	_ = s.asked(t, keyholder.OpCloseSession, keyholder.CloseSessionArgs{})
	told := s.lines(t)[before:]
	if len(told) != 3 || told[0].Op != heldOp || told[0].Outcome != chain.Refused || told[0].Rule != "rate_limited" {
		t.Fatalf("told %+v", told)
	}
	for i, want := range []heldData{{Op: keyholder.OpIndex, More: 97}, {Op: keyholder.OpNonce, More: 99}} {
		var d heldData
		if err := json.Unmarshal(told[i].Data, &d); err != nil || d.Op != want.Op || d.More != want.More {
			t.Errorf("count %d is %s", i, told[i].Data)
		}
	}
}

// A budget is a person's: the first refusal of each in a minute has its line.
func TestHeldKeepsPersonsApart(t *testing.T) {
	t.Parallel()
	h, now := held{}, time.Unix(0, 0)
	a, b := &openData{Person: "a"}, &openData{Person: "b"}
	for i, c := range []struct {
		d    *openData
		err  error
		keep bool
	}{
		{a, keyholder.ErrOverBudget, false}, {a, keyholder.ErrOverBudget, true}, {b, keyholder.ErrOverBudget, false},
		{a, keyholder.ErrUnauthenticated, false}, {a, nil, false}, {a, refuse(keyholder.RuleShredded), false},
		{a, refuse(keyholder.RuleShredded), false},
	} {
		if h.keeps(now, keyholder.OpOpen, c.d, c.err) != c.keep {
			t.Errorf("call %d", i)
		}
	}
}

// Forgetting touches what has ended and one more, not everything that is there.
func TestForgettingIsAmortised(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	p := newPending[int](4)
	key := func(i int) string { return string(rune('a' + i)) }
	for i := range 4 {
		if !p.add(start.Add(time.Duration(i)*time.Minute), key(i), i) {
			t.Fatalf("%d was not taken", i)
		}
	}
	if p.add(start.Add(4*time.Minute), "more", 0) {
		t.Error("over the quota")
	}
	p.drop(key(2)) // taken, from the middle
	if !p.add(start.Add(5*time.Minute), "e", 4) {
		t.Error("a nonce that was taken still counts")
	}
	for _, c := range []struct {
		at   time.Duration
		left int
	}{{10*time.Minute - 1, 4}, {10 * time.Minute, 3}, {12 * time.Minute, 2}, {15 * time.Minute, 0}} {
		p.forget(start.Add(c.at))
		if p.order.Len() != c.left || len(p.byKey) != c.left {
			t.Errorf("after %v: %d and %d are left, want %d", c.at, p.order.Len(), len(p.byKey), c.left)
		}
	}
	p.add(start, "later", 0)
	if _, ok := p.find(start.Add(-time.Second), "later"); ok {
		t.Error("drawn after now")
	}
	for i := range 4 {
		p.add(start, key(i), i)
	}
	if looked := p.forget(start); looked != 1 {
		t.Errorf("looked at %d of 4 that are alive", looked)
	}
}

// A Monday morning: thirteen hundred referrals of three tags come in at one instant, and the rate holds who asks on.
func TestAMondayMorningIsTagged(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	b := newBucket(4000)
	given := func() (n int) {
		for b.take(now) {
			n++
		}
		return n
	}
	for _, c := range []struct {
		later time.Duration
		want  int
	}{{0, 4000}, {0, 0}, {3 * time.Minute, 200}, {40 * time.Hour, 4000}} {
		now = now.Add(c.later)
		if got := given(); got != c.want {
			t.Errorf("%v later: %d tags, want %d", c.later, got, c.want)
		}
	}
}
