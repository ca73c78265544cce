package medical

import "strconv"

// A signed opinion never changes (invariant 4). What is wrong in it is set right by a new version, which a new composition answers, settles
// and signs, and which says what it replaces. The version before, its answers and its signatures stay as they are.

// ReasonRectified is why a composition ends whose opinion was issued.
const ReasonRectified = "AVIS_RECTIFICATIF"

// Rules of a correction.
const (
	OpinionNotIssued  Rule = "OPINION_NOT_ISSUED"
	OpinionSuperseded Rule = "OPINION_SUPERSEDED" // the opinion that is corrected is the last one
	NothingToUphold   Rule = "NOTHING_TO_UPHOLD"
)

// Correct begins the correction of an opinion, for a motive of the closed list. version is the one that the reader had before him.
func (c Case) Correct(version int, motive string) (EventData, error) {
	issued := c.last(EvOpinionIssued)
	switch {
	case issued == nil || !c.issued() || c.first(EvOpinionWithdrawn) != nil:
		return nil, OpinionNotIssued
	case issued.Data.(AvisEmis).Version != version:
		return nil, OpinionSuperseded
	}
	return CompositionClose{Composition: issued.Data.(AvisEmis).Composition, ReasonCode: ReasonRectified, Motive: motive}, nil
}

// OpinionVersion is the version of the last opinion issued, 0 before any.
func (c Case) OpinionVersion() int {
	if e := c.last(EvOpinionIssued); e != nil {
		return e.Data.(AvisEmis).Version
	}
	return 0
}

// rectified says that an event begins a correction.
func rectified(e Event) bool {
	d, ok := e.Data.(CompositionClose)
	return ok && d.ReasonCode == ReasonRectified
}

// closing is the closing that stands; nil while the dossier is open, which it is again once a correction was begun.
func (c Case) closing() *Event {
	var closed *Event
	for i, e := range c.Events {
		switch {
		case e.Type == EvClosed:
			closed = &c.Events[i]
		case rectified(e):
			closed = nil
		}
	}
	return closed
}

// replacedAfterDecision are the corrected opinions that left although a prefect had decided on the one before, each with the referral that it
// is the alarm of.
func (c Case) replacedAfterDecision() (list []Task) {
	for _, sent := range c.Events {
		d, ok := sent.Data.(AvisTransmis)
		if !ok || d.Version < 2 {
			continue
		}
		told := map[string]bool{}
		for _, e := range c.Events {
			decided, ok := e.Data.(DecisionPrefet)
			if ok && e.Seq < sent.Seq && !told[decided.Referral] {
				told[decided.Referral] = true
				list = append(list, Task{Code: TaskDecidedBefore, Ref: decidedRef(d.Version, decided.Referral), RaisedAt: sent.At})
			}
		}
	}
	return list
}

func decidedRef(version int, referral string) string { return strconv.Itoa(version) + ":" + referral }

// ReasonOtherPersonsPapers is why an opinion is withdrawn: it was given on the papers of somebody else. Its referral ends there; another one asks again.
const ReasonOtherPersonsPapers = "PIECES_AUTRE_PERSONNE"

type (
	// AvisRetire: an opinion that was issued is withdrawn. It is kept, and its prefecture is told.
	AvisRetire struct {
		Version    int    `json:"version"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
	// AvisMaintenu: what was learnt after an opinion was looked at by a person, who leaves the opinion as it is.
	AvisMaintenu struct {
		Version    int    `json:"version"`
		ReasonCode string `json:"reason_code,omitempty"`
	}
)

func (AvisRetire) EventType() EventType   { return EvOpinionWithdrawn }
func (AvisMaintenu) EventType() EventType { return EvOpinionUpheld }

// Withdraw takes back the opinion of that version, and closes the dossier: nothing of it is destroyed, and its retention runs.
func (c Case) Withdraw(version int, reason string) ([]EventData, error) {
	if _, err := c.Correct(version, reason); err != nil {
		return nil, err
	}
	return []EventData{AvisRetire{Version: version, ReasonCode: reason}, Cloture{ReasonCode: reason}}, nil
}

// Uphold leaves an opinion as it is although a change of liberty, known since, made another author competent.
func (c Case) Uphold(version int, reason string) (EventData, error) {
	if _, err := c.Correct(version, reason); err != nil {
		return nil, err
	}
	if len(c.libertyKnownLate()) == 0 {
		return nil, NothingToUphold
	}
	return AvisMaintenu{Version: version, ReasonCode: reason}, nil
}

// libertyKnownLate are the changes of liberty recorded once the opinion was issued and dated before it, by which its author was not competent
// (R. 631-1, R. 731-1). The opinion stays: somebody decides whether it is corrected or left (SC10, decision 24).
func (c Case) libertyKnownLate() (list []Task) {
	issued := c.last(EvOpinionIssued)
	if issued == nil || !c.issued() || CheckAuthor(c, c.authorKind(), issued.At) == nil {
		return nil
	}
	for i, e := range c.Events {
		late := Task{Code: TaskLibertyLate, Ref: strconv.Itoa(e.Seq), RaisedAt: issued.At}
		if e.Type == EvLibertyChanged && e.Seq > issued.Seq && e.At.Before(issued.At) && !c.since(&c.Events[i]).answered(late) {
			list = append(list, late)
		}
	}
	return list
}
