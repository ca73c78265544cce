package medical_test

import (
	"errors"
	"testing"

	"cloison/medical"
)

func favourable(months int) medical.Answers {
	return medical.Answers{Q1: "NECESSITE", Q2: ptr("PEUT_ENTRAINER"), Q3: ptr("NE_PEUT_PAS_BENEFICIER"), Q4Months: &months}
}

func available(travel string) medical.Answers {
	a := medical.Answers{Q1: "NECESSITE", Q2: ptr("PEUT_ENTRAINER"), Q3: ptr("PEUT_BENEFICIER")}
	if travel != "" {
		a.Q5 = &travel
	}
	return a
}

func notNeeded() medical.Answers { return medical.Answers{Q1: "NE_NECESSITE_PAS"} }

func settle(a medical.Answers, method string) medical.Settlement {
	return medical.Settlement{Composition: 1, Round: 1, Method: method, Q1: a.Q1, Q2: a.Q2, Q3: a.Q3, Q4Months: a.Q4Months, Q5: a.Q5}
}

func TestAnswers(t *testing.T) {
	withoutDuration := favourable(1)
	withoutDuration.Q4Months = nil
	for name, c := range map[string]struct {
		answers medical.Answers
		want    string
	}{
		"favourable":                      {favourable(12), ""},
		"no care needed":                  {notNeeded(), ""},
		"no exceptional gravity":          {medical.Answers{Q1: "NECESSITE", Q2: ptr("NE_DEVRAIT_PAS_ENTRAINER")}, ""},
		"treatment available":             {available("PEUT_VOYAGER"), ""},
		"favourable without duration":     {withoutDuration, "Q4_REQUIRED"},
		"available without the journey":   {available(""), "Q5_REQUIRED"},
		"a question that is not reached":  {medical.Answers{Q1: "NE_NECESSITE_PAS", Q2: ptr("PEUT_ENTRAINER")}, "q2"},
		"a question that is skipped":      {medical.Answers{Q1: "NECESSITE", Q3: ptr("PEUT_BENEFICIER")}, "q2"},
		"a duration that nothing asks":    {medical.Answers{Q1: "NE_NECESSITE_PAS", Q4Months: ptr(3)}, "q4_months"},
		"a duration of eleven years":      {favourable(132), "q4_months"},
		"an answer outside the list":      {medical.Answers{Q1: "PEUT_ETRE"}, "q1"},
		"a journey outside the list":      {available("À PIED"), "q5"},
		"a treatment outside of the list": {medical.Answers{Q1: "NECESSITE", Q2: ptr("PEUT_ENTRAINER"), Q3: ptr("X")}, "q3"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, medical.CheckAnswers(c.answers), c.want) })
	}
}

func TestSettlements(t *testing.T) {
	withoutDuration := favourable(1)
	withoutDuration.Q4Months = nil
	three := func(a, b, c medical.Answers) []medical.Answers { return []medical.Answers{a, b, c} }
	for name, c := range map[string]struct {
		kept  medical.Settlement
		given []medical.Answers
		want  string
	}{
		"unanimous":                              {settle(favourable(12), "UNANIMITE"), three(favourable(12), favourable(12), favourable(24)), ""},
		"two of three":                           {settle(favourable(12), "MAJORITE"), three(favourable(12), favourable(24), notNeeded()), ""},
		"one of three":                           {settle(notNeeded(), "MAJORITE"), three(favourable(12), favourable(24), notNeeded()), "NO_MAJORITY"},
		"said unanimous and is not":              {settle(favourable(12), "UNANIMITE"), three(favourable(12), favourable(24), notNeeded()), "method"},
		"three answers, said to be one":          {settle(favourable(12), "UNIQUE"), three(favourable(12), favourable(12), favourable(12)), "method"},
		"longer than any member said":            {settle(favourable(36), "MAJORITE"), three(favourable(12), favourable(24), favourable(24)), "q4_months"},
		"shorter than any member said":           {settle(favourable(6), "MAJORITE"), three(favourable(12), favourable(24), favourable(24)), "q4_months"},
		"between the two":                        {settle(favourable(18), "MAJORITE"), three(favourable(12), favourable(24), favourable(24)), ""},
		"favourable without duration":            {settle(withoutDuration, "MAJORITE"), three(favourable(12), favourable(24), favourable(24)), "Q4_REQUIRED"},
		"available without the journey":          {settle(available(""), "MAJORITE"), three(available("PEUT_VOYAGER"), available("PEUT_VOYAGER"), notNeeded()), "Q5_REQUIRED"},
		"a journey that one of three said":       {settle(available("NE_PEUT_PAS_VOYAGER"), "MAJORITE"), three(available("PEUT_VOYAGER"), available("NE_PEUT_PAS_VOYAGER"), notNeeded()), "NO_MAJORITY"},
		"an answer is missing":                   {settle(favourable(12), "MAJORITE"), []medical.Answers{favourable(12), favourable(12)}, "ANSWERS_INCOMPLETE"},
		"one physician":                          {settle(favourable(12), "UNIQUE"), []medical.Answers{favourable(12)}, ""},
		"one physician who settles another word": {settle(notNeeded(), "UNIQUE"), []medical.Answers{favourable(12)}, "NO_MAJORITY"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, medical.CheckSettlement(c.kept, c.given), c.want) })
	}
}

