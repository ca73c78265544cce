package medical

// Certainties of a rule, as reference data have them. What is not verified shows « à confirmer ».
const (
	CertaintyVerified = "verified"
	CertaintyInferred = "inferred"
)

// Agreement is what the answers of a round allow: UNANIMITE, MAJORITE, UNIQUE, or nothing, and then another round follows. It is empty
// while an answer is missing.
func Agreement(given []Answers) string {
	switch {
	case len(given) == 1:
		return MethodSingle
	case len(given) != 3 || !agreed(given):
		return ""
	case unanimous(given):
		return MethodUnanimity
	}
	return MethodMajority
}

// SettlementCertainty is how sure the rule is by which answers become an opinion: that two of three are enough stands in no text that could
// be read.
func SettlementCertainty(method string) string {
	if method == MethodMajority {
		return CertaintyInferred
	}
	return CertaintyVerified
}

// agreed: on each question that the common answers lead to, a majority gave the same (TestAgreementIsASettlementThatExists).
func agreed(given []Answers) bool {
	if !is(shared(given, func(a Answers) *string { return &a.Q1 }), CareNeeded) {
		return true
	}
	q2 := shared(given, func(a Answers) *string { return a.Q2 })
	if !is(q2, GravityYes) {
		return q2 != nil
	}
	q3 := shared(given, func(a Answers) *string { return a.Q3 })
	if !is(q3, TreatmentYes) {
		return q3 != nil
	}
	return shared(given, func(a Answers) *string { return a.Q5 }) != nil
}

// shared is the value that a majority gave to a question; nil when there is none.
func shared(given []Answers, q func(Answers) *string) *string {
	for _, a := range given {
		if v := q(a); v != nil && count(given, q, *v) > len(given)/2 {
			return v
		}
	}
	return nil
}
