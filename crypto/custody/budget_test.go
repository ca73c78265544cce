package custody_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
)

func (w *world) used(handle, compartment, period string) keyholder.Window {
	w.t.Helper()
	reply, err := w.Budgets(w.t.Context(), handle)
	must(w.t, err)
	for _, b := range reply.Windows {
		if b.Compartment == compartment && b.Period == period {
			return b
		}
	}
	w.t.Fatalf("no window %s %s in %+v", compartment, period, reply)
	return keyholder.Window{}
}

// The world's medical budget of an hour is three: the third dossier is the first past 80 %. It is said in the answer, the
// chain and the journal once, however often one opens after.
func TestABudgetWarnsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var said bytes.Buffer
	w.opts.Log = slog.New(slog.NewTextHandler(&said, nil))
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	a := w.signIn("med-a")
	for n, near := range []bool{false, false, true} {
		d := w.dossier(fmt.Sprint("d", n))
		for i := range 2 {
			got, err := w.Open(t.Context(), keyholder.OpenRequest{Handle: a, Entry: "e1", Items: []keyholder.OpenItem{d.item()}})
			must(t, err)
			if got.Near != (near && i == 0) {
				t.Errorf("dossier %d, opening %d: near %v", n, i, got.Near)
			}
		}
	}
	w.shutdown()
	if n := strings.Count(said.String(), "80 % used"); n != 1 {
		t.Errorf("warned %d times:\n%s", n, said.String())
	}
	if near := bytes.Count(w.chainFile(), []byte(`"near":["medical_hour"]`)); near != 1 {
		t.Errorf("%d lines of the chain say it", near)
	}
}

// What is shown is what is counted, a restart included, and showing it costs nothing and keeps no session alive.
func TestBudgetsAreShown(t *testing.T) {
	t.Parallel()
	w := opened(t)
	a := w.signIn("med-a")
	for n := range 2 {
		_, err := w.openMedical(a, w.dossier(fmt.Sprint("d", n)))
		must(t, err)
	}
	w.restart()
	a, clerk := w.signIn("med-a"), w.signIn("sec-a")
	for period, limit := range map[string]int{keyholder.PeriodHour: 3, keyholder.PeriodDay: 5, keyholder.PeriodZoneDay: 7} {
		if b := w.used(a, envelope.Medical, period); b.Used != 2 || b.Limit != limit {
			t.Errorf("%s: %+v", period, b)
		}
	}
	if b := w.used(a, envelope.Civil, keyholder.PeriodDay); b.Used != 0 || b.Limit != 50 {
		t.Errorf("civil: %+v", b)
	}
	if reply, err := w.Budgets(t.Context(), clerk); err != nil || len(reply.Windows) != 3 {
		t.Errorf("a clerk sees %+v, %v", reply, err)
	}
	for range 3 {
		w.clock.forward(15 * time.Minute)
		_, _ = w.Budgets(t.Context(), a)
	}
	_, err := w.Budgets(t.Context(), a)
	want(t, err, keyholder.ErrUnauthenticated)
}

func (w *world) approveExtension(subject string, e keyholder.Extension) (string, error) {
	w.t.Helper()
	digest, err := e.Digest()
	must(w.t, err)
	nonce, err := w.Nonce(w.t.Context(), keyholder.ActBudget, "budget", digest)
	must(w.t, err)
	from := w.psc
	if subject[:3] == "sec" {
		from = w.pro
	}
	a, err := w.Approve(w.t.Context(), nonce, from.token(subject, nonce))
	return a.ID, err
}

