package release

// What happens to a referral after it was opened: one type per event. Every one is closed codes, ids and numbers, and names the referral
// that it is about; no court, no reason in words and no place crosses.

// The events of a referral after EventReferral.
const (
	EventCorrection   ReferralEventType = "CORRECTION"
	EventTransfer     ReferralEventType = "TRANSFER"
	EventLiberty      ReferralEventType = "LIBERTY"
	EventWithdrawal   ReferralEventType = "WITHDRAWAL"
	EventDecision     ReferralEventType = "DECISION"
	EventAppeal       ReferralEventType = "APPEAL"
	EventAppealClosed ReferralEventType = "APPEAL_CLOSED"
	EventAttestation  ReferralEventType = "ATTESTATION"
)

// Correction mends what the prefecture gave: the AGDREF number of this administrative file, or who the person is. Exactly one of the two.
// The question asked stays the same, and so does the version of the referral that an opinion answers.
type Correction struct {
	Referral string            `json:"referral"`
	AGDREF   *AGDREFCorrection `json:"agdref"`
	Civil    *Civil            `json:"civil"`
}

// AGDREFCorrection is a number and the one that replaces it.
type AGDREFCorrection struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// Transfer puts another prefecture in charge.
type Transfer struct {
	Referral   string `json:"referral"`
	Prefecture string `json:"prefecture"`
}

// LibertyChange is the person's status from an instant on: From, or where it is not said that of the event.
type LibertyChange struct {
	Referral string   `json:"referral"`
	Liberty  Liberty  `json:"liberty"`
	From     *Instant `json:"from"`
}

// Withdrawal ends what was asked, for a neutral reason.
type Withdrawal struct {
	Referral string      `json:"referral"`
	Reason   ClosureCode `json:"reason"`
}

// PrefectDecision is what the prefect decided.
type PrefectDecision struct {
	Referral string          `json:"referral"`
	Outcome  DecisionOutcome `json:"outcome"`
}

// DecisionOutcome is the sense of a prefect's decision.
type DecisionOutcome string

// What a prefect decides.
const (
	Granted DecisionOutcome = "ACCORD"
	Refused DecisionOutcome = "REFUS"
)

// Appeal says that the decision is before a court. Which court and which case stay in the administrative zone.
type Appeal struct {
	Referral string `json:"referral"`
}

// AppealClosing says how the court's case ended.
type AppealClosing struct {
	Referral string        `json:"referral"`
	Outcome  AppealOutcome `json:"outcome"`
}

// AppealOutcome is how a court's case ends.
type AppealOutcome string

// How a court's case ends.
const (
	AppealUpheld    AppealOutcome = "ANNULATION"
	AppealRejected  AppealOutcome = "REJET"
	AppealWithdrawn AppealOutcome = "DESISTEMENT"
	AppealVoid      AppealOutcome = "NON_LIEU"
)

// AttestationRequest asks for the attestation of the procedure, for a court's case that has its number.
type AttestationRequest struct {
	Referral string `json:"referral"`
}

// eventBody is what one type of event carries.
type eventBody interface {
	Validate() error
	about() string
}

func (r Referral) about() string           { return r.ID }
func (c Correction) about() string         { return c.Referral }
func (t Transfer) about() string           { return t.Referral }
func (l LibertyChange) about() string      { return l.Referral }
func (w Withdrawal) about() string         { return w.Referral }
func (d PrefectDecision) about() string    { return d.Referral }
func (a Appeal) about() string             { return a.Referral }
func (a AppealClosing) about() string      { return a.Referral }
func (r AttestationRequest) about() string { return r.Referral }

