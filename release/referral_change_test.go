package release_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"cloison/release"
)

const aReferral = "6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa"

// changes has one lawful event of each type but the first.
func changes() []release.ReferralEvent {
	at := release.Instant("2026-03-02T09:00:00Z")
	return []release.ReferralEvent{
		{Seq: 1, Type: release.EventCorrection, At: at, Correction: &release.Correction{Referral: aReferral, AGDREF: &release.AGDREFCorrection{Old: "9933100147", New: "9933100741"}}},
		{Seq: 2, Type: release.EventTransfer, At: at, Transfer: &release.Transfer{Referral: aReferral, Prefecture: "69"}},
		{Seq: 3, Type: release.EventLiberty, At: at, Liberty: &release.LibertyChange{Referral: aReferral, Liberty: release.Retained}},
		{Seq: 4, Type: release.EventWithdrawal, At: at, Withdrawal: &release.Withdrawal{Referral: aReferral, Reason: release.ClosedCancelled}},
		{Seq: 5, Type: release.EventDecision, At: at, Decision: &release.PrefectDecision{Referral: aReferral, Outcome: release.Refused}},
		{Seq: 6, Type: release.EventAppeal, At: at, Appeal: &release.Appeal{Referral: aReferral}},
		{Seq: 7, Type: release.EventAppealClosed, At: at, AppealClosed: &release.AppealClosing{Referral: aReferral, Outcome: release.AppealRejected}},
		{Seq: 8, Type: release.EventAttestation, At: at, Attestation: &release.AttestationRequest{Referral: aReferral}},
	}
}

func TestEveryChangeCrossesInOneForm(t *testing.T) {
	for _, e := range changes() {
		canonical, err := release.Canonical(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := release.Decode[release.ReferralEvent](canonical)
		if err != nil || back.Type != e.Type || back.About() != aReferral || !e.Type.Known() {
			t.Errorf("%s: %v", e.Type, err)
		}
		if _, err := release.Decode[release.ReferralEvent](bytes.Replace(canonical, []byte(`"referral":"`), []byte(`"note":"VIH","referral":"`), 1)); err == nil {
			t.Errorf("%s: an unknown field was taken", e.Type)
		}
	}
	if release.ReferralEventType("HOLIDAY").Known() {
		t.Error("a type that is none is known")
	}
}

// TestAnEventHasTheBodyOfItsType: neither another's, nor none, nor two.
func TestAnEventHasTheBodyOfItsType(t *testing.T) {
	all := changes()
	for i, e := range all {
		other := all[(i+1)%len(all)]
		none := release.ReferralEvent{Seq: e.Seq, Type: e.Type, At: e.At}
		wrong := e
		wrong.Type = other.Type
		two := e
		two.Appeal, two.Transfer = all[5].Appeal, all[1].Transfer
		for name, bad := range map[string]release.ReferralEvent{"none": none, "another's": wrong, "two": two} {
			if bad.Validate() == nil || bad.About() != "" {
				t.Errorf("%s with %s was taken", e.Type, name)
			}
		}
	}
}

// TestChangesAreClosed: every field of every change, spoiled.
func TestChangesAreClosed(t *testing.T) {
	for _, spoiled := range []string{
		`{"referral":"x"}`, `{"agdref":null}`, `{"agdref":{"old":"9933100147","new":"9933100147"}}`, `{"agdref":{"old":"1","new":"9933100741"}}`,
		`{"agdref":{"old":"9933100147","new":"dossier"}}`,
	} {
		refuse(t, *changes()[0].Correction, spoiled)
	}
	refuse(t, *changes()[1].Transfer, `{"referral":""}`, `{"prefecture":"00"}`, `{"prefecture":"Lyon"}`)
	refuse(t, *changes()[2].Liberty, `{"referral":""}`, `{"liberty":"LIBRE DEPUIS HIER"}`)
	refuse(t, *changes()[3].Withdrawal, `{"referral":""}`, `{"reason":"MALADE"}`)
	refuse(t, *changes()[4].Decision, `{"referral":""}`, `{"outcome":"FAVORABLE"}`)
	refuse(t, *changes()[5].Appeal, `{"referral":"Tribunal administratif de Lille"}`)
	refuse(t, *changes()[6].AppealClosed, `{"referral":""}`, `{"outcome":"GAGNE"}`)
	refuse(t, *changes()[7].Attestation, `{"referral":""}`)
	both := *changes()[0].Correction
	both.Civil = &release.Civil{}
	if both.Validate() == nil {
		t.Error("a correction of both was taken")
	}
	identity := release.Correction{Referral: aReferral, Civil: &release.Civil{}}
	if identity.Validate() == nil {
		t.Error("an empty identity was taken")
	}
}

// refuse spoils a lawful value with each of the changes and wants a refusal that does not quote it.
func refuse[T interface{ Validate() error }](t *testing.T, lawful T, changes ...string) {
	t.Helper()
	if err := lawful.Validate(); err != nil {
		t.Fatalf("%T: %v", lawful, err)
	}
	for _, change := range changes {
		bad := lawful
		if err := json.Unmarshal([]byte(change), &bad); err != nil {
			t.Fatal(err)
		}
		if err := bad.Validate(); err == nil || strings.Contains(err.Error(), "MALADE") {
			t.Errorf("%T with %s: %v", lawful, change, err)
		}
	}
}
