package form_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"cloison/internal/dev/sealing"
	"cloison/release"
	"cloison/release/form"
)

func sealed(t *testing.T) release.Opinion {
	t.Helper()
	o, err := sealing.Usual().Seal(favourable(), names())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestVerifyRefusesEveryChange changes each leaf of a sealed opinion in turn, then each name, then the seal.
func TestVerifyRefusesEveryChange(t *testing.T) {
	t.Parallel()
	pins, opinion := sealing.Usual().Pins(), sealed(t)
	if _, err := pins.Verify(opinion, names()); err != nil {
		t.Fatalf("a good seal is refused: %v", err)
	}
	for name, change := range map[string]func(*release.Opinion){
		"id": func(o *release.Opinion) { o.ID = referralID }, "referral": func(o *release.Opinion) { o.Referral = o.ID },
		"referral_version": func(o *release.Opinion) { o.ReferralVersion++ },
		"version": func(o *release.Opinion) {
			o.Version, o.Replaces = 2, ptr(release.OpinionID(referralID, 1))
			o.ID = release.OpinionID(referralID, 2)
		},
		"replaces": func(o *release.Opinion) { o.Replaces = ptr("") }, "receiver": func(o *release.Opinion) { o.Receiver = "69" },
		"kind": func(o *release.Opinion) { o.Kind = release.KindAPS }, "form": func(o *release.Opinion) { o.Form.Version = "C-2017" },
		"country":             func(o *release.Opinion) { o.Country.Country = "MLI" },
		"stage_report":        func(o *release.Opinion) { o.StageReport.Exams.Done = ptr(true) },
		"stage_opinion":       func(o *release.Opinion) { o.StageOpinion.Identity = release.Box{Requested: true, Done: ptr(true)} },
		"care_needed":         func(o *release.Opinion) { o.CareNeeded = release.CareIsNotNeeded },
		"exceptional_gravity": func(o *release.Opinion) { o.ExceptionalGravity = nil },
		"treatment_available": func(o *release.Opinion) { o.TreatmentAvailable = ptr(release.TreatmentReachable) },
		"another sense, lawfully": func(o *release.Opinion) {
			o.ExceptionalGravity, o.TreatmentAvailable, o.DurationMonths, o.Outcome = ptr(release.GravityUnlikely), nil, nil, release.NoGravity
		},
		"duration_months": func(o *release.Opinion) { o.DurationMonths = ptr(24) },
		"can_travel":      func(o *release.Opinion) { o.CanTravel = ptr(release.TravelPossible) },
		"outcome":         func(o *release.Opinion) { o.Outcome = release.NoGravity },
		"decision":        func(o *release.Opinion) { o.Decision.Digest = strings.Repeat("00", 32) },
		"authors":         func(o *release.Opinion) { o.Authors = []int{2, 3, 8} },
		"issued_on":       func(o *release.Opinion) { o.IssuedOn = "2026-03-13" },
		"seal.key":        func(o *release.Opinion) { o.Seal.Key = strings.Repeat("0", 32) },
		"seal.form":       func(o *release.Opinion) { o.Seal.Form = "PDF" },
		"seal.alg":        func(o *release.Opinion) { o.Seal.Alg = "Ed25519" },
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
		if _, err := pins.Verify(o, names()); err == nil {
			t.Errorf("%s changed: the seal still verifies", name)
		}
	}
	for name, change := range map[string]func(*form.Names){
		"the number": func(n *form.Names) { n.AGDREF = "9975100018" }, "the name": func(n *form.Names) { n.Patient.FamilyName += "X" },
		"a name of use": func(n *form.Names) { n.Patient.UsageName = ptr("X") }, "a given name": func(n *form.Names) { n.Patient.GivenNames = n.Patient.GivenNames[:1] },
		"the day of birth": func(n *form.Names) { n.BirthDate = "1984-07-03" }, "who asked": func(n *form.Names) { n.Requester = &form.Person{FamilyName: "X"} },
		"an author": func(n *form.Names) { n.Authors[1].GivenName = "Aicha" },
	} {
		n := names()
		change(&n)
		if _, err := pins.Verify(opinion, n); !errors.Is(err, form.ErrSeal) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
}

// TestVerifyRefusesEveryChangedByteOfTheSeal: in an attribute, the certificate, the signature, or after the end.
func TestVerifyRefusesEveryChangedByteOfTheSeal(t *testing.T) {
	t.Parallel()
	o := sealed(t)
	document, der := render(t, o.Unsealed, names()), cmsOf(t, o)
	for i := range der {
		changed := bytes.Clone(der)
		changed[i] ^= 0x80
		o.Seal = release.NewSeal(o.Seal.Key, changed)
		if _, err := sealing.Usual().Pins().Seal(document, o); !errors.Is(err, form.ErrSeal) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	o.Seal = release.NewSeal(o.Seal.Key, append(der, 0))
	if _, err := sealing.Usual().Pins().Seal(document, o); !errors.Is(err, form.ErrSeal) {
		t.Errorf("a zero after it: %v", err)
	}
}

func cmsOf(t *testing.T, o release.Opinion) []byte {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(o.Seal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestOnlyAPinnedCertificateInForceSeals(t *testing.T) {
	t.Parallel()
	o := sealed(t)
	stranger := sealing.Stranger()
	for name, pins := range map[string]form.Pins{"none": nil, "another": stranger.Pins()} {
		if _, err := pins.Verify(o, names()); !errors.Is(err, form.ErrSeal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	both := append(stranger.Pins(), sealing.Usual().Certificate)
	if _, err := both.Verify(o, names()); err != nil {
		t.Errorf("the second of two: %v", err)
	}
	foreign, err := stranger.Seal(favourable(), names())
	if err != nil {
		t.Fatal(err)
	}
	foreign.Seal.Key = o.Seal.Key
	if _, err := sealing.Usual().Pins().Verify(foreign, names()); !errors.Is(err, form.ErrSeal) {
		t.Errorf("another's seal under a pinned name: %v", err)
	}
	ended := *sealing.Usual().Certificate
	ended.NotAfter = ended.NotBefore.AddDate(1, 0, 0)
	if _, err := (form.Pins{&ended}).Verify(o, names()); !errors.Is(err, form.ErrSeal) {
		t.Errorf("a certificate that has ended: %v", err)
	}
	if form.Pins(nil).Check() == nil || both.Check() != nil {
		t.Error("what is pinned is not checked")
	}
}

// TestTheGapHoldsTheSealAndZeros: nothing else, and nothing of the document is in it.
func TestTheGapHoldsTheSealAndZeros(t *testing.T) {
	t.Parallel()
	o := sealed(t)
	file, err := sealing.Usual().Pins().Verify(o, names())
	if err != nil {
		t.Fatal(err)
	}
	empty := render(t, o.Unsealed, names()).Unsealed()
	from := bytes.Index(empty, bytes.Repeat([]byte("0"), 2*form.MaxSeal))
	if len(file) != len(empty) || from < 0 || !bytes.Equal(file[:from], empty[:from]) || !bytes.Equal(file[from+2*form.MaxSeal:], empty[from+2*form.MaxSeal:]) {
		t.Fatal("the seal changed the document around it")
	}
	gap := file[from : from+2*form.MaxSeal]
	der := cmsOf(t, o)
	if rest := gap[2*len(der):]; len(bytes.Trim(rest, "0")) != 0 {
		t.Error("the padding is not zeros")
	}
}
