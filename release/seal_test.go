package release_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"cloison/release"
)

// TestVerifyRefusesEveryChangedField changes each leaf of a sealed opinion in turn.
func TestVerifyRefusesEveryChangedField(t *testing.T) {
	pub, opinion := sealed(t, favourable())
	if err := release.Verify(pub, opinion); err != nil {
		t.Fatalf("a good seal is refused: %v", err)
	}
	for name, change := range map[string]func(*release.Opinion){
		"id": func(o *release.Opinion) { o.ID = referralID }, "referral": func(o *release.Opinion) { o.Referral = o.ID },
		"referral_version": func(o *release.Opinion) { o.ReferralVersion++ }, "version": func(o *release.Opinion) { o.Version++ },
		"replaces": func(o *release.Opinion) { o.Replaces = ptr("") }, "receiver": func(o *release.Opinion) { o.Receiver = "69" },
		"kind": func(o *release.Opinion) { o.Kind = release.KindAPS }, "form": func(o *release.Opinion) { o.Form.Version = "C-2017" },
		"country":             func(o *release.Opinion) { o.Country.Country = "MLI" },
		"stage_report":        func(o *release.Opinion) { o.StageReport = nil },
		"stage_opinion":       func(o *release.Opinion) { o.StageOpinion.Identity.Done = ptr(true) },
		"care_needed":         func(o *release.Opinion) { o.CareNeeded = release.CareIsNotNeeded },
		"exceptional_gravity": func(o *release.Opinion) { o.ExceptionalGravity = nil },
		"treatment_available": func(o *release.Opinion) { o.TreatmentAvailable = ptr(release.TreatmentReachable) },
		"duration_months":     func(o *release.Opinion) { o.DurationMonths = ptr(24) },
		"can_travel":          func(o *release.Opinion) { o.CanTravel = ptr(release.TravelPossible) },
		"outcome":             func(o *release.Opinion) { o.Outcome = release.NoGravity },
		"decision":            func(o *release.Opinion) { o.Decision.Digest = strings.Repeat("00", 32) },
		"authors":             func(o *release.Opinion) { o.Authors = []int{2, 3, 7} },
		"issued_on":           func(o *release.Opinion) { o.IssuedOn = "2026-03-13" },
		"seal.key":            func(o *release.Opinion) { o.Seal.Key = strings.Repeat("0", 32) },
		"seal.form":           func(o *release.Opinion) { o.Seal.Form = "PDF" },
		"seal.value":          func(o *release.Opinion) { o.Seal.Value = flip(o.Seal.Value) },
	} {
		b, _ := json.Marshal(opinion)
		var o release.Opinion
		if err := json.Unmarshal(b, &o); err != nil {
			t.Fatal(err)
		}
		change(&o)
		if changed, _ := json.Marshal(o); string(changed) == string(b) {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if err := release.Verify(pub, o); err == nil {
			t.Errorf("%s changed: the seal still verifies", name)
		}
	}
	other, _, _ := ed25519.GenerateKey(rand.Reader)
	if err := release.Verify(other, opinion); !errors.Is(err, release.ErrSeal) {
		t.Errorf("another key: %v", err)
	}
}

func TestBodyLeavesOutDateAndSeal(t *testing.T) {
	_, opinion := sealed(t, favourable())
	before, err := opinion.Body().BodyDigest()
	if err != nil {
		t.Fatal(err)
	}
	opinion.IssuedOn, opinion.Seal = "2030-01-01", release.Seal{}
	if after, _ := opinion.Body().BodyDigest(); after != before {
		t.Error("the digest that an author approves depends on the date of issue or on the seal")
	}
	opinion.DurationMonths = ptr(13)
	if after, _ := opinion.Body().BodyDigest(); after == before {
		t.Error("the digest that an author approves does not depend on the answers")
	}
}

func TestAcknowledgementSignature(t *testing.T) {
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	body := release.AcknowledgementBody{Seq: 1, Referral: referralID, Release: 4, Version: 1, On: "2026-03-13", At: "2026-03-13T13:22:00Z"}
	a, err := release.Acknowledge(func(m []byte) []byte { return ed25519.Sign(key, m) }, body)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := release.VerifyAcknowledgement(pub, a); err != nil {
		t.Fatal(err)
	}
	a.Version = 2
	if err := release.VerifyAcknowledgement(pub, a); !errors.Is(err, release.ErrSignature) {
		t.Errorf("a changed acknowledgement: %v", err)
	}
}

func TestDecisionLinesFollowTheFile(t *testing.T) {
	terms := []release.DecisionTerms{{Ref: "DEC-2026-01", Kind: "COLLEGE", SignedOn: "2025-12-15", PublishedOn: "2025-12-19", ValidFrom: "2026-01-01"},
		{Ref: "DES-2025-07", Kind: "MED1", SignedOn: "2025-07-29", PublishedOn: "2025-07-30", ValidFrom: "2025-07-31"}}
	person := func(id, rpps string, refs ...string) release.ListedPerson {
		p := release.ListedPerson{ID: id, RPPS: rpps, FamilyName: "NOM" + id, GivenName: "Prénom"}
		for _, ref := range refs {
			p.Listings = append(p.Listings, release.Listing{Decision: ref, ValidFrom: "2026-01-01"})
		}
		return p
	}
	people := []release.ListedPerson{person("a", "99790001079", "DEC-2026-01"), person("b", "99790001145", "DES-2025-07"), person("c", "99790001210", "DEC-2026-01", "DES-2025-07")}
	got, err := release.BuildDecisions(terms, people)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Lines[1].Person != "c" || got[0].Lines[1].Line != 2 || got[1].Lines[1].Person != "c" {
		t.Errorf("got %+v", got)
	}
	before, _ := got[0].Digest()
	got[0].Lines[0].FamilyName = "AUTRE"
	if after, _ := got[0].Digest(); after == before {
		t.Error("the digest does not cover a name")
	}
	if b, _ := release.Canonical(got[0]); strings.Contains(string(b), `"Person"`) || strings.Contains(string(b), `"c"`) {
		t.Error("the directory's id crosses")
	}
	if _, err := release.BuildDecisions(terms, append(people, person("c", "99790001210", "DEC-2026-01"))); err == nil {
		t.Error("a person listed twice in one decision is accepted")
	}
	if _, err := release.BuildDecisions(terms, []release.ListedPerson{person("a", "99790001079", "DEC-1999-01")}); err == nil {
		t.Error("an unknown decision is accepted")
	}
}

func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}
