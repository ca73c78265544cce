package custody_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
)

// attempt is one thing that a thief tries; it fails when it gives anything.
type attempt struct {
	name string
	try  func() error
}

// A day of a thief who runs in the web process's place: the same account, the same socket, the whole database, and the session that a
// physician left open. Each attempt is printed with what it got. He opens no more dossiers than the physician's budget, raises its alarm, and
// has no opinion sealed.
func TestTheThiefsDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var journal bytes.Buffer
	w.opts.Log = slog.New(slog.NewTextHandler(&journal, nil))
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	var database []sealedDossier
	for n := range 20 {
		database = append(database, w.dossier(fmt.Sprint("d", n)))
	}
	stolen := w.signIn("med-a")
	thief := &thief{w: w, handle: stolen, database: database, opened: map[string]bool{}}

	attempts := thief.attempts()
	for _, a := range attempts {
		err := a.try()
		got := "nothing"
		if err != nil {
			got = err.Error()
		} else {
			t.Errorf("%s: it gave what was asked", a.name)
		}
		t.Logf("%-60s %s", a.name, got)
	}
	thief.reads()
	w.shutdown()
	if n, budget := len(thief.opened), w.opts.Budgets.Medical.PersonHour; n > budget || n == 0 {
		t.Errorf("%d dossiers opened, the budget is %d", n, budget)
	}
	if thief.opinions != 0 {
		t.Errorf("%d opinions sealed", thief.opinions)
	}
	if !strings.Contains(journal.String(), "ALARM a budget of dossiers is used up") {
		t.Error("no alarm at the limit")
	}
	if len(attempts) < 40 {
		t.Errorf("%d attempts, want at least 40", len(attempts))
	}
	t.Logf("%d attempts; %d dossiers opened of %d, budget %d; %d opinions; alarm raised", len(attempts), len(thief.opened), len(database), w.opts.Budgets.Medical.PersonHour, thief.opinions)
}

type thief struct {
	w        *world
	handle   string
	database []sealedDossier
	opened   map[string]bool
	opinions int
}

// reads goes through the whole database with the stolen session, twice, an hour's budget being what it is.
func (f *thief) reads() {
	for range 2 {
		for _, d := range f.database {
			if _, err := f.w.openMedical(f.handle, d); err == nil {
				f.opened[d.id] = true
			}
		}
	}
}

func (f *thief) attempts() []attempt {
	all := append(f.onKeys(), f.onSessions()...)
	all = append(all, f.onOpinions()...)
	return append(all, f.onOrders()...)
}

func (f *thief) open(edit func(*keyholder.OpenRequest)) func() error {
	return func() error {
		r := keyholder.OpenRequest{Handle: f.handle, Entry: "e1", Items: []keyholder.OpenItem{f.database[0].item()}}
		edit(&r)
		reply, err := f.w.Open(f.w.t.Context(), r)
		if err == nil && len(reply.FileKeys) == 0 {
			return errors.New("no key")
		}
		return err
	}
}

func (f *thief) onKeys() []attempt {
	w, d, other := f.w, f.database[0], f.database[1]
	item := func(edit func(*keyholder.OpenItem)) func() error {
		return f.open(func(r *keyholder.OpenRequest) { edit(&r.Items[0]) })
	}
	return []attempt{
		{"opens the whole database in one call", f.open(func(r *keyholder.OpenRequest) {
			r.Items = nil
			for _, d := range f.database {
				r.Items = append(r.Items, d.item())
			}
		})},
		{"opens with a handle of his own", f.open(func(r *keyholder.OpenRequest) { r.Handle = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })},
		{"opens without a handle", f.open(func(r *keyholder.OpenRequest) { r.Handle = "" })},
		{"opens without an entry in the log", f.open(func(r *keyholder.OpenRequest) { r.Entry = "" })},
		{"opens one dossier's record under another's name", item(func(i *keyholder.OpenItem) { i.Dossier = other.id })},
		{"opens with another dossier's wrapped identity", item(func(i *keyholder.OpenItem) { i.Wrapped = other.keys.Medical.Wrapped })},
		{"opens with the other compartment's identity", item(func(i *keyholder.OpenItem) { i.Wrapped = d.keys.Civil.Wrapped })},
		{"passes a medical piece off as civil", item(func(i *keyholder.OpenItem) { i.Compartment = envelope.Civil })},
		{"asks for a compartment named *", item(func(i *keyholder.OpenItem) { i.Compartment = "*" })},
		{"asks for another dossier's header", item(func(i *keyholder.OpenItem) { i.Headers = [][]byte{other.header} })},
		{"asks the wrapped identity as a header", item(func(i *keyholder.OpenItem) { i.Headers = [][]byte{d.keys.Medical.Wrapped} })},
		{"asks for no header, to get the identity", item(func(i *keyholder.OpenItem) { i.Headers = nil })},
		{"sends a wrapped identity of noise", item(func(i *keyholder.OpenItem) { i.Wrapped = []byte(rand.Text()) })},
		{"sends a wrapped identity of a megabyte", item(func(i *keyholder.OpenItem) { i.Wrapped = make([]byte, 1<<20) })},
		{"names a dossier in a path", item(func(i *keyholder.OpenItem) { i.Dossier = "../keystore/sealed.age" })},
		{"asks for thousands of headers", item(func(i *keyholder.OpenItem) {
			for range 600 {
				i.Headers = append(i.Headers, d.header)
			}
		})},
		{"re-wraps another dossier's identity as his", func() error {
			_, err := w.Rewrap(w.t.Context(), []keyholder.RewrapItem{{Dossier: other.id, Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped}})
			return err
		}},
		{"re-wraps nothing", func() error { _, err := w.Rewrap(w.t.Context(), nil); return err }},
		{"checks an identity as another's", func() error {
			_, err := w.Check(w.t.Context(), []keyholder.RewrapItem{{Dossier: other.id, Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped}})
			return err
		}},
		{"makes a dossier's keys anew to open what it holds", func() error {
			keys, err := w.CreateDossier(w.t.Context(), d.id)
			if err != nil {
				return err
			}
			return f.open(func(r *keyholder.OpenRequest) { r.Items[0].Wrapped = keys.Medical.Wrapped })()
		}},
		{"guesses names by tags without end", func() (err error) {
			for range f.w.opts.IndexRate + 1 {
				_, err = w.Index(w.t.Context(), keyholder.IndexNameBirth, "DURAND 1980-01-01")
			}
			return err
		}},
		{"has keyholder tag a diagnosis", func() error { _, err := w.Index(w.t.Context(), "diagnosis", "B20"); return err }},
	}
}

