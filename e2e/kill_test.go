package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A dossier whose programs die between every two steps ends as any other: one opinion, one release of each kind, nothing twice, nothing
// lost. A person sees at worst that he must sign in again. Each program dies in an environment of its own, so that they go side
// by side.
func TestADossierFinishesWhateverProgramIsKilledBetweenTwoSteps(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		program string
		after   func(rank int) bool // the steps that a kill follows
	}{
		{"keyholder", func(int) bool { return true }},
		{"medical", func(int) bool { return true }},
		{"server", func(int) bool { return true }},
		// A cluster takes longer to come back: two environments share its kills.
		{"postgres", func(rank int) bool { return rank%2 == 0 }},
		{"postgres", func(rank int) bool { return rank%2 == 1 }},
	} {
		t.Run(one.program, func(t *testing.T) {
			t.Parallel()
			e := start(t, options{clock: sharedClock})
			l := e.line(t, "case-01", false)
			killed := 0
			for rank := range l.steps() {
				l.one(t)
				if one.after(rank) {
					e.kill(t, one.program)
					killed++
				}
			}
			if killed < 12 {
				t.Fatalf("only %d kills", killed)
			}
			eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
			e.calm(t) // the last kill may leave the relay waiting for its next try
			l.wentOnce(t)
			e.logsTellNothing(t, l)
		})
	}
}

// wentOnce looks at both databases: the events of the case, each once and in order; one opinion; one release of each kind for the referral;
// numbers without a gap in both zones.
func (l *line) wentOnce(t *testing.T) {
	t.Helper()
	var got, want []string
	for _, e := range l.shown(t)["events"].([]any) {
		got = append(got, fmt.Sprint(e.(object)["type"]))
	}
	for _, e := range l.given.Events {
		want = append(want, e.Type)
	}
	if !slices.Equal(got, want) {
		t.Errorf("events:\n got %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
	}
	codes := l.codes(t)
	for code, wanted := range map[string]int{"N0": 1, "N1": 1, "N3": 1, "N6": 1} {
		if codes[code] != wanted {
			t.Errorf("want %d %s, got %d", wanted, code, codes[code])
		}
	}
	if len(codes) != 4 {
		t.Errorf("messages that nothing caused: %v", codes)
	}
	for _, one := range []struct {
		what  string
		zone  zone
		query string
		args  []any
		want  int
	}{
		{"opinions", medicalZone, "SELECT count(*) FROM medical.opinions WHERE dossier = $1", []any{l.dossier}, 1},
		{"signatures", medicalZone, "SELECT count(*) FROM medical.signatures WHERE dossier = $1", []any{l.dossier}, 3},
		{"dossiers", medicalZone, "SELECT count(*) FROM medical.dossiers", nil, 1},
		{"complete documents", medicalZone, "SELECT count(*) FROM medical.uploads WHERE dossier = $1", []any{l.dossier}, 2},
		{"gaps among the releases that left", medicalZone, "SELECT coalesce(max(seq), 0) - count(*) FROM medical.releases", nil, 0},
		{"releases that were not delivered", medicalZone, "SELECT count(*) FROM medical.releases r WHERE NOT EXISTS (SELECT 1 FROM medical.deliveries d WHERE d.seq = r.seq)", nil, 0},
		{"opinions received", serverZone, "SELECT count(*) FROM server.opinions WHERE referral = $1", []any{l.referral}, 1},
		{"releases received", serverZone, "SELECT count(*) FROM server.releases", nil, 4},
		{"gaps among the releases received", serverZone, "SELECT coalesce(max(seq), 0) - count(*) FROM server.releases", nil, 0},
		{"referrals", serverZone, "SELECT count(*) FROM server.referrals", nil, 1},
		{"acknowledgements", serverZone, "SELECT count(*) FROM server.acknowledgements WHERE referral = $1", []any{l.referral}, 1},
	} {
		if got := l.env.count(t, one.zone, one.query, one.args...); got != one.want {
			t.Errorf("%s: want %d, got %d", one.what, one.want, got)
		}
	}
}