func TestABudgetIsExtendedByTheHeadOfService(t *testing.T) {
	t.Parallel()
	w := opened(t)
	roster := usualRoster()
	roster.Lines[3].Head, roster.Lines[4].Head = true, true // med-d and sec-a
	w.setRoster(roster)
	a := w.signIn("med-a")
	var dossiers []sealedDossier
	for n := range 7 {
		dossiers = append(dossiers, w.dossier(fmt.Sprint("d", n)))
	}
	for n := range 3 {
		_, err := w.openMedical(a, dossiers[n])
		must(t, err)
	}
	_, err := w.openMedical(a, dossiers[3])
	want(t, err, keyholder.ErrOverBudget)

	of := func(edit func(*keyholder.Extension)) keyholder.Extension {
		e := keyholder.Extension{Issuer: pscIssuer, Subject: "med-a", Compartment: envelope.Medical, More: 2, Reason: keyholder.ReasonBacklog, Day: "2026-03-02"}
		edit(&e)
		return e
	}
	right := of(func(*keyholder.Extension) {})
	_, err = w.approveExtension("med-b", right)
	wantRule(t, err, keyholder.RuleNotHead)

	for name, c := range map[string]struct {
		approved, asked keyholder.Extension
		by, rule        string
	}{
		"more than was approved":    {right, of(func(e *keyholder.Extension) { e.More = 3 }), "med-d", keyholder.RuleApprovalOther},
		"for another person":        {right, of(func(e *keyholder.Extension) { e.Subject = "med-b" }), "med-d", keyholder.RuleApprovalOther},
		"one's own":                 {of(func(e *keyholder.Extension) { e.Subject = "med-d" }), of(func(e *keyholder.Extension) { e.Subject = "med-d" }), "med-d", keyholder.RuleExtensionOwn},
		"more than the day doubled": {of(func(e *keyholder.Extension) { e.More = 6 }), of(func(e *keyholder.Extension) { e.More = 6 }), "sec-a", keyholder.RuleExtensionTooLarge},
		"of nobody":                 {right, of(func(e *keyholder.Extension) { e.Subject = "med-z" }), "med-d", keyholder.RuleExtension},
		"of a clerk's medical":      {right, of(func(e *keyholder.Extension) { e.Issuer, e.Subject = proIssuer, "sec-a" }), "med-d", keyholder.RuleExtension},
		"for a reason in words":     {right, of(func(e *keyholder.Extension) { e.Reason = "pour finir" }), "med-d", keyholder.RuleExtension},
		"of tomorrow":               {right, of(func(e *keyholder.Extension) { e.Day = "2026-03-03" }), "med-d", keyholder.RuleExtension},
		"less than nothing":         {right, of(func(e *keyholder.Extension) { e.More = -1 }), "med-d", keyholder.RuleExtension},
	} {
		t.Run(name, func(t *testing.T) {
			id, err := w.approveExtension(c.by, c.approved)
			must(t, err)
			wantRule(t, w.ExtendBudget(t.Context(), id, c.asked), c.rule)
		})
	}

	id, err := w.approveExtension("med-d", right)
	must(t, err)
	must(t, w.ExtendBudget(t.Context(), id, right))
	wantRule(t, w.ExtendBudget(t.Context(), id, right), keyholder.RuleApprovalUnknown) // it serves once
	w.restart()
	a = w.signIn("med-a")
	for n := range 5 {
		_, err := w.openMedical(a, dossiers[n])
		must(t, err)
	}
	_, err = w.openMedical(a, dossiers[5])
	want(t, err, keyholder.ErrOverBudget)
	if b := w.used(a, envelope.Medical, keyholder.PeriodHour); b.Limit != 5 || b.Extended != 2 || b.Used != 5 {
		t.Errorf("shown as %+v", b)
	}
	w.clock.forward(24 * time.Hour) // an extension is of its day
	a = w.signIn("med-a")
	if b := w.used(a, envelope.Medical, keyholder.PeriodHour); b.Limit != 3 || b.Extended != 0 {
		t.Errorf("the day after: %+v", b)
	}
}

// An approval of an extension waits ten minutes, and its author must still be head.
func TestAnExtensionIsOfNow(t *testing.T) {
	t.Parallel()
	w := opened(t)
	roster := usualRoster()
	roster.Lines[3].Head = true
	w.setRoster(roster)
	e := keyholder.Extension{Issuer: pscIssuer, Subject: "med-a", Compartment: envelope.Medical, More: 1, Reason: keyholder.ReasonAudit, Day: "2026-03-02"}
	early, err := w.approveExtension("med-d", e)
	must(t, err)
	w.clock.forward(11 * time.Minute)
	wantRule(t, w.ExtendBudget(t.Context(), early, e), keyholder.RuleApprovalExpired)
	late, err := w.approveExtension("med-d", e)
	must(t, err)
	w.setRoster(usualRoster())
	wantRule(t, w.ExtendBudget(t.Context(), late, e), keyholder.RuleNotHead)
}
