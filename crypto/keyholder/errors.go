package keyholder

import "errors"

// What keyholder answers when it does not do what was asked. A refusal for a
// reason of its own is an ErrRefused.
var (
	// ErrSealed: started and not yet unsealed; nothing but Status is answered.
	ErrSealed = errors.New("keyholder is sealed")
	// ErrUnauthenticated: the handle is dead, or the token proves nothing:
	// signing in again is the way on.
	ErrUnauthenticated = errors.New("keyholder does not know this session")
	// ErrOverBudget: the person, or the zone, has opened as many dossiers as
	// allowed for now.
	ErrOverBudget = errors.New("over the budget of dossiers")
	// ErrRateLimited: try again a little later.
	ErrRateLimited = errors.New("keyholder is asked too often")
	// ErrUnavailable: keyholder can't be reached, or could not record the call.
	ErrUnavailable = errors.New("keyholder is unavailable")
)

// Rules of ErrRefused, a closed list.
const (
	RuleMalformed            = "MALFORMED"               // the frame is not one of ours
	RuleUnknownOperation     = "UNKNOWN_OPERATION"       //
	RuleUnknownAct           = "UNKNOWN_ACT"             // no approval exists for this act
	RuleNotOnRoster          = "NOT_ON_ROSTER"           // a valid token of someone not empowered today
	RuleClassNotProven       = "CLASS_NOT_PROVEN"        // this issuer may not prove the line's class
	RuleCompartment          = "COMPARTMENT_NOT_ALLOWED" // the reader's line does not list it
	RuleWrapped              = "WRAPPED_NOT_OPENED"      // the wrapped identity is not this zone's
	RuleWrappedElsewhere     = "WRAPPED_ELSEWHERE"       // it is, but of another dossier or compartment
	RuleHeader               = "HEADER_NOT_OPENED"       // the age header is not of this dossier
	RuleShredded             = "DOSSIER_SHREDDED"        //
	RuleNotHead              = "NOT_HEAD_OF_SERVICE"     // the roster does not let this person extend budgets
	RuleExtension            = "EXTENSION_MALFORMED"     // not of today, for no listed reader, or for no reason of the list
	RuleExtensionOwn         = "EXTENSION_OWN"           // nobody extends his own budget
	RuleExtensionTooLarge    = "EXTENSION_TOO_LARGE"     // a day is doubled at most; custodians set more
	RuleNotFreshlyProven     = "NOT_FRESHLY_PROVEN"      // the token's authentication precedes the nonce
	RuleSecondFactor         = "SECOND_FACTOR_MISSING"   // the token's acr or amr is not what its issuer must say
	RuleOpinionMalformed     = "OPINION_MALFORMED"       //
	RuleOpinionDigest        = "OPINION_DIGEST"          // to_seal_digest is not a digest
	RuleOpinionFuture        = "OPINION_IN_FUTURE"       // issued_on is after today
	RuleOpinionEarly         = "OPINION_BEFORE_APPROVAL" // issued_on is before the day of an approval
	RuleOpinionOtherBody     = "OPINION_OTHER_BODY"      // this referral and version was signed with another body
	RuleOpinionDossier       = "OPINION_OTHER_DOSSIER"   // this referral was signed for another dossier
	RuleOpinionSet           = "OPINION_SET"             // the bodies are not one opinion for several referrals, this one among them
	RuleApprovalsMissing     = "APPROVALS_MISSING"       // not one approval per author
	RuleApprovalUnknown      = "APPROVAL_UNKNOWN"        //
	RuleApprovalOther        = "APPROVAL_OTHER"          // of another act, dossier or body
	RuleApprovalSamePerson   = "APPROVAL_SAME_PERSON"    //
	RuleApprovalAuthor       = "APPROVAL_BY_RAPPORTEUR"  // the person approved this dossier's report
	RuleApprovalExpired      = "APPROVAL_EXPIRED"        // given too long ago
	RuleApprovalNotListed    = "APPROVAL_NOT_LISTED"     // the decision does not list the person, on that day
	RuleAuthorsOther         = "AUTHORS_NOT_APPROVERS"   // the lines that the opinion names are not the approvers'
	RuleOpinionOtherDocument = "OPINION_OTHER_DOCUMENT"  // this opinion of that day was sealed with another document
	RuleSealCertificate      = "SEAL_CERTIFICATE"        // no certificate in force for the key that seals
	RuleCheckpoint           = "CHECKPOINT_REFUSED"      // smaller tree, or a second root of one size
	RulePasskeyAsked         = "PASSKEY_ASKED"           // a token of a provider that does not authenticate anew approves nothing
	RulePasskeyNotAsked      = "PASSKEY_NOT_ASKED"       // this person's provider does: its token alone approves
	RulePasskeyUnknown       = "PASSKEY_NOT_ON_ROSTER"   // the roster names no such passkey for this person
	RulePasskeyAssertion     = "PASSKEY_NOT_PROVEN"      // not this key's signature of this nonce, here, by a verified person
	RuleNoStatistics         = "STATISTICS_KEY_MISSING"  // the keystore is of before that key, and custodians have taken none
	RuleStatisticUnknown     = "STATISTIC_OF_NO_OPINION" // keyholder sealed no such opinion
	RuleStatisticLate        = "STATISTIC_LATE"          // it did, before yesterday
	RulePasskeyCounter       = "PASSKEY_COUNTER"         // the authenticator counts backwards: there are two of it
)

// ErrRefused is a refusal with its rule. errors.Is(err, ErrRefused{}) matches
// any rule; errors.Is(err, ErrRefused{Rule: r}) that one.
type ErrRefused struct{ Rule string }

func (e ErrRefused) Error() string { return "keyholder refused: " + e.Rule }

// Is makes an empty rule match every refusal.
func (e ErrRefused) Is(target error) bool {
	t, ok := target.(ErrRefused)
	return ok && (t.Rule == "" || t.Rule == e.Rule)
}

// Failure is an error as it crosses the socket: a closed code, and for a
// refusal its rule. No other text crosses.
type Failure struct {
	Code string `json:"code"`
	Rule string `json:"rule"`
}

// Fail gives an error its closed code. What is not in the list is unavailable:
// the cause stays in keyholder's journal.
func Fail(err error) *Failure {
	var refused ErrRefused
	if errors.As(err, &refused) {
		return &Failure{Code: "refused", Rule: refused.Rule}
	}
	for code, known := range codes() {
		if errors.Is(err, known) {
			return &Failure{Code: code}
		}
	}
	return &Failure{Code: "unavailable"}
}

// Err is the inverse of Fail.
func (f *Failure) Err() error {
	if f == nil {
		return nil
	}
	if f.Code == "refused" {
		return ErrRefused{Rule: f.Rule}
	}
	if err, ok := codes()[f.Code]; ok {
		return err
	}
	return ErrUnavailable
}

func codes() map[string]error {
	return map[string]error{
		"sealed":          ErrSealed,
		"unauthenticated": ErrUnauthenticated,
		"over_budget":     ErrOverBudget,
		"rate_limited":    ErrRateLimited,
		"unavailable":     ErrUnavailable,
	}
}
