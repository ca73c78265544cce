package form_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"testing"

	"cloison/release"
	"cloison/release/form"
)

var update = flag.Bool("update", false, "write testdata/digests.golden")

func ptr[T any](v T) *T { return &v }

const referralID = "0b6f9c1e-6f0a-4a70-9d3e-7a2f6a1f0c11"

func names() form.Names {
	return form.Names{
		AGDREF: "9975100017", Patient: form.Person{FamilyName: "FICTIVAUX-N'DRI", GivenNames: []string{"Aïssatou", "Élodie"}}, BirthDate: "1984-07-02",
		Authors: []form.Author{{"KERLOCHAN", "Bénédicte"}, {"DIENG-MORELLON", "Aïcha"}, {"ZŒGELINCK", "Étienne"}},
	}
}

func favourable() release.Unsealed {
	asked := release.Box{Requested: true, Done: ptr(true)}
	return release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referralID, 1), Referral: referralID, ReferralVersion: 1, Version: 1, Receiver: "75", Kind: release.KindFirst,
		Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport:  &release.Stage{Convocation: asked, Exams: release.Box{Requested: true, Done: ptr(false)}, Identity: asked},
		StageOpinion: &release.Stage{}, CareNeeded: release.CareIsNeeded, ExceptionalGravity: ptr(release.GravityPossible),
		TreatmentAvailable: ptr(release.TreatmentUnreachable), DurationMonths: ptr(12), Outcome: release.Favourable,
		Decision: release.DecisionRef{Ref: "DEC-2026-01", Digest: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}, Authors: []int{2, 3, 7},
	}}
}

// story is one opinion whose document is frozen.
type story struct {
	name    string
	opinion release.Unsealed
	names   form.Names
}

func stories() []story {
	list := []story{{"favourable", favourable(), names()}}
	add := func(name string, o func(*release.Unsealed), n func(*form.Names)) {
		s := story{name, favourable(), names()}
		if o != nil {
			o(&s.opinion)
		}
		if n != nil {
			n(&s.names)
		}
		list = append(list, s)
	}
	add("treatment at home, journey", func(o *release.Unsealed) {
		o.TreatmentAvailable, o.DurationMonths, o.CanTravel, o.Outcome = ptr(release.TreatmentReachable), nil, ptr(release.TravelImpossible), release.TreatmentAtHome
	}, nil)
	add("no care needed, renewal in Cayenne", func(o *release.Unsealed) {
		o.CareNeeded, o.ExceptionalGravity, o.TreatmentAvailable, o.DurationMonths, o.Outcome = release.CareIsNotNeeded, nil, nil, nil, release.NoCareNeeded
		o.Kind, o.Receiver, o.Country.Country = release.KindRenewal, "973", "HTI"
	}, nil)
	add("no gravity, Algerian", func(o *release.Unsealed) {
		o.ExceptionalGravity, o.TreatmentAvailable, o.DurationMonths, o.Outcome = ptr(release.GravityUnlikely), nil, nil, release.NoGravity
		o.Kind, o.Country.Country = release.KindAlgerian, "DZA"
	}, nil)
	add("second version, form of 2017", func(o *release.Unsealed) {
		o.IssuedOn, o.Form.Version, o.Version, o.Replaces = "2020-02-29", "C-2017", 2, ptr(release.OpinionID(referralID, 1))
		o.ID = release.OpinionID(referralID, 2)
	}, nil)
	add("a child's parent asks, names from everywhere", func(o *release.Unsealed) { o.Kind = release.KindParent }, func(n *form.Names) {
		n.Patient = form.Person{FamilyName: "ŞAHİN-NGUYỄN", UsageName: ptr("ĐẶNG"), GivenNames: []string{"Łucja", "Ölçay", "Αλέξανδρος", "中"}}
		n.Requester = &form.Person{FamilyName: "ŞAHİN", GivenNames: []string{"Gülşen"}}
	})
	return list
}

func render(t testing.TB, o release.Unsealed, n form.Names) form.Document {
	t.Helper()
	d, err := form.Render(o, n)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestGoldenDigests: these documents have been sealed somewhere. A line that changes is a seal that no longer verifies.
func TestGoldenDigests(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, s := range stories() {
		sum := sha256.Sum256(render(t, s.opinion, s.names).Unsealed())
		fmt.Fprintf(&out, "%s %s\n", hex.EncodeToString(sum[:]), s.name)
	}
	const golden = "testdata/digests.golden"
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("a form that was in use renders other bytes: seals already given no longer verify. If no opinion was ever sealed on it, run go test -run TestGoldenDigests -update\n%s", out.String())
	}
}
