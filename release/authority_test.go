package release

import (
	"slices"
	"testing"
)

// The lines are well formed: each names its source, and who refers is served by a direction.
func TestAuthorities(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range Authorities() {
		if seen[a.Code] || a.Label == "" || a.Source == "" || !a.From.Valid() || !slices.Contains([]string{"verified", "inferred"}, a.Certainty) {
			t.Errorf("%+v", a)
		}
		seen[a.Code] = true
		if (len(a.Refers) > 0) == a.LocalPhysician || (a.Direction == "") != a.LocalPhysician {
			t.Errorf("%s: refers %v, direction %q, local physician %t", a.Code, a.Refers, a.Direction, a.LocalPhysician)
		}
	}
	for _, code := range []string{"986", "987", "988", "00", ""} {
		if ValidPrefecture(code) {
			t.Errorf("%q refers to the Office", code)
		}
	}
}

// L. 631-3, R. 632-2: the minister decides expulsions; of a detained person, and of everything else, the prefect is told (R. 631-1, R. 731-1).
func TestTheMinisterRefersExpulsionsAlone(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		want := kind == KindExpFree || kind == KindAssigned
		if MayRefer("MI", kind) != want {
			t.Errorf("%s: the minister refers it: %t", kind, !want)
		}
		if !MayRefer("93", kind) || MayRefer("988", kind) || MayRefer("MJ", kind) {
			t.Errorf("%s: a prefecture refers it, an authority with a local physician or one that is none does not", kind)
		}
	}
	if MayReferOn("MI", KindExpFree, "2025-07-30") || !MayReferOn("MI", KindExpFree, "2025-07-31") {
		t.Error("the minister refers from 31 July 2025 on")
	}
}
