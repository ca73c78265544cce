package release_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"cloison/release"
)

func TestASealHasOneShape(t *testing.T) {
	good := sealed(favourable())
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*release.Seal){
		"another form":      func(s *release.Seal) { s.Form = "JSON" },
		"another algorithm": func(s *release.Seal) { s.Alg = "Ed25519" },
		"no key":            func(s *release.Seal) { s.Key = "" },
		"no value":          func(s *release.Seal) { s.Value = "" },
		"no base64":         func(s *release.Seal) { s.Value = "le patient" },
		"bits after the end, which base64 leaves": func(s *release.Seal) { s.Value = "MB==" },
		"too much": func(s *release.Seal) { *s = release.NewSeal(s.Key, make([]byte, release.MaxSealBytes+1)) },
	} {
		o := good
		change(&o.Seal)
		var field *release.FieldError
		if err := o.Validate(); !errors.As(err, &field) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := o.Seal.CMS(); err == nil {
			t.Errorf("%s: gives bytes", name)
		}
	}
	largest := good
	largest.Seal = release.NewSeal(good.Seal.Key, make([]byte, release.MaxSealBytes))
	if err := largest.Validate(); err != nil {
		t.Errorf("the largest seal: %v", err)
	}
}

func TestBodyLeavesOutDateAndSeal(t *testing.T) {
	opinion := sealed(favourable())
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