// body is the body of the type; false where it is missing, or where another is there too.
func (e ReferralEvent) body() (eventBody, bool) {
	present := 0
	for _, there := range []bool{e.Referral != nil, e.Correction != nil, e.Transfer != nil, e.Liberty != nil, e.Withdrawal != nil,
		e.Decision != nil, e.Appeal != nil, e.AppealClosed != nil, e.Attestation != nil} {
		if there {
			present++
		}
	}
	if present != 1 {
		return nil, false
	}
	switch {
	case e.Type == EventReferral && e.Referral != nil:
		return e.Referral, true
	case e.Type == EventCorrection && e.Correction != nil:
		return e.Correction, true
	case e.Type == EventTransfer && e.Transfer != nil:
		return e.Transfer, true
	case e.Type == EventLiberty && e.Liberty != nil:
		return e.Liberty, true
	case e.Type == EventWithdrawal && e.Withdrawal != nil:
		return e.Withdrawal, true
	case e.Type == EventDecision && e.Decision != nil:
		return e.Decision, true
	case e.Type == EventAppeal && e.Appeal != nil:
		return e.Appeal, true
	case e.Type == EventAppealClosed && e.AppealClosed != nil:
		return e.AppealClosed, true
	case e.Type == EventAttestation && e.Attestation != nil:
		return e.Attestation, true
	}
	return nil, false
}

// About is the id of the referral that the event is about, "" when its body is not that of its type.
func (e ReferralEvent) About() string {
	body, ok := e.body()
	if !ok {
		return ""
	}
	return body.about()
}

// Known says whether t is a type of event of this version.
func (t ReferralEventType) Known() bool {
	return oneOf(t, EventReferral, EventCorrection, EventTransfer, EventLiberty, EventWithdrawal, EventDecision, EventAppeal,
		EventAppealClosed, EventAttestation)
}

// Validate holds the closed rules of a correction.
func (c Correction) Validate() error {
	switch {
	case !validID(c.Referral):
		return invalid("referral")
	case (c.AGDREF == nil) == (c.Civil == nil):
		return invalid("agdref")
	case c.Civil != nil:
		if err := c.Civil.Validate(); err != nil {
			return err
		}
		return fits(c)
	case !agdref.MatchString(c.AGDREF.Old):
		return invalid("agdref.old")
	case !agdref.MatchString(c.AGDREF.New) || c.AGDREF.New == c.AGDREF.Old:
		return invalid("agdref.new")
	}
	return nil
}

// Validate holds the closed rules of a transfer.
func (t Transfer) Validate() error {
	switch {
	case !validID(t.Referral):
		return invalid("referral")
	case !ValidPrefecture(t.Prefecture):
		return invalid("prefecture")
	}
	return nil
}

// Validate holds the closed rules of a change of liberty.
func (l LibertyChange) Validate() error {
	switch {
	case !validID(l.Referral):
		return invalid("referral")
	case !oneOf(l.Liberty, Free, Assigned, Retained, Detained):
		return invalid("liberty")
	case !optionalInstant(l.From):
		return invalid("from")
	}
	return nil
}

// Validate holds the closed rules of a withdrawal.
func (w Withdrawal) Validate() error {
	switch {
	case !validID(w.Referral):
		return invalid("referral")
	case !oneOf(w.Reason, ClosedWithdrawn, ClosedDeath, ClosedCancelled, ClosedDuplicate, ClosedWrongOrder):
		return invalid("reason")
	}
	return nil
}

// Validate holds the closed rules of a prefect's decision.
func (d PrefectDecision) Validate() error {
	switch {
	case !validID(d.Referral):
		return invalid("referral")
	case !oneOf(d.Outcome, Granted, Refused):
		return invalid("outcome")
	}
	return nil
}

// Validate holds the closed rules of an appeal.
func (a Appeal) Validate() error {
	if !validID(a.Referral) {
		return invalid("referral")
	}
	return nil
}

// Validate holds the closed rules of the end of an appeal.
func (a AppealClosing) Validate() error {
	switch {
	case !validID(a.Referral):
		return invalid("referral")
	case !oneOf(a.Outcome, AppealUpheld, AppealRejected, AppealWithdrawn, AppealVoid):
		return invalid("outcome")
	}
	return nil
}

// Validate holds the closed rules of a request for an attestation.
func (r AttestationRequest) Validate() error {
	if !validID(r.Referral) {
		return invalid("referral")
	}
	return nil
}
