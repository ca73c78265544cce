package medical_test

import (
	"testing"
	"time"

	"cloison/medical"
)

// Each cell of the decision table, on a day since the texts of July 2025: author, form, receiver, and whether the law is clear.
func TestWhoGivesTheOpinionAndForWhom(t *testing.T) {
	on := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		kind                              string
		liberty                           medical.Liberty
		author                            medical.AuthorKind
		annexe, receiver, form, certainty string
	}{
		{"SEJ_L4259_PREMIERE", medical.Detained, medical.College, "C", "PREFET", "C-2021", "verified"},
		{"OQTF_L7313_LIBRE", medical.Free, medical.College, "C", "PREFET", "C-2021", "unclear"},
		{"OQTF_L7313_ASSIGNE", medical.Assigned, medical.Single, "D", "PREFET", "D-2025", "verified"},
		{"OQTF_L7313_RETENU", medical.Retained, medical.Single, "D", "AUTORITE_DE_LA_MESURE", "D-2025", "verified"},
		{"OQTF_L7313_DETENU", medical.Detained, medical.Single, "D", "PREFET", "D-2025", "verified"},
		{"EXP_L6313_LIBRE", medical.Free, medical.College, "E", "MINISTRE_INTERIEUR", "E-2025", "verified"},
		{"EXP_L6313_LIBRE", medical.Retained, medical.College, "E", "MINISTRE_INTERIEUR", "E-2025", "verified"},
		{"EXP_L6313_DETENU", medical.Detained, medical.Single, "D", "PREFET", "D-2025", "unclear"},
		{"ASR_L7314", medical.Free, medical.College, "C", "AUTORITE_DE_LA_MESURE", "C-2021", "unclear"},
		{"ASR_L7314", medical.Assigned, medical.Single, "D", "AUTORITE_DE_LA_MESURE", "D-2025", "inferred"},
	} {
		c := medical.Case{Kind: x.kind, Direction: "DT-LYON", Liberty: []medical.LibertyPeriod{{Status: x.liberty}}}
		got := c.CompetenceAt(on)
		if got == nil || got.Author != x.author || got.Annexe != x.annexe || got.Form != x.form || got.Certainty != x.certainty || got.Receiver != x.receiver || got.ReceiverSource == "" {
			t.Errorf("%s, %s: %+v", x.kind, x.liberty, got)
		}
	}
	if got := (medical.Case{Kind: "EXP_L6313_LIBRE"}).CompetenceAt(on.AddDate(-2, 0, 0)); got != nil {
		t.Errorf("a rule before its texts: %+v", got)
	}
}