// refused asserts the rule, or the field, that an error names; "" is no error.
func refused(t *testing.T, err error, want string) {
	t.Helper()
	var rule medical.Rule
	var field *medical.FieldError
	got := ""
	switch {
	case errors.As(err, &rule):
		got = string(rule)
	case errors.As(err, &field):
		got = field.Field
		if field.Sentence == "" {
			t.Error("nothing says what to do")
		}
	case err != nil:
		got = err.Error()
	}
	if got != want {
		t.Errorf("refused by %q, want %q", got, want)
	}
}

func TestAReportSaysNothingThatIsForTheCollege(t *testing.T) {
	for field, want := range map[string]string{
		"care_in_country": "REPORT_FORBIDDEN_FIELD", "can_travel": "REPORT_FORBIDDEN_FIELD", "exceptional_gravity": "REPORT_FORBIDDEN_FIELD",
		"q5": "REPORT_FORBIDDEN_FIELD", "stage": "", "autre": "",
	} {
		refused(t, medical.CheckReportFields([]byte(`{"annexe":"B","`+field+`":"x"}`)), want)
		if _, err := medical.Decode[medical.Report]([]byte(`{"annexe":"B","` + field + `":"x"}`)); field != "stage" && err == nil {
			t.Errorf("a report with %s was read", field)
		}
	}
}

func TestOutcomes(t *testing.T) {
	for want, a := range map[string]medical.Answers{
		"FAVORABLE":                        favourable(12),
		"DEFAV_PAS_DE_PRISE_EN_CHARGE":     notNeeded(),
		"DEFAV_PAS_EXCEPTIONNELLE_GRAVITE": {Q1: "NECESSITE", Q2: ptr("NE_DEVRAIT_PAS_ENTRAINER")},
		"DEFAV_TRAITEMENT_DISPONIBLE":      available("PEUT_VOYAGER"),
	} {
		if got := medical.Outcome(a); got != want {
			t.Errorf("outcome %s, want %s", got, want)
		}
	}
}

func TestAuthors(t *testing.T) {
	removal := func(l medical.Liberty) medical.Case {
		return medical.Case{Kind: "OQTF_L7313_LIBRE", Direction: "DT-LYON", Liberty: []medical.LibertyPeriod{{Status: l}}}
	}
	on := medical.Date{Year: 2026, Month: 5, Day: 4}
	refused(t, medical.CheckAuthor(removal(medical.Free), medical.College, on.Time()), "")
	refused(t, medical.CheckAuthor(removal(medical.Free), medical.Single, on.Time()), "MED1_NOT_COMPETENT")
	refused(t, medical.CheckAuthor(removal(medical.Retained), medical.Single, on.Time()), "")
	refused(t, medical.CheckAuthor(removal(medical.Retained), medical.College, on.Time()), "COLLEGE_NOT_COMPETENT")
	refused(t, medical.CheckAuthor(medical.Case{Kind: "SEJ_ALG_67"}, medical.Single, on.Time()), "MED1_NOT_COMPETENT")
	refused(t, medical.CheckCertificateAuthor(removal(medical.Detained), "MEDECIN_HABITUEL", on), "CERT_AUTHOR_MISMATCH")
	refused(t, medical.CheckCertificateAuthor(removal(medical.Detained), "UNITE_SANITAIRE", on), "")
	refused(t, medical.CheckReport(removal(medical.Free), medical.Report{}, on), "REPORT_ON_REMOVAL")
}

func TestAMinorHasALegalRepresentative(t *testing.T) {
	on := medical.Date{Year: 2026, Month: 5, Day: 4}
	child := medical.Civil{Patient: medical.Patient{BirthDate: medical.Date{Year: 2008, Month: 5, Day: 5}}}
	refused(t, medical.CheckCivil(child, on), "LEGAL_REPRESENTATIVE_REQUIRED")
	refused(t, medical.CheckCivil(child, on.AddDays(1)), "") // eighteen that day
	refused(t, medical.CheckCivil(medical.Civil{}, on), "birth_date")
	child.LegalRepresentatives = []medical.LegalRepresentative{{ID: "rep-1"}}
	refused(t, medical.CheckCivil(child, on), "")
}
