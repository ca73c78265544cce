package medical

// Rule is a rule of the procedure that an act would break, by its code. As an error it says which; the French sentence that says what to
// do next stands beside the rules of policy, so that one code has one sentence.
type Rule string

const (
	Q4Required            Rule = "Q4_REQUIRED"            // invariant 8
	Q5Required            Rule = "Q5_REQUIRED"            // invariant 8
	NoMajority            Rule = "NO_MAJORITY"            // answers are settled by majority
	AnswersIncomplete     Rule = "ANSWERS_INCOMPLETE"     // R. 425-13: the college answers as three
	ReportForbiddenField  Rule = "REPORT_FORBIDDEN_FIELD" // REQ-14
	ReportOnRemoval       Rule = "REPORT_ON_REMOVAL"      // arrêté du 27 décembre 2016, art. 11
	CertAuthorMismatch    Rule = "CERT_AUTHOR_MISMATCH"   // arrêté du 27 décembre 2016, art. 9
	Med1NotCompetent      Rule = "MED1_NOT_COMPETENT"     // R. 731-1, R. 631-1
	CollegeNotCompetent   Rule = "COLLEGE_NOT_COMPETENT"  // R. 731-1, R. 631-1
	OpinionOnInvalidState Rule = "OPINION_ON_INVALID_STATE"
	LegalRepRequired      Rule = "LEGAL_REPRESENTATIVE_REQUIRED" // invariant 14
	PurgeNotDue           Rule = "PURGE_NOT_DUE"                 // arrêté du 27 décembre 2016, art. 12
	PurgeHeld             Rule = "PURGE_HOLD"                    // invariant 11
	LiftingWrongPerson    Rule = "LIFTING_WRONG_PERSON"          // CE, 28 juillet 2022, n° 441481
	LetterMentions        Rule = "LETTER_MENTIONS"               // §6.6
)

func (r Rule) Error() string { return string(r) }

// FieldError is a value that the procedure does not accept. Field is the JSON name, Sentence says in French what to write instead; neither
// repeats the value, which may be health data.
type FieldError struct{ Field, Sentence string }

func (e *FieldError) Error() string { return "field " + e.Field + " is not accepted" }

// Place is where a form says it.
func (e *FieldError) Place() (path, sentence string) { return e.Field, e.Sentence }

func invalid(field, sentence string) error { return &FieldError{field, sentence} }
