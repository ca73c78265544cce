package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"cloison/server/prefecture"
)

// TestDuplicatesAreNoticedWithinOneTerritory: by the referrals that still wait under the same number; another prefecture's are never told of.
func TestDuplicatesAreNoticedWithinOneTerritory(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	first, second := z.create("pref-75", caseOne).ID, z.create("pref-75", caseOne).ID
	z.create("pref-75", strings.ReplaceAll(caseOne, "9975100017", "9975100024"))
	elsewhere := z.create("pref-93", strings.ReplaceAll(caseOne, `"75"`, `"93"`)).ID
	twins := func(who, id string) []string {
		t.Helper()
		var r prefecture.ReferralDetail
		z.call(who, http.MethodGet, "/api/v1/referrals/"+id, "").into(t, &r)
		return r.Twins
	}
	if got := twins("pref-75", first); !slices.Equal(got, []string{second}) {
		t.Errorf("the first has %v", got)
	}
	if got := twins("pref-93", elsewhere); got == nil || len(got) != 0 {
		t.Errorf("another prefecture's has %v", got)
	}
	page := z.call("pref-75", http.MethodGet, "/saisines/"+first, "")
	if !strings.Contains(string(page.body), "Doublon possible") || !strings.Contains(string(page.body), "/saisines/"+second) {
		t.Error("the page does not say so")
	}
	z.done("pref-75", "withdrawal", second, `{"reason_code":"DOUBLON"}`)
	if got := twins("pref-75", first); len(got) != 0 {
		t.Errorf("once withdrawn: %v", got)
	}
}
