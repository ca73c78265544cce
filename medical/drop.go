package medical

import (
	"errors"
	"fmt"
	"log/slog"
)

// ErrOtherFileOpen: a withdrawal closes one administrative file, and the dossier has another one open.
var ErrOtherFileOpen = errors.New("another administrative file is open")

// DropInput is what closeDossier takes: the data of the event. The AGDREF number names a person: it is looked up in the civil record and
// never kept in clear.
type DropInput struct {
	Type       *string `json:"type" validate:"omitnil,eq=CLOTURE_SANS_AVIS"`
	ReasonCode string  `json:"reason_code" validate:"required,oneof=RETRAIT DECES SAISINE_ANNULEE DOUBLON MAUVAISE_SAISINE"`
	AGDREF     *string `json:"agdref" validate:"omitnil,len=10,numeric"`
	Referral   *string `json:"referral" validate:"omitnil,max=64"`
}

func (DropInput) Format(f fmt.State, _ rune) { redact(f) }
func (DropInput) LogValue() slog.Value       { return slog.StringValue(redacted) }

// Drop closes one referral without an opinion, or all of them when referral is empty. With the last one go the composition in progress and the
// dossier itself (T23).
func (c Case) Drop(reason, referral string) ([]EventData, error) {
	if err := c.checkDrop(reason, referral); err != nil {
		return nil, err
	}
	dropped := ClotureSansAvis{Referral: referral, ReasonCode: reason}
	after := c
	after.Events = append(append([]Event{}, c.Events...), Event{Seq: len(c.Events) + 1, Type: EvDropped, Data: dropped})
	if !after.AllDropped() {
		return []EventData{dropped}, nil
	}
	var list []EventData
	if n := c.openComposition(); n > 0 {
		list = append(list, CompositionClose{Composition: n, ReasonCode: compositionReason(reason)})
	}
	return append(list, dropped, Cloture{ReasonCode: reason}), nil
}

// compositionReason is why a college ends with the last referral: whether that was a duplicate or a mistake is said of the referral alone (constraint
// closure_reason).
func compositionReason(reason string) string {
	if reason == "DOUBLON" || reason == "MAUVAISE_SAISINE" {
		return "SAISINE_ANNULEE"
	}
	return reason
}

// DropSignalled ends a referral as its prefecture signalled: the event behind it, then what Drop gives, so that with the last one the dossier is
// closed and its retention runs (TestAnEndThatWasSignalledClosesTheDossier). A referral that was closed since has nothing more to end.
func (c Case) DropSignalled(reason, referral string) ([]EventData, error) {
	if c.OpinionVersion() > 0 {
		return nil, OpinionImmutable
	}
	if c.Dropped(referral) {
		return nil, nil
	}
	var behind EventData = SaisineAnnulee{Referral: referral, ReasonCode: reason}
	switch reason {
	case "RETRAIT":
		behind = Retrait{Referral: referral}
	case "DECES":
		behind = Deces{}
	}
	after := c
	after.Events = append(append([]Event{}, c.Events...), Event{Seq: len(c.Events) + 1, Type: behind.EventType(), Data: behind})
	list, err := after.Drop(reason, referral)
	return append([]EventData{behind}, list...), err
}

func (c Case) checkDrop(reason, referral string) error {
	if c.OpinionVersion() > 0 { // also while it is corrected: the version before still stands
		return OpinionImmutable
	}
	if err := c.checkReferral(referral); err != nil {
		return err
	}
	open := 0
	for _, r := range c.Referrals {
		if !c.Dropped(r.ID) {
			open++
		}
	}
	switch {
	case reason == "RETRAIT" && referral == "" && open > 1:
		return ErrOtherFileOpen
	case reason == "RETRAIT" && !c.withdrawn(referral), reason == "DECES" && c.last(EvDied) == nil:
		return ClosureUnfounded
	}
	return nil
}

// withdrawn: the person took back this request, or all of them.
func (c Case) withdrawn(referral string) bool {
	for _, e := range c.Events {
		if d, ok := e.Data.(Retrait); ok && (d.Referral == "" || referral == "" || d.Referral == referral) {
			return true
		}
	}
	return false
}

// openComposition is the number of the composition in progress; 0 when there is none.
func (c Case) openComposition() int {
	open := 0
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case CollegeDesigne:
			open = d.Composition
		case Med1Designe:
			open = d.Composition
		case CompositionClose:
			open = 0
		}
	}
	return open
}