func (f *thief) onSessions() []attempt {
	w := f.w
	session := func(edit ...func(tokenClaims)) func() error {
		return func() error {
			_, _, err := w.OpenSession(w.t.Context(), w.psc.token("med-b", w.sessionNonce(), edit...))
			return err
		}
	}
	claim := func(name string, value any) func(tokenClaims) {
		return func(c tokenClaims) { c[name] = value }
	}
	return []attempt{
		{"signs a token himself", func() error {
			own := *w.psc
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			must(w.t, err)
			own.key = key
			_, _, err = w.OpenSession(w.t.Context(), own.token("med-b", w.sessionNonce()))
			return err
		}},
		{"replays a token whose nonce was taken", func() error {
			token := w.psc.token("med-b", w.sessionNonce())
			_, _, err := w.OpenSession(w.t.Context(), token)
			must(w.t, err) // its owner's
			_, _, err = w.OpenSession(w.t.Context(), token)
			return err
		}},
		{"keeps a token with a nonce that he drew", func() error {
			_, _, err := w.OpenSession(w.t.Context(), w.psc.token("med-b", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
			return err
		}},
		{"brings a token for another program", session(claim("aud", "another"))},
		{"brings a token of another issuer", session(claim("iss", "https://thief.example"))},
		{"brings a token that has ended", session(claim("exp", w.clock.Now().Add(-time.Hour).Unix()))},
		{"brings a token without a second factor", session(claim("acr", "none"))},
		{"brings a physician who is not on the roster", func() error { _, err := w.trySignIn("med-z"); return err }},
		{"brings a secretary from the physicians' issuer", func() error {
			_, _, err := w.OpenSession(w.t.Context(), w.psc.token("sec-a", w.sessionNonce()))
			return err
		}},
		{"approves with a session's nonce", func() error {
			n := w.sessionNonce()
			_, err := w.Approve(w.t.Context(), n, w.psc.token("med-b", n))
			return err
		}},
		{"approves with an authentication from before", func() error {
			_, err := w.tryApprove(keyholder.ActOpinionSign, "d0", make([]byte, 32), "med-b", claim("auth_time", w.clock.Now().Add(-time.Minute).Unix()))
			return err
		}},
		{"draws a nonce for an act of his own", func() error {
			_, err := w.Nonce(w.t.Context(), "everything", "d0", make([]byte, 32))
			return err
		}},
		{"extends the budget without an approval", func() error {
			return w.ExtendBudget(w.t.Context(), "none", keyholder.Extension{Issuer: pscIssuer, Subject: "med-a", Compartment: envelope.Medical, More: 100, Reason: keyholder.ReasonAudit, Day: today})
		}},
		{"extends it with the approval of a physician who is no head", func() error {
			_, err := w.approveExtension("med-b", keyholder.Extension{Issuer: pscIssuer, Subject: "med-a", Compartment: envelope.Medical, More: 100, Reason: keyholder.ReasonAudit, Day: today})
			return err
		}},
	}
}

func (f *thief) onOpinions() []attempt {
	w := f.w
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	sign := func(o anOpinion, dossier string, approvals func() []string) func() error {
		return func() error {
			_, err := w.SignOpinion(w.t.Context(), o.request(dossier, approvals()...))
			if err == nil {
				f.opinions++
			}
			return err
		}
	}
	none := func() []string { return nil }
	of := func(o anOpinion, dossier string, who ...string) func() []string {
		return func() []string { return w.approveAll(o, dossier, who...) }
	}
	other := opinionFor("r-1", 1, "DEFAVORABLE", today)
	future := opinionFor("r-1", 1, "FAVORABLE", "2026-03-09")
	return []attempt{
		{"has an opinion sealed without approvals", sign(o, "d0", none)},
		{"has it sealed with the one of his session", sign(o, "d0", of(o, "d0", "med-a"))},
		{"counts one physician three times", sign(o, "d0", of(o, "d0", "med-a", "med-a", "med-a"))},
		{"swaps the body after three approved", sign(o, "d0", of(other, "d0", "med-a", "med-b", "med-c"))},
		{"moves three approvals to another dossier", sign(o, "d1", of(o, "d0", "med-a", "med-b", "med-c"))},
		{"puts a physician who is not among its authors", sign(o, "d0", of(o, "d0", "med-a", "med-b", "med-d"))},
		{"dates it in the future", sign(future, "d0", of(future, "d0", "med-a", "med-b", "med-c"))},
		{"makes up approvals", sign(o, "d0", func() []string { return []string{"a", "b", "c"} })},
		{"sends an opinion that is no JSON", func() error {
			_, err := w.SignOpinion(w.t.Context(), keyholder.SignOpinionRequest{Dossier: "d0", Opinion: json.RawMessage(`{"a":1,"a":2}`), ToSealDigest: make([]byte, 32)})
			return err
		}},
		{"signs a checkpoint of another log", func() error {
			_, err := w.SignCheckpoint(w.t.Context(), []byte("another.log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
			return err
		}},
	}
}

// onOrders: custodians' orders at the web process's door.
func (f *thief) onOrders() []attempt {
	w := f.w
	var all []attempt
	for _, op := range []string{wire.OpSetRoster, wire.OpSetBudget, wire.OpShred, wire.OpDestroy, wire.OpNewEpoch, wire.OpReplay, wire.OpUnseal, wire.OpSeal, wire.OpDraw, wire.OpTombstones, "Export", "Debug"} {
		all = append(all, attempt{"gives the order " + op, func() error {
			return raw(w.t, w.path("use.sock"), op, json.RawMessage(`{}`), &keyholder.None{})
		}})
	}
	return all
}

// A heavy honest day, within what a keyholder that was told nothing allows: a physician reads forty dossiers of ten pieces in his hour, a
// secretary three hundred names, page by page. No refusal, and no warning before the last fifth.
func TestAHeavyHonestDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.opts.Budgets = wire.Budgets{
		Civil:   wire.Limits{PersonHour: 400, PersonDay: 1000, ZoneDay: 10000},
		Medical: wire.Limits{PersonHour: 60, PersonDay: 150, ZoneDay: 1500},
	}
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	doctor, clerk := w.signIn("med-a"), w.signIn("sec-a")
	d := w.dossiers(300)
	for _, dossier := range d[:40] {
		for range 10 {
			if _, err := w.openMedical(doctor, dossier); err != nil {
				t.Fatalf("dossier %s: %v", dossier.id, err)
			}
		}
	}
	for page := 0; page < 300; page += 50 {
		r := keyholder.OpenRequest{Handle: clerk, Entry: "e1"}
		for _, dossier := range d[page : page+50] {
			r.Items = append(r.Items, dossier.civilItem(t))
		}
		if _, err := w.Open(t.Context(), r); err != nil {
			t.Fatalf("names from %d: %v", page, err)
		}
	}
	if b := w.used(doctor, envelope.Medical, keyholder.PeriodDay); b.Used != 40 || b.Near() {
		t.Errorf("the physician's day: %+v", b)
	}
	if b := w.used(clerk, envelope.Civil, keyholder.PeriodDay); b.Used != 300 || b.Near() {
		t.Errorf("the secretary's day: %+v", b)
	}
}

// dossiers makes many at once: they share the fsyncs of the chain.
func (w *world) dossiers(n int) []sealedDossier {
	w.t.Helper()
	made := make([]sealedDossier, n)
	var all sync.WaitGroup
	for lane := range 50 {
		all.Go(func() {
			for i := lane; i < n; i += 50 {
				made[i] = w.dossier(fmt.Sprint("d", i))
			}
		})
	}
	all.Wait()
	return made
}

// civilItem is a name of the dossier, sealed to its civil recipient.
func (d sealedDossier) civilItem(t *testing.T) keyholder.OpenItem {
	t.Helper()
	return keyholder.OpenItem{Dossier: d.id, Compartment: envelope.Civil, Wrapped: d.keys.Civil.Wrapped, Headers: [][]byte{headerTo(t, d.keys.Civil.Recipient)}}
}

func headerTo(t *testing.T, recipient string) []byte {
	t.Helper()
	header, err := envelope.Header(sealTo(t, recipient, []byte("nom")))
	must(t, err)
	return header
}
