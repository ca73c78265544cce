package medical

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
)

// Report is annexe B: the input of saveReport, sealed as it is. It has no field on the consequences of a default of care, on the care
// available abroad or on travel (REQ-14): those questions are the college's alone.
type Report struct {
	Annexe            string      `json:"annexe" validate:"required,eq=B"`
	FormVersion       string      `json:"form_version" validate:"required,max=16"`
	DiseaseHistory    string      `json:"disease_history" validate:"required,max=50000"`
	Pathologies       []Pathology `json:"pathologies" validate:"required,min=1,max=100,dive"`
	Treatments        string      `json:"treatments" validate:"required,max=50000"`
	Stage             string      `json:"stage" validate:"required,max=50000"`
	Complications     string      `json:"complications" validate:"required,max=50000"`
	ClinicalExam      *string     `json:"clinical_exam" validate:"omitnil,max=50000"`
	Prospects         string      `json:"prospects" validate:"required,max=50000"`
	DefaultStatements []string    `json:"default_statements" validate:"max=4,dive,oneof=DEMANDEUR_ABSENT EXAMENS_NON_PRODUITS IDENTITE_NON_JUSTIFIEE SANS_REPONSE_15J"`
	PriorElements     *string     `json:"prior_elements" validate:"omitnil,max=50000"`
}

func (Report) Format(f fmt.State, _ rune) { redact(f) }
func (Report) LogValue() slog.Value       { return slog.StringValue(redacted) }

// forbiddenInReport are the names under which somebody may try to give, in a report, what only the college says. The type above has none of
// them; the list is there so that the refusal names its rule.
var forbiddenInReport = []string{
	"q1", "q2", "q3", "q4", "q4_months", "q5", "sens", "outcome",
	"care_needed", "exceptional_gravity", "gravity", "consequences", "default_consequences",
	"treatment_available", "treatment_availability", "treatment_in_country", "care_in_country", "care_available", "care_availability", "country_care",
	"can_travel", "travel", "travel_capacity", "fit_to_travel", "duration_months",
}

// CheckReportFields looks at the names in the body of a report before it is decoded: REPORT_FORBIDDEN_FIELD when one is a question of the
// college (REQ-14). Any other unknown field is for the decoder to refuse.
func CheckReportFields(body []byte) error {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return nil
	}
	for name := range fields {
		if IsForbiddenInReport(name) {
			return ReportForbiddenField
		}
	}
	return nil
}

// IsForbiddenInReport says whether an unknown field of a report deserves the rule REPORT_FORBIDDEN_FIELD.
func IsForbiddenInReport(field string) bool { return slices.Contains(forbiddenInReport, field) }

// CheckReport verifies what needs the dossier and the day: there is a report in this procedure at all, its form is the one in force, and it
// states the defaults that the events show, no more and no less. R. 425-12.
func CheckReport(c Case, r Report, on Date) error {
	if !c.Stay() {
		return ReportOnRemoval
	}
	if err := CheckForm("B", r.FormVersion, on); err != nil {
		return err
	}
	if !slices.Equal(DefaultStatements(c), slices.Sorted(slices.Values(r.DefaultStatements))) {
		return invalid("default_statements", "Mentionnez les défauts que montrent les événements du dossier, et eux seuls.")
	}
	return nil
}

// DefaultStatements are the defaults that the report must state, sorted.
func DefaultStatements(c Case) []string {
	b, list := BoxesOf(c.Events, StageReport), []string{}
	if b.Convocation.Missing() {
		list = append(list, "DEMANDEUR_ABSENT")
	}
	if b.Exams.Missing() {
		list = append(list, "EXAMENS_NON_PRODUITS")
	}
	if b.Identity.Missing() {
		list = append(list, "IDENTITE_NON_JUSTIFIEE")
	}
	if slices.ContainsFunc(inStage(c.Events, StageReport), func(e Event) bool {
		d, ok := e.Data.(DefautConstate)
		return ok && d.Defaut == "SANS_REPONSE_15J"
	}) {
		list = append(list, "SANS_REPONSE_15J")
	}
	return list
}
