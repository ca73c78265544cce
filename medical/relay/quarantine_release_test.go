package relay

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloison/audit"
	"cloison/medical/store"
)

// TestWhatWasSetAsideIsOfferedAgain: what the other zone sets aside holds back nothing, is said aloud and recorded, and goes again at the
// next start, in the same bytes, until it is taken.
func TestWhatWasSetAsideIsOfferedAgain(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	var log bytes.Buffer
	z.o.Log = slog.New(slog.NewTextHandler(&log, nil))
	for seq := int64(1); seq <= 2; seq++ {
		must(t, z.takeReferral(t.Context(), referral(seq, store.NewID(), store.NewID(), "patient")))
	}
	deliver := func() {
		t.Helper()
		if did, err := z.handOver(t.Context()); !did || err != nil {
			t.Fatal(did, err)
		}
	}
	z.peer.setAside(true)
	deliver()
	z.peer.setAside(false)
	deliver()
	if all := z.deliveries(t, "1") + ", " + z.deliveries(t, "2"); all != "INTENT DONE SERVED, INTENT DONE SERVED" {
		t.Errorf("entries: %s", all)
	}
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Rule: "RELEASE_QUARANTINED"})
	if err != nil || len(entries) != 1 || entries[0].Object != "1" || entries[0].Action != "release.quarantine" {
		t.Errorf("%v, entries of the quarantine: %+v", err, entries)
	}
	if !strings.Contains(log.String(), "ALARM: the other zone set an opinion aside") {
		t.Errorf("no alarm: %s", log.String())
	}
	if did, err := z.handOver(t.Context()); did || err != nil || len(z.peer.taken) != 2 {
		t.Errorf("offered again by the same start: %v %v, %d", did, err, len(z.peer.taken))
	}

	start := func(want int) {
		t.Helper()
		z.offered = false
		if _, err := z.handOver(t.Context()); err != nil || len(z.peer.taken) != want {
			t.Fatalf("%v, %d sent, want %d", err, len(z.peer.taken), want)
		}
	}
	z.peer.setAside(true)
	start(3)
	z.peer.answer(http.StatusConflict) // refused for good: it stays aside, and holds back nothing
	start(3)
	z.peer.answer(0)
	z.peer.setAside(false)
	start(4)
	if !bytes.Equal(z.peer.taken[0], z.peer.taken[2]) || !bytes.Equal(z.peer.taken[0], z.peer.taken[3]) {
		t.Error("other bytes were offered")
	}
	start(4) // taken: never again
	if strings.Count(log.String(), "still set aside") != 2 {
		t.Errorf("alarms: %s", log.String())
	}
}

// TestAnOutageForgetsNothingSetAside: it is offered once the other zone answers.
func TestAnOutageForgetsNothingSetAside(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	must(t, z.takeReferral(t.Context(), referral(1, store.NewID(), store.NewID(), "patient")))
	z.peer.setAside(true)
	if did, err := z.handOver(t.Context()); !did || err != nil {
		t.Fatal(did, err)
	}
	z.peer.setAside(false)
	z.offered = false
	z.peer.answer(http.StatusServiceUnavailable)
	if _, err := z.handOver(t.Context()); err == nil || z.offered {
		t.Errorf("an outage counts as offered: %v", err)
	}
	z.peer.answer(0)
	if _, err := z.handOver(t.Context()); err != nil || len(z.peer.taken) != 2 {
		t.Errorf("%v, %d sent", err, len(z.peer.taken))
	}
}

// TestAReceiptThatIsNoneDeliversNothing: only the one form, for that number.
func TestAReceiptThatIsNoneDeliversNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	must(t, z.takeReferral(t.Context(), referral(1, store.NewID(), store.NewID(), "patient")))
	for _, body := range []string{"", `{"seq":1}`, `{"seq":2,"quarantined":false}`, `{"quarantined":false,"seq":1}`} {
		z.o.Client = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			answer := httptest.NewRecorder()
			_, _ = answer.WriteString(body)
			return answer.Result(), nil
		})}
		if did, err := z.handOver(t.Context()); did || !alarming(err) {
			t.Errorf("%q: did %t, %v", body, did, err)
		}
	}
}

// TestWhatWasPurgedIsNotOfferedAgain: an opinion that was set aside, and whose dossier was purged since, has nothing to say any more. It holds
// back nothing.
func TestWhatWasPurgedIsNotOfferedAgain(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	_, _, seq := z.issued(t)
	z.peer.setAside(true)
	for did := true; did; {
		var err error
		did, err = z.handOver(t.Context())
		must(t, err)
	}
	z.peer.setAside(false)
	_, err := z.owner.Exec(t.Context(), "UPDATE medical.releases SET body = '{}' WHERE seq = $1", seq)
	must(t, err)
	must(t, z.takeReferral(t.Context(), referral(2, store.NewID(), store.NewID(), "patient")))
	z.offered = false
	sent := len(z.peer.taken)
	if did, err := z.handOver(t.Context()); !did || err != nil || len(z.peer.taken) == sent {
		t.Errorf("what comes after is held back: %t %v", did, err)
	}
}
