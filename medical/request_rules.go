package medical

import "regexp"

// Rules of requests, of what comes of them, and of defaults.
const (
	ApplicantNotInformed  Rule = "APPLICANT_NOT_INFORMED"    // R. 425-12: the person is informed the same day
	OnlyCertifying        Rule = "ONLY_CERTIFYING_PHYSICIAN" // arrêté du 27 décembre 2016, art. 11
	ConsentMissing        Rule = "CONSENT_MISSING"           // L. 425-9, al. 3
	RepresentationEnded   Rule = "REPRESENTATION_ENDED"      // invariant 14
	ConvocationMentions   Rule = "CONVOCATION_MENTIONS"      // REQ-23
	N4NotImputable        Rule = "N4_CAUSE_NOT_IMPUTABLE"    // invariant 9
	N5NotImputable        Rule = "N5_CAUSE_NOT_IMPUTABLE"    // invariant 9
	RequestUnknown        Rule = "REQUEST_UNKNOWN"           // an outcome comes after its request
	RequestRefTaken       Rule = "REQUEST_REF_TAKEN"         // one reference, one request
	RequestOtherKind      Rule = "REQUEST_OTHER_KIND"        // examinations do not answer a summons
	RequestClosed         Rule = "REQUEST_CLOSED"            // one outcome for one request
	SummonsCancelled      Rule = "SUMMONS_CANCELLED"         // what the service took back has no outcome
	AppointmentNotFuture  Rule = "APPOINTMENT_NOT_FUTURE"    // REQ-23
	AppointmentNotCome    Rule = "APPOINTMENT_NOT_COME"      // nobody is absent before the appointment
	FutureDate            Rule = "FUTURE_DATE"               // a fact is recorded once it happened
	BeforeDue             Rule = "BEFORE_DUE"                // R. 425-12: fifteen days
	AbsenceMissing        Rule = "ABSENCE_MISSING"           // a default rests on a recorded absence
	IdentityNotMissing    Rule = "IDENTITY_NOT_MISSING"      // a default rests on a negative check
	DefaultFound          Rule = "DEFAULT_ALREADY_FOUND"     // one default for one request
	DefaultStageOver      Rule = "DEFAULT_STAGE_OVER"        // after its stage a default is only in the opinion
	DeliveryContradictory Rule = "DELIVERY_CONTRADICTORY"    // facts of a letter that cannot all be true
	StageMismatch         Rule = "STAGE_MISMATCH"            // the stage follows from the dossier
	DocumentUnknown       Rule = "DOCUMENT_UNKNOWN"          // a piece that is named is in the dossier
	CertificateNotLate    Rule = "CERTIFICATE_NOT_LATE"      // R. 425-12: one month, three for an asylum seeker
	CertificateReceived   Rule = "CERTIFICATE_ALREADY_RECEIVED"
	MailNotReceived       Rule = "MAIL_NOT_RECEIVED" // what is set aside has come
	ClosureUnfounded      Rule = "CLOSURE_UNFOUNDED" // a withdrawal or a death is recorded before it closes a dossier
	ReportOutdated        Rule = "REPORT_OUTDATED"   // R. 425-12: the report states the defaults
	OpinionImmutable      Rule = "AVIS_IMMUTABLE"    // invariant 4
	CaseClosed            Rule = "CASE_CLOSED"
)

// refNumber follows the prefix of its kind in a reference. It stands in clear events: no word fits.
var refNumber = regexp.MustCompile(`^[1-9][0-9]{0,2}$`)
