package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAFormForParentsAsksForThem: a referral of a sick child's parents that names none comes back with room for two, and says what is missing beside the
// nature that was chosen.
func TestAFormForParentsAsksForThem(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	before := z.rows()
	typed := url.Values{"_key": {strings.Repeat("ab", 16)}, "referral.kind": {"SEJ_L42510_PARENT"}, "referral.agdref": {"9975100017"}, "referral.channel": {"GUICHET"}}
	a := z.call("pref-75", http.MethodPost, "/saisines/nouvelle", typed.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	page := string(a.body)
	for _, want := range []string{"Ajoutez plus bas chaque parent qui demande un titre", "Représentant légal 1", "Représentant légal 2", `formaction="#representant-3"`} {
		if a.status != 422 || !strings.Contains(page, want) {
			t.Errorf("%d: the form does not say %q", a.status, want)
		}
	}
	if strings.Contains(page, "administrative_files") || strings.Contains(page, "Représentant légal 3") || z.rows() != before {
		t.Error("it names a field that nobody sees, or something was made")
	}
}
