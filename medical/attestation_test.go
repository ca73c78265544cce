package medical_test

import (
	"encoding/json"
	"testing"

	"cloison/medical"
)

// REQ-9, REQ-18: an attestation says who reported and that he did not sit, who answered and signed, and when, and what was asked of the person;
// a composition that was replaced, a summons that was cancelled and every word of an illness are not in it.
func TestAnAttestationSaysHowTheProcedureWentAndNothingMedical(t *testing.T) {
	c := reporting(
		told{3, 9, report, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(10, 9)}}, told{4, 9, report, medical.ConvocationAnnulee{Ref: "conv-1", Cause: "ERREUR_SERVICE"}},
		told{4, 10, report, medical.ConvocationEnvoyee{Ref: "conv-2", AppointmentAt: march(10, 9)}}, told{10, 9, report, medical.Presence{Ref: "conv-2"}},
		told{11, 9, report, medical.RapportSigne{}}, told{12, 9, report, medical.RapportTransmis{}},
		told{13, 9, opinion, medical.CollegeDesigne{Composition: 1, DecisionRef: "DEC-2026-01", Members: []string{"med-01", "med-02", "med-03"}}},
		told{14, 9, opinion, medical.CompositionClose{Composition: 1, ReasonCode: "MEMBRE_INDISPONIBLE"}},
		told{15, 9, opinion, medical.CollegeDesigne{Composition: 2, DecisionRef: "DEC-2026-01", Members: []string{"med-02", "med-03", "med-06"}}},
		told{16, 9, opinion, medical.ReponseMembre{Composition: 2, Round: 1}}, told{17, 9, opinion, medical.Signature{Composition: 2}},
		told{18, 9, opinion, medical.AvisEmis{Composition: 2, Version: 1}}, told{19, 9, opinion, medical.AvisTransmis{Version: 1}},
	)
	for i := range c.Events {
		switch c.Events[i].Data.(type) {
		case medical.ReponseMembre, medical.Signature:
			c.Events[i].Actor = "med-06"
		}
	}
	got, err := json.Marshal(medical.AttestationOf(c))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"certificate_received_on":"2026-03-01","rapporteur":"med-12","report_signed_on":"2026-03-11","report_transmitted_on":"2026-03-12",` +
		`"decision_ref":"DEC-2026-01","composed_on":"2026-03-15","members":[{"person":"med-02","answered_on":null,"signed_on":null},` +
		`{"person":"med-03","answered_on":null,"signed_on":null},{"person":"med-06","answered_on":"2026-03-16","signed_on":"2026-03-17"}],` +
		`"opinion_version":1,"issued_on":"2026-03-18","sent_on":"2026-03-19","steps":[{"stage":"RAPPORT","step":"CONVOCATION","on":"2026-03-04","done":true}]}`
	if string(got) != want {
		t.Errorf("the attestation says\n%s\nwant\n%s", got, want)
	}
}
