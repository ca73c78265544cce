package desk

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/act"
	"cloison/crypto/canonical"
	"cloison/crypto/frame"
	"cloison/crypto/keyholder"
	"cloison/internal/dev/sealing"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
	"cloison/release/form"
)

type standing time.Time

func (s standing) Now() time.Time { return time.Time(s) }

func anOpinion() release.Unsealed {
	const referral = "0b6f9c1e-6f0a-4a70-9d3e-7a2f6a1f0c11"
	gravity, treatment, months := release.GravityPossible, release.TreatmentUnreachable, 12
	return release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referral, 1), Referral: referral, ReferralVersion: 1, Version: 1, Receiver: "75", Kind: release.KindFirst,
		Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: &release.Stage{}, StageOpinion: &release.Stage{}, CareNeeded: release.CareIsNeeded, ExceptionalGravity: &gravity,
		TreatmentAvailable: &treatment, DurationMonths: &months, Outcome: release.Favourable,
		Decision: release.DecisionRef{Ref: "DEC-2026-01", Digest: strings.Repeat("0", 64)}, Authors: []int{1, 2, 3}}}
}

// keyholderThatGives answers every call with one seal, on a socket of its own.
func keyholderThatGives(t *testing.T, seal release.Seal) *keyholder.Client {
	t.Helper()
	dir, err := os.MkdirTemp("", "kh") // a unix socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "use.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var request keyholder.Request
		for frame.Read(conn, &request) == nil {
			reply, _ := canonical.Marshal(keyholder.Seal(seal))
			if frame.Write(conn, keyholder.Response{Reply: reply}) != nil {
				return
			}
		}
	}()
	client := keyholder.Dial(socket)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// TestASealThatTheOtherZoneWouldSetAsideDoesNotLeave: what keyholder gives is checked as it will be there.
func TestASealThatTheOtherZoneWouldSetAsideDoesNotLeave(t *testing.T) {
	t.Parallel()
	u := anOpinion()
	document, err := form.Render(u, form.Names{
		AGDREF: "9975100017", Patient: form.Person{FamilyName: "NOM", GivenNames: []string{"Prénom"}}, BirthDate: "1984-07-02",
		Authors: make([]form.Author, 3),
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		by       sealing.Sealer
		document [32]byte
		leaves   bool
	}{
		"the seal of this document":    {sealing.Usual(), document.Digest(), true},
		"the seal of another document": {sealing.Usual(), [32]byte{1}, false},
		"of a certificate not pinned":  {sealing.Stranger(), document.Digest(), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given, err := tc.by.SealDigest(u, tc.document)
			if err != nil {
				t.Fatal(err)
			}
			k := New(Options{Keys: keyholderThatGives(t, given.Seal), Pins: sealing.Usual().Pins()})
			if _, err := k.sealOpinion(work{ctx: t.Context()}, keyholder.SignOpinionRequest{Dossier: "d-1"}, u, document); (err == nil) != tc.leaves {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestNobodySignsWhatHasNoForm: an opinion on a form without a renderer could be signed by all and never issued.
func TestNobodySignsWhatHasNoForm(t *testing.T) {
	t.Parallel()
	k := New(Options{Clock: standing(time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC))})
	d := store.Dossier{Case: medical.Case{Direction: "DT-PARIS"}}
	body := anOpinion().OpinionBody
	if err := k.rendered(d, []release.OpinionBody{body}); err != nil {
		t.Errorf("annexe C: %v", err)
	}
	removal := body
	removal.Kind, removal.Form = release.KindOQTFRetained, release.Form{Annexe: release.AnnexeD, Version: "D-2017"}
	if err := k.rendered(d, []release.OpinionBody{body, removal}); !act.IsKind(err, act.Conflict) || !strings.Contains(err.Error(), "FORM_NOT_RENDERED") {
		t.Errorf("annexe D of 2017: %v", err)
	}
}
