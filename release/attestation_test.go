package release_test

import (
	"strings"
	"testing"

	"cloison/release"
)

func attestation() release.Attestation {
	day, version, rpps, yes := release.Date("2026-02-20"), 1, "99790000012", true
	return release.Attestation{
		ID: release.AttestationID(aReferral, 7), Referral: aReferral, Request: 7, On: "2026-07-04", CertificateReceivedOn: &day, Rapporteur: &rpps,
		ReportSignedOn: &day, ReportTransmittedOn: &day, Decision: &release.DecisionRef{Ref: "DEC-2026-01", Digest: strings.Repeat("0", 64)}, ComposedOn: &day,
		Signatures:     []release.AttestedSignature{{Line: 1, SignedOn: &day}, {Line: 2, SignedOn: &day}, {Line: 5}},
		OpinionVersion: &version, IssuedOn: &day, SentOn: &day,
		Steps: []release.AttestedStep{{Stage: release.StageReport, Step: release.StepConvocation, On: day, Done: &yes}},
	}
}

func TestAnAttestationIsClosed(t *testing.T) {
	refuse(t, attestation(), `{"referral":"x"}`, `{"request":0}`, `{"request":8}`, `{"id":"x"}`, `{"on":"hier"}`, `{"rapporteur":"Dr MALADE"}`, `{"decision":null}`,
		`{"decision":{"ref":"MALADE","digest":""}}`, `{"composed_on":null}`, `{"signatures":null}`, `{"signatures":[]}`,
		`{"signatures":[{"line":1},{"line":2}]}`, `{"signatures":[{"line":2},{"line":1},{"line":3}]}`, `{"signatures":[{"line":1},{"line":2},{"line":1000}]}`,
		`{"opinion_version":0}`, `{"opinion_version":null}`, `{"issued_on":null}`, `{"sent_on":"VIH"}`, `{"steps":null}`,
		`{"steps":[{"stage":"RAPPORT","step":"IRM","on":"2026-02-20"}]}`, `{"steps":[{"stage":"","step":"EXAMENS","on":"2026-02-20"}]}`,
		`{"steps":[`+strings.Repeat(`{"stage":"AVIS","step":"EXAMENS","on":"2026-02-20"},`, 20)+`{"stage":"AVIS","step":"EXAMENS","on":"2026-02-20"}]}`,
		`{"signatures":[{"line":1,"signed_on":"x"},{"line":2},{"line":3}]}`)
}

func TestAReleaseCarriesOneBody(t *testing.T) {
	a := attestation()
	notice := release.NewNotice(aReferral, release.CertificateReceived, "2026-02-20", release.NoticeFields{ReceivedOn: a.IssuedOn})
	if err := (release.Release{Seq: 1, Kind: release.ReleaseAttestation, Attestation: &a}).Validate(); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []release.Release{
		{Seq: 1, Kind: release.ReleaseAttestation, Attestation: &a, Notice: &notice}, {Seq: 1, Kind: release.ReleaseNotice, Attestation: &a, Notice: &notice},
		{Seq: 1, Kind: release.ReleaseNotice, Attestation: &a}, {Seq: 1, Kind: release.ReleaseAttestation},
	} {
		if bad.Validate() == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
