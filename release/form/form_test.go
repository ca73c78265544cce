package form_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
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
	add("one physician, person retained", func(o *release.Unsealed) {
		removal(o, release.KindOQTFRetained, release.AnnexeD, "D-2025")
		o.TreatmentAvailable, o.DurationMonths, o.CanTravel, o.Outcome = ptr(release.TreatmentReachable), nil, ptr(release.TravelPossible), release.TreatmentAtHome
	}, alone)
	add("one physician, expulsion of a person detained", func(o *release.Unsealed) { removal(o, release.KindExpDetained, release.AnnexeD, "D-2025") }, alone)
	add("the college on an expulsion", func(o *release.Unsealed) { removal(o, release.KindExpFree, release.AnnexeE, "E-2025") }, nil)
	add("the college on a person free to go", func(o *release.Unsealed) { removal(o, release.KindOQTFFree, release.AnnexeC, "C-2021") }, nil)
	return list
}

func alone(n *form.Names) { n.Authors = n.Authors[1:2] }

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

// TestRenderingTwiceIsTheSame: a rendering leaves nothing behind for the next one.
func TestRenderingTwiceIsTheSame(t *testing.T) {
	t.Parallel()
	first := render(t, favourable(), names()).Unsealed()
	for _, s := range stories() {
		render(t, s.opinion, s.names)
	}
	if !bytes.Equal(first, render(t, favourable(), names()).Unsealed()) {
		t.Error("the same opinion was rendered otherwise the second time")
	}
}

// TestRenderIsTheSameInAnotherProcess: nothing comes from the order of a map, an address or a clock.
func TestRenderIsTheSameInAnotherProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv(renderOnly) != "" {
		fmt.Printf("digest %x\n", render(t, stories()[5].opinion, stories()[5].names).Digest())
		return
	}
	want := fmt.Sprintf("digest %x\n", render(t, stories()[5].opinion, stories()[5].names).Digest())
	for range 2 {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRenderIsTheSameInAnotherProcess$")
		again.Env = append(os.Environ(), renderOnly+"=1", "TZ=America/Cayenne", "LANG=C")
		out, err := again.Output()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %s, here %s", err, out, want)
		}
	}
}

const renderOnly = "CLOISON_TEST_RENDER_ONLY"

// TestNothingIsCompressed: another version of a compressor would write other bytes, and a word would hide in a stream.
func TestNothingIsCompressed(t *testing.T) {
	t.Parallel()
	file := render(t, favourable(), names()).Unsealed()
	for _, word := range []string{"/Filter /Flate", "FlateDecode", "/ObjStm", "/XRef"} {
		if bytes.Contains(file, []byte(word)) {
			t.Errorf("the file holds %s", word)
		}
	}
}

func TestWhatHasNoRendererIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*release.Unsealed){
		"before its form":               func(o *release.Unsealed) { o.IssuedOn = "2021-04-30" },
		"after its form":                func(o *release.Unsealed) { o.Form.Version = "C-2017" },
		"annexe D of 2017":              func(o *release.Unsealed) { removal(o, release.KindOQTFRetained, release.AnnexeD, "D-2017") },
		"annexe D where a college sits": func(o *release.Unsealed) { removal(o, release.KindOQTFFree, release.AnnexeD, "D-2025") },
		"annexe E but on an expulsion":  func(o *release.Unsealed) { removal(o, release.KindOQTFFree, release.AnnexeE, "E-2025") },
		"annexe C of a retained person": func(o *release.Unsealed) { removal(o, release.KindOQTFRetained, release.AnnexeC, "C-2021") },
		"a removal before the new texts": func(o *release.Unsealed) {
			removal(o, release.KindOQTFFree, release.AnnexeC, "C-2021")
			o.IssuedOn = "2025-07-30"
		},
	} {
		o := favourable()
		change(&o)
		if err := o.Validate(); err != nil {
			t.Fatalf("%s: the test's opinion is not lawful: %v", name, err)
		}
		if _, err := form.Render(o, names()); !errors.Is(err, form.ErrNoRenderer) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func removal(o *release.Unsealed, kind release.Kind, annexe release.Annexe, version string) {
	o.Kind, o.Form, o.StageReport, o.Country.Role = kind, release.Form{Annexe: annexe, Version: version}, nil, release.Return
	if annexe == release.AnnexeD {
		o.Authors, o.Decision.Ref = []int{4}, "DES-2025-07"
	}
}

func TestWhatIsNotSureIsDataAndNotPrinted(t *testing.T) {
	t.Parallel()
	v, err := form.VersionOf(favourable())
	if err != nil || v.Certainty != "verified" || v.Layout != "to_confirm" || !strings.Contains(v.Note, "28 juillet 2025") {
		t.Errorf("%v %+v", err, v)
	}
	for _, s := range stories() {
		if text := strings.ToLower(read(t, render(t, s.opinion, s.names).Unsealed())); strings.Contains(text, "confirmer") || strings.Contains(text, "vérifier") {
			t.Errorf("%s: the document says that something is to be confirmed", s.name)
		}
	}
}

func TestNamesMustGoWithTheOpinion(t *testing.T) {
	t.Parallel()
	two := names()
	two.Authors = two.Authors[:2]
	for name, n := range map[string]form.Names{"nobody": {}, "two authors of three": two} {
		if _, err := form.Render(favourable(), n); !errors.Is(err, form.ErrNames) {
			t.Errorf("%s: %v", name, err)
		}
	}
	decision := release.CompositionDecision{Ref: "DEC-2026-01", Lines: []release.DecisionLine{{Line: 1, FamilyName: "UN", GivenName: "A"}}}
	o := favourable().OpinionBody
	civil := release.Civil{Patient: release.Patient{ID: "patient"}}
	if _, err := form.NamesOf(o, civil, "patient", "9975100017", decision); !errors.Is(err, form.ErrNames) {
		t.Errorf("a line that the decision has not: %v", err)
	}
	o.Authors = nil
	if _, err := form.NamesOf(o, civil, "rep-1", "9975100017", decision); !errors.Is(err, form.ErrNames) {
		t.Errorf("a requester who is nobody: %v", err)
	}
}

// A page is one page, whatever a prefecture typed.
func TestTheLongestNamesStayOnOnePage(t *testing.T) {
	t.Parallel()
	n := names()
	long := strings.Repeat("É", 100)
	n.Patient = form.Person{FamilyName: long, UsageName: &long}
	for range 20 {
		n.Patient.GivenNames = append(n.Patient.GivenNames, long)
	}
	n.Requester = &form.Person{FamilyName: long, GivenNames: n.Patient.GivenNames}
	o := favourable()
	o.Kind = release.KindParent
	out := read(t, render(t, o, n).Unsealed())
	if strings.Count(out, "\f") != 1 || !strings.Contains(out, "…") || !strings.Contains(out, "Docteur Étienne ZŒGELINCK") {
		t.Errorf("got %s", out)
	}
}
