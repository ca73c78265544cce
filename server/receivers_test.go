package server_test

import (
	"net/http"
	"strings"
	"testing"

	"cloison/release"
)

// TestEveryCodeOfAnAuthorityIsTaken: from the referral to the acknowledgement, with a letter in the code, and where the day ends first.
func TestEveryCodeOfAnAuthorityIsTaken(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for i, code := range []string{"2A", "974"} {
		who, seq := "pref-"+code, int64(i+1)
		// 21:30 in Paris is the next day in La Réunion, whose paper may say so.
		z.clock.set("2026-01-16T21:30:00+01:00")
		body := strings.ReplaceAll(caseOne, `"prefecture": "75"`, `"prefecture": "`+code+`"`)
		if code == "974" {
			body = strings.Replace(body, `"request_registered_on": "2026-01-16"`, `"request_registered_on": "2026-01-17"`, 1)
		}
		id := z.create(who, body).ID
		z.clock.set("2026-03-12T10:02:00+01:00")
		z.taken(z.opinion(seq, id, func(u *release.Unsealed) { u.Receiver = code }))
		if a := z.call(who, http.MethodPost, "/api/v1/releases/"+string(rune('0'+seq))+"/acknowledgement", ""); a.status >= 300 {
			t.Errorf("%s: %d %s", code, a.status, a.body)
		}
	}
	z.clock.set("2026-01-16T21:30:00+01:00")
	late := strings.Replace(caseOne, `"request_registered_on": "2026-01-16"`, `"request_registered_on": "2026-01-17"`, 1)
	z.refused(func() answer { return z.call("pref-75", http.MethodPost, "/api/v1/referrals", late) }, 422, "invalid", "DATES_ORDER", "DATES_ORDER")
}

// TestOnlyWhatWaitsIsCounted: the inbox counts from the list of what waits, which an acknowledgement shortens.
func TestOnlyWhatWaitsIsCounted(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	first, second := z.create("pref-75", caseOne).ID, z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.opinion(1, first))
	z.taken(z.opinion(2, second))
	says := func(want string) {
		t.Helper()
		if page := string(z.call("pref-75", http.MethodGet, "/messages", "", "Accept", "text/html").body); !strings.Contains(page, want) {
			t.Errorf("the inbox does not say %q", want)
		}
	}
	says("Admission au séjour\u00a0: 2 non lus")
	if a := z.call("pref-75", http.MethodPost, "/api/v1/releases/1/acknowledgement", ""); a.status >= 300 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	says("Admission au séjour\u00a0: 1 non lu")
	var waiting []int64
	if err := z.pool.QueryRow(t.Context(), "SELECT array_agg(w.release) FROM server.waiting_opinions w").Scan(&waiting); err != nil || len(waiting) != 1 || waiting[0] != 2 {
		t.Errorf("what waits: %v, %v", waiting, err)
	}
}
